"""Who is who: one NATS seed for the service and each agency, and one HTTP token for each agency.

All lie as files of mode 0600 in a folder of mode 0700. Only public keys and digests leave it.
"""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import nkeys

from services.settings import Settings

SERVICE_USER = "_service"
"""The service's own NATS user. No agency can be called so: their codes begin with a letter."""

PSEUDONYM_KEY = "pseudonym.key"

OTHERS = stat.S_IRWXG | stat.S_IRWXO


class CredentialsError(Exception):
    """A seed or token is missing, can be read by others, or is damaged."""


def ensure_credentials(settings: Settings) -> None:
    """Make the seeds and tokens that are missing; what is there stays.

    Several processes may do so at once: the first one's file stands.

    Raises:
        OSError: when the folder cannot be written.
    """
    folder = settings.credentials
    for private in (folder.parent, folder):  # the mode of mkdir is for the last folder only
        private.mkdir(parents=True, exist_ok=True, mode=0o700)
    for user in users(settings):
        _create(folder / f"{user}.nk", _new_seed)
    for agency in settings.agencies:
        _create(folder / f"{agency.code}.token", lambda: secrets.token_urlsafe(32))
    _create(folder / PSEUDONYM_KEY, lambda: f"k1:{secrets.token_hex(32)}")


def pseudonym_key_file(settings: Settings) -> Path:
    """The file with the keys of the BSNs' pseudonyms. Raises CredentialsError as seed_file."""
    path = settings.credentials / PSEUDONYM_KEY
    _check(path)
    return path


def users(settings: Settings) -> tuple[str, ...]:
    """The NATS users: the service and the agencies."""
    return (SERVICE_USER, *(agency.code for agency in settings.agencies))


def seed_file(settings: Settings, user: str) -> Path:
    """The file with this user's seed, after a look at who else can read it.

    Raises:
        CredentialsError: when there is no such user, or the file is missing or open to others.
    """
    if user not in users(settings):
        known = ", ".join(agency.code for agency in settings.agencies)
        raise CredentialsError(f"there is no agency {user!r}; the settings have: {known}")
    path = settings.credentials / f"{user}.nk"
    _check(path)
    return path


def public_key(settings: Settings, user: str) -> str:
    """The public key of this user, as the server's configuration names it.

    Raises:
        CredentialsError: when the seed is missing, damaged or can be read by others.
    """
    path = seed_file(settings, user)
    try:
        pair = nkeys.from_seed(bytearray(path.read_bytes().strip()))
    except (nkeys.NkeysError, ValueError) as error:
        raise CredentialsError(
            f"{path} holds no NATS seed; move it away and run: oneplan credentials create"
        ) from error
    key: str = pair.public_key.decode()
    pair.wipe()
    return key


def token_digests(settings: Settings) -> dict[str, str]:
    """The agency behind each HTTP token, by the token's SHA-256 in hexadecimal.

    An agency without a token file cannot use the HTTP API and is left out.

    Raises:
        CredentialsError: when others can read a token.
    """
    digests = {}
    for agency in settings.agencies:
        path = settings.credentials / f"{agency.code}.token"
        if path.exists():
            _check(path)
            digests[sha256(path.read_bytes().strip()).hexdigest()] = str(agency.code)
    return digests


def _new_seed() -> str:
    seed: bytes = nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER)
    return seed.decode()


def _create(path: Path, make: Callable[[], str]) -> None:
    if path.exists():
        return
    # Written aside and linked: nobody ever sees half a file, and the first of two makers wins.
    descriptor, aside = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(descriptor)
        path.hardlink_to(aside)
    except FileExistsError:
        pass
    finally:
        Path(aside).unlink()


def _check(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise CredentialsError(
            f"{path} is not there. Is this the right credentials folder? "
            "To make what is missing, run: oneplan credentials create"
        ) from error
    if mode & OTHERS:
        raise CredentialsError(
            f"{path} can be read by others (mode {stat.S_IMODE(mode):04o}); run: chmod 600 {path}"
        )
