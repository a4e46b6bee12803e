"""The seal on personal data: what is stored of an event is the event as it is when erased.

In the place of each personal field stands what stands there once it was erased. What belongs there
is encrypted beside it, one piece for each set of subjects (AES-256-GCM). So a destroyed key needs
no work on the event store, and what is stored never changes.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag

from domain.anatomy import Path
from domain.events import DomainEvent
from domain.personal import PersonalField
from services.keys.master import NONCE_BYTES
from services.keys.ring import KeyRing, Subjects

SEALED = "$enc"
"""Where the sealed pieces stand in a stored state. Each has ``s``, the subjects, ``p``, the places
of the fields (``incident/text``), and ``c``, nonce and ciphertext in base64, or nothing when a
subject had been erased before."""


class BrokenSealError(ValueError):
    """A sealed piece is damaged, or was moved here from another event."""


class Seal:
    """Seals and opens the states of events."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def prepare(self, personal: Iterable[PersonalField]) -> None:
        """See to it that all keys for these fields are there; one wait for the disk is enough."""
        subjects = {subject for field in personal for subject in field.subjects}
        if subjects:
            self._keys.prepare(subjects)

    def close(
        self,
        event: DomainEvent,
        topic: str,
        state: dict[str, Any],
        personal: Iterable[PersonalField],
    ) -> None:
        """Take the personal data out of a state and lay it sealed beside the rest.

        Args:
            personal: the personal fields of the event, which :meth:`prepare` was told of.
        """
        groups: dict[Subjects, list[tuple[Path, Any]]] = {}
        for field in personal:
            *way, last = field.path
            place: Any = state
            for step in way:
                place = place[step]
            groups.setdefault(field.subjects, []).append((field.path, place[last]))
            place[last] = field.erased
        if groups:
            state[SEALED] = [
                self._piece(event, topic, subjects, held) for subjects, held in groups.items()
            ]

    def open(self, originator: str, topic: str, state: dict[str, Any]) -> None:
        """Put the personal data back in its place, but for what was erased.

        Args:
            originator: the aggregate's id and the event's version, as :func:`place_of` has it.

        Raises:
            BrokenSealError: when a piece is damaged or belongs elsewhere.
            KeysError: when a key is missing that was not destroyed.
        """
        for piece in state.pop(SEALED, ()):
            try:
                self._open_piece(piece, originator, topic, state)
            except (KeyError, IndexError, TypeError, binascii.Error, InvalidTag) as error:
                raise BrokenSealError(type(error).__name__) from error

    def _piece(
        self,
        event: DomainEvent,
        topic: str,
        subjects: Subjects,
        held: list[tuple[Path, Any]],
    ) -> dict[str, Any]:
        places = ["/".join(map(str, path)) for path, _ in held]
        piece: dict[str, Any] = {"s": list(subjects), "p": places}
        cipher = self._keys.cipher(subjects)
        if cipher is not None:
            nonce = secrets.token_bytes(NONCE_BYTES)
            bound = _bound(place_of(event.originator_id, event.originator_version), topic, piece)
            sealed = cipher.encrypt(nonce, orjson.dumps([value for _, value in held]), bound)
            piece["c"] = base64.b64encode(nonce + sealed).decode()
        return piece

    def _open_piece(
        self, piece: dict[str, Any], originator: str, topic: str, state: dict[str, Any]
    ) -> None:
        cipher = self._keys.cipher(tuple(piece["s"]))
        if cipher is None:
            return
        sealed = base64.b64decode(piece["c"], validate=True)
        bound = _bound(originator, topic, piece)
        values = orjson.loads(cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound))
        for path, value in zip(piece["p"], values, strict=True):
            *way, last = _steps(path)
            place: Any = state
            for step in way:
                place = place[_step(place, step)]
            place[_step(place, last)] = value


def place_of(originator_id: object, version: int) -> str:
    """Where an event belongs."""
    return f"{originator_id}:{version}"


@lru_cache(maxsize=4096)
def _steps(path: str) -> list[str]:
    return path.split("/")


def _step(place: Any, step: str) -> str | int:
    return int(step) if isinstance(place, list) else step


def _bound(originator: str, topic: str, piece: dict[str, Any]) -> bytes:
    """What is not secret and must not change: where it belongs, whose it is, and what it is."""
    return orjson.dumps([originator, topic, piece["s"], piece["p"]])
