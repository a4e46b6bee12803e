"""What agencies send in a run: good events, copies, events that come too early, and poison."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

import orjson

from benchmarks import load
from domain.values.base import TEXT_LIMIT
from services.bus.subjects import agency_subject
from services.contracts.faults import WHOLE_MESSAGE

BSN = "123456782"
"""Passes the eleven-test and is nobody's."""
EARLIER = 30
"""By how many places at most an event comes before its turn."""
LATER = 200
"""After how many places at most a copy follows."""


@dataclass(frozen=True)
class Sent:
    """One message as its agency publishes it. ``event_id`` is None where nobody can read it.

    ``fault`` is the field that its rejection names, None for an event that is to be accepted.
    """

    agency: str
    family: str
    type_: str
    body: bytes
    event_id: str | None
    fault: str | None = None

    @property
    def subject(self) -> str:
        """Where it is published."""
        return agency_subject(self.agency, self.family, self.type_)

    @cached_property
    def digest(self) -> str:
        """By which its body is known again."""
        return digest(self.body)


@dataclass(frozen=True)
class Shares:
    """How many of the messages are what, as a share of the good ones."""

    again: float = 0.03
    early: float = 0.03
    poison: float = 0.01


def digest(body: bytes) -> str:
    """By which a body is known again."""
    return hashlib.sha256(body).hexdigest()


def messages(
    events: Iterable[dict[str, Any]], seed: int = 1, shares: Shares | None = None
) -> list[Sent]:
    """Events as their agencies send them: the same for the same seed.

    Args:
        events: each of which is accepted when they are sent in this order.
        shares: how many are sent twice, too early or are no events that can be taken.
    """
    rng, wanted = Random(seed), shares or Shares()
    made = [good(event) for event in events]
    poison = list(_poison(made, rng, wanted.poison))
    _move(made, rng, wanted.early)
    place = 0
    for one in [one for one in made if rng.random() < wanted.again]:
        place = made.index(one, place)
        made.insert(min(len(made), place + rng.randint(1, LATER)), one)
    for one in poison:
        made.insert(rng.randint(0, len(made)), one)
    return made


def good(event: dict[str, Any]) -> Sent:
    """An event that is to be accepted."""
    agency = str(event["source"]).rsplit(":", 1)[-1]
    family, type_, event_id = (str(event[name]) for name in ("subject", "type", "id"))
    return Sent(agency, family, type_, orjson.dumps(event), event_id)


def _move(made: list[Sent], rng: Random, share: float) -> None:
    for place in range(len(made)):
        if rng.random() < share:
            made.insert(max(0, place - rng.randint(1, EARLIER)), made.pop(place))


def _poison(made: list[Sent], rng: Random, share: float) -> Iterator[Sent]:
    kinds = (_no_json, _no_event, _with_bsn, _too_long)
    for number in range(round(share * len(made))):
        like = rng.choice(made)
        yield kinds[number % len(kinds)](like, number)


def _no_json(like: Sent, number: int) -> Sent:
    body = like.body[: len(like.body) // 2] + str(number).encode()
    return Sent(like.agency, like.family, like.type_, body, None, WHOLE_MESSAGE)


def _no_event(like: Sent, number: int) -> Sent:
    event = orjson.loads(like.body)
    del event["specversion"]
    return _poisoned(like, event, f"no-event-{number}", "specversion")


def _with_bsn(like: Sent, number: int) -> Sent:
    return _note(like, f"bsn-{number}", f"Zijn BSN is {BSN}.")


def _too_long(like: Sent, number: int) -> Sent:
    return _note(like, f"too-long-{number}", "x" * (TEXT_LIMIT + 1))


def _note(like: Sent, event_id: str, text: str) -> Sent:
    event = orjson.loads(like.body)
    event |= {"type": f"nl.oneplan.{load.NOTE}", "data": {"note_id": event_id, "text": text}}
    return _poisoned(like, event, event_id, "data.text")


def _poisoned(like: Sent, event: dict[str, Any], suffix: str, fault: str) -> Sent:
    event["id"] = f"{like.family}-{suffix}"
    return Sent(like.agency, like.family, event["type"], orjson.dumps(event), event["id"], fault)
