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

from services.keys.master import KEY_BYTES, KeysError
from services.keys.store import KeyStore, Loaded, open_key_store
from services.keys.tables import home_of
from services.settings import Settings

CHECK_SECONDS = 1.0
"""How long a key may be used after somebody has destroyed it."""
LIFE_SECONDS = 600.0
"""How long a key stays in memory at most."""
MOST_HOMES = 20_000
"""Families and agencies whose keys are in memory, about, at most."""

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
        self._homes: dict[str, Loaded] = {}
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
            self._load({home_of(one) for one in subjects} - self._homes.keys())
            missing = {one for one in subjects if self._lacks(one)}
            if missing:
                made = self.store.make(missing)
                for subject, key in made.items():
                    self._homes[home_of(subject)].keys[subject] = key
                self._load_more(missing - made.keys())

    def cipher(self, subjects: Subjects) -> AESGCM | None:
        """The cipher for what belongs to these subjects together, None when one was erased.

        Raises:
            MissingKeyError: when one of them has no key.
        """
        with self._lock:
            self._look()
            if subjects not in self._ciphers:
                with _failing_as_the_store():
                    self._ciphers[subjects] = self._combined(subjects)
            return self._ciphers[subjects]

    def wait_until_forgotten(self, seconds: float) -> None:
        """Wait until every process has forgotten what was destroyed, and forget it here."""
        time.sleep(seconds)
        with self._lock:
            self._check_at = 0.0
            self._look()

    def close(self) -> None:
        """Forget all keys and let go of the store."""
        with self._lock:
            self._forget()
            self.store.close()

    def _combined(self, subjects: Subjects) -> AESGCM | None:
        """All keys are needed: they are combined as in NIST SP 800-133r2, section 6.3 (3)."""
        homes = {home_of(one) for one in subjects}
        self._load(homes - self._homes.keys())
        if any(map(self._lacks, subjects)):
            # Another process may have made it since.
            self._load(homes)
        if not all(self._homes[home_of(one)].is_alive(one) for one in subjects):
            return None
        for one in subjects:
            if self._lacks(one):
                raise MissingKeyError(f"there is no key of {one}: are these the right keys?")
        material = b"".join(self._homes[home_of(one)].keys[one] for one in subjects)
        info = b"oneplan event " + "\n".join(subjects).encode()
        return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(material))

    def _lacks(self, subject: str) -> bool:
        """Whether a subject should have a key and has none here; its home has been loaded."""
        home = self._homes[home_of(subject)]
        return subject not in home.keys and home.is_alive(subject)

    def _load(self, homes: Collection[str]) -> None:
        if homes:
            self._homes.update(self.store.load(homes))

    def _load_more(self, subjects: Collection[str]) -> None:
        """Of loaded homes: others have made these keys meanwhile, or erased whose they are."""
        if subjects:
            for home, loaded in self.store.load_only(subjects).items():
                self._homes[home].keys.update(loaded.keys)
                self._homes[home].erased.update(loaded.erased)

    def _look(self) -> None:
        now = time.monotonic()
        if now < self._check_at:
            return
        with _failing_as_the_store():
            generation = self.store.generation()
        if (
            generation != self._generation
            or now >= self._forget_at
            or len(self._homes) > MOST_HOMES
        ):
            self._forget()
            self._generation = generation
            self._forget_at = now + LIFE_SECONDS
        self._check_at = now + CHECK_SECONDS

    def _forget(self) -> None:
        self._homes.clear()
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
