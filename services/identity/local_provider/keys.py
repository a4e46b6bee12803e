"""The provider's own key, made at its first start and kept in a file of mode 0600."""

from __future__ import annotations

import json
from pathlib import Path

from joserfc.jwk import ECKey, KeySet

from services.files import create_private, read_private
from services.settings import Settings

ALGORITHM = "ES256"


def key_file(settings: Settings) -> Path:
    """Where it lies."""
    return settings.credentials / "_local-provider.jwk"


def signing_keys(settings: Settings) -> KeySet:
    """The key pair, as a set of one.

    Raises:
        CredentialsError: when others can read the file.
        OSError: when it cannot be made.
    """
    path = key_file(settings)
    create_private(path, _made)
    return KeySet([ECKey.import_key(json.loads(read_private(path)))])


def _made() -> str:
    made = ECKey.generate_key(
        "P-256", {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True
    )
    return json.dumps(made.as_dict(private=True))
