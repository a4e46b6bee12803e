"""The notary's Ed25519 key: a file of mode 0600 among the credentials."""

from __future__ import annotations

import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.files import CredentialsError, create_private, read_private
from services.settings import Settings

SEED_BYTES = 32


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    """The key, made when it is not there yet.

    Raises:
        CredentialsError: when others can read it, or it is damaged.
    """
    path = _path(settings)
    create_private(path, lambda: secrets.token_bytes(SEED_BYTES).hex())
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(read_private(path)))
    except ValueError as error:
        raise CredentialsError(f"{path} holds no Ed25519 key; put back a copy of it") from error


def public_key(settings: Settings) -> Ed25519PublicKey | None:
    """The key that anybody may know, None where no notary has worked yet.

    Raises:
        CredentialsError: as :func:`signing_key`.
    """
    return signing_key(settings).public_key() if _path(settings).exists() else None


def _path(settings: Settings) -> Path:
    return settings.credentials / "notary.key"
