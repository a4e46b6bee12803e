"""The key ring: the keys in memory, for a short while, and the ciphers made of them.

A key that was destroyed is gone from here after :data:`CHECK_SECONDS` at most, in every process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from eventsourcing.persistence import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from domain.personal import covering
from services.keys.master import KEY_BYTES, KeysError
from services.keys.store import KeyStore, open_key_store
from services.keys.tables import home_of
from services.settings import Settings

CHECK_SECONDS = 1.0
"""How long a key may be used after somebody has destroyed it."""
LIFE_SECONDS = 600.0
"""How long a key stays in memory at most."""
MOST_HOMES = 20_000
"""Families and agencies whose keys are in memory at most."""

Subjects = tuple[str, ...]


class MissingKeyError(KeysError):
    """A subject has no key and was not erased: these are not the keys of these events."""


class KeyRing:
    """The ciphers of subjects. May be used by several threads at once.

    Any method raises eventsourcing.persistence.OperationalError when the key store's database
    fails, and KeysError when a key cannot be unwrapped.
    """

    def __init__(self, store: KeyStore) -> None:
        self.store = store
        self._lock = threading.RLock()
        self._keys: dict[str, dict[str, bytes]] = {}
        self._erased: dict[str, set[str]] = {}
        self._ciphers: dict[Subjects, AESGCM | None] = {}
        self._generation = -1
        self._check_at = 0.0
        self._forget_at = 0.0

    @property
    def generation(self) -> int:
        """Rises when keys were destroyed: what was decrypted before may have to be forgotten."""
        with self._lock:
            self._look()
            return self._generation

    def prepare(self, subjects: Collection[str]) -> None:
        """See to it that these subjects have keys, and that those are on disk."""
        with self._lock, _failing_as_the_store():
            self._look()
            missing = {one for one in subjects if self._find(one) is None and self._is_alive(one)}
            if missing:
                self.store.make(missing)
                for home in {home_of(one) for one in missing}:
                    self._load(home)

    def cipher(self, subjects: Subjects) -> AESGCM | None:
        """The cipher for what belongs to these subjects together, None when one was erased.

        Raises:
            MissingKeyError: when one of them has no key.
        """
        with self._lock, _failing_as_the_store():
            self._look()
            if subjects not in self._ciphers:
                self._ciphers[subjects] = self._combined(subjects)
            return self._ciphers[subjects]

    def close(self) -> None:
        """Forget all keys and let go of the store."""
        with self._lock:
            self._forget()
            self.store.close()

    def _combined(self, subjects: Subjects) -> AESGCM | None:
        """All keys are needed: they are combined as in NIST SP 800-133r2, section 6.3 (3)."""
        if not all(map(self._is_alive, subjects)):
            return None
        keys = [self._find(one) for one in subjects]
        missing = [one for one, key in zip(subjects, keys, strict=True) if key is None]
        if missing:
            raise MissingKeyError(f"there is no key of {missing[0]}: are these the right keys?")
        material = b"".join(key for key in keys if key is not None)
        info = b"oneplan event " + "\n".join(subjects).encode()
        return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(material))

    def _find(self, subject: str) -> bytes | None:
        home = home_of(subject)
        if home not in self._keys:
            self._load(home)
        if subject not in self._keys[home] and self._is_alive(subject):
            # Another process may have made it since.
            self._load(home)
        return self._keys[home].get(subject)

    def _is_alive(self, subject: str) -> bool:
        home = home_of(subject)
        if home not in self._erased:
            self._load(home)
        return self._erased[home].isdisjoint(covering(subject))

    def _load(self, home: str) -> None:
        if len(self._keys) >= MOST_HOMES:
            self._forget()
        self._keys[home], self._erased[home] = self.store.load(home)

    def _look(self) -> None:
        now = time.monotonic()
        if now < self._check_at:
            return
        with _failing_as_the_store():
            generation = self.store.generation()
        if generation != self._generation or now >= self._forget_at:
            self._forget()
            self._generation = generation
            self._forget_at = now + LIFE_SECONDS
        self._check_at = now + CHECK_SECONDS

    def _forget(self) -> None:
        self._keys.clear()
        self._erased.clear()
        self._ciphers.clear()


def open_key_ring(settings: Settings) -> KeyRing:
    """A ring on the key store of the settings. Raises as :func:`open_key_store`."""
    return KeyRing(open_key_store(settings))


@contextmanager
def _failing_as_the_store() -> Iterator[None]:
    """Whoever saves and reads events knows what to do when the event store fails."""
    try:
        yield
    except SQLAlchemyError as error:
        raise OperationalError(f"the key store fails: {type(error).__name__}") from error
