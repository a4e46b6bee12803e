"""The master key: it wraps the keys of all subjects. It lies in a file of mode 0600.

While it is being replaced both files are there, so that a crash loses neither.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.files import CredentialsError, create_private, read_private, sync_folder
from services.settings import Settings

KEY_BYTES = 32
NONCE_BYTES = 12
"""AES-GCM's nonce (NIST SP 800-38D, section 5.2.1.1): 96 bits, random."""
FILE = "master.key"
NEXT_FILE = "master.key.next"


class KeysError(Exception):
    """The keys cannot be used: a file is missing, open to others or damaged, or they do not fit."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key; ``id`` tells it from others and gives nothing away."""

    secret: bytes
    id: str = field(init=False)
    """Eight hexadecimal digits."""
    _cipher: AESGCM = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        digest = sha256(b"oneplan master key" + self.secret).hexdigest()
        object.__setattr__(self, "id", digest[:8])
        object.__setattr__(self, "_cipher", AESGCM(self.secret))

    def __repr__(self) -> str:
        return f"MasterKey({self.id})"

    def wrap(self, key: bytes, subject: str) -> bytes:
        """A subject's key, encrypted; it can be unwrapped for the same subject only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, subject.encode())

    def unwrap(self, wrapped: bytes, subject: str) -> bytes:
        """The key. Raises KeysError when it was wrapped by another master or for another."""
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, sealed, subject.encode())
        except InvalidTag as error:
            raise KeysError(f"the key of {subject} is damaged, or the master key is not") from error


class MasterFiles:
    """The files with the master key, and with the next one while it is being replaced."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.credentials

    @property
    def path(self) -> Path:
        """The file with the key in use."""
        return self._folder / FILE

    @property
    def _next_path(self) -> Path:
        return self._folder / NEXT_FILE

    def present(self) -> dict[str, MasterKey]:
        """The master keys there are, by id.

        Raises:
            KeysError: when a file is damaged or can be read by others.
        """
        keys = [_read(path) for path in (self.path, self._next_path) if path.exists()]
        return {key.id: key for key in keys}

    def current(self) -> MasterKey:
        """The key to wrap with. Raises KeysError when it is missing."""
        if not self.path.exists():
            raise KeysError(f"{self.path} is not there; bring it back from where it is kept safe")
        return _read(self.path)

    def create(self) -> MasterKey:
        """The key in the file, made if there is none; the first of two makers wins."""
        create_secret(self.path)
        return self.current()

    def begin_next(self) -> MasterKey:
        """The next key, made if it is not there from an earlier attempt."""
        create_secret(self._next_path)
        return _read(self._next_path)

    def put_next_in_use(self) -> None:
        """The next key takes the place of the old one, which is overwritten first."""
        length = self.path.stat().st_size
        with self.path.open("r+b") as file:
            file.write(secrets.token_bytes(length))
            file.flush()
            os.fsync(file.fileno())
        self._next_path.replace(self.path)
        sync_folder(self._folder)


def read_secret(path: Path) -> bytes:
    """The 32 bytes in a file of mode 0600, as base64.

    Raises:
        KeysError: when it is missing or damaged, or others can read it.
    """
    try:
        text = read_private(path)
    except CredentialsError as error:
        raise KeysError(str(error)) from error
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeysError(f"{path} is damaged: it is not base64") from error
    if len(secret) != KEY_BYTES:
        raise KeysError(f"{path} is damaged: it does not hold {KEY_BYTES} bytes")
    return secret


def create_secret(path: Path) -> None:
    """Make a file with 32 random bytes unless it is there. It is on disk when this returns."""
    create_private(path, lambda: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
    sync_folder(path.parent)


def _read(path: Path) -> MasterKey:
    return MasterKey(read_secret(path))
