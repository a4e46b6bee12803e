"""Who is who: a NATS seed for the service, its administrator and each agency, and HTTP tokens.

All lie as files of mode 0600 in a folder of mode 0700. Only public keys and digests leave it, and
those of the agencies are in the register (``services/bus/agencies.py``): it says who gets in.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import nkeys

from services.bus.agencies import Agencies, Agency, read_agencies, register_file
from services.clock import utc_now
from services.embedded.lock import FolderInUseError, FolderLock
from services.files import CredentialsError, check_private, create_private, replace_file
from services.settings import AgencySettings, Settings

__all__ = ["CredentialsError"]

SERVICE_USER = "_service"
"""The service's own NATS user. No agency can be called so: their codes begin with a letter."""
SYSTEM_USER = "_system"
"""Who tells the NATS servers to read their accounts again, and may do nothing else."""
OUR_USERS = (SERVICE_USER, SYSTEM_USER)

LOCK_SECONDS = 30
PSEUDONYM_KEY = "pseudonym.key"


def ensure_credentials(settings: Settings) -> None:
    """Make the seeds and tokens that are missing, and enter the settings' agencies in the register.

    What is there stays, and who was revoked stays revoked. The name, kind and OIN of an agency of
    the settings follow the settings. A seed or token that is gone after it was entered is not made
    again, for that would shut out the agency that holds a copy: ``oneplan agency rotate`` does it.

    Several processes may do so at once.

    Raises:
        CredentialsError: when the register or a seed is damaged or can be read by others.
        OSError: when the folder cannot be written.
    """
    with changing(settings) as known:
        for user in OUR_USERS:
            create_private(seed_path(settings, user), new_seed)
        create_private(settings.credentials / PSEUDONYM_KEY, _new_pseudonym_key)
        agencies = known
        for agency in settings.agencies:
            agencies = agencies.with_agency(_entered(settings, known, agency))
        write_agencies(settings, agencies)


@contextmanager
def changing(settings: Settings) -> Iterator[Agencies]:
    """The register, which nobody else changes until the end of the block; the folder is there.

    Raises:
        CredentialsError: when the register is damaged, or another holds on to it.
    """
    folder, keys = settings.credentials, settings.keys
    # The mode of mkdir is for the last folder only.
    for private in (folder.parent, folder, keys.parent, keys):
        private.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FolderLock(folder / "lock", patience=LOCK_SECONDS):
            found = read_agencies(settings) if register_file(settings).exists() else None
            yield found or Agencies(agencies=())
    except FolderInUseError as error:
        raise CredentialsError(f"{error} is changing {folder}; try again later") from error


def write_agencies(settings: Settings, agencies: Agencies) -> None:
    """Replace the register in one step, when it differs. Raises OSError."""
    path = register_file(settings)
    text = agencies.model_dump_json(indent=2) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        replace_file(path, text)


def pseudonym_key_file(settings: Settings) -> Path:
    """The file with the keys of the BSNs' pseudonyms. Raises CredentialsError as seed_file."""
    path = settings.credentials / PSEUDONYM_KEY
    check_private(path)
    return path


def users(settings: Settings) -> tuple[str, ...]:
    """The NATS users: the service, its administrator and the active agencies.

    Raises CredentialsError when the register is damaged.
    """
    return (*OUR_USERS, *(agency.code for agency in read_agencies(settings).active))


def seed_file(settings: Settings, user: str) -> Path:
    """The file with this user's seed, after a look at who else can read it.

    Raises:
        CredentialsError: when there is no such user, or the file is missing or open to others.
    """
    mend = "Is this the right credentials folder? To make what is missing, run: "
    if user not in OUR_USERS:
        _check_agency(settings, user)
    known = user not in OUR_USERS and register_file(settings).exists()
    mend += f"oneplan agency rotate {user}" if known else "oneplan credentials create"
    path = seed_path(settings, user)
    check_private(path, mend)
    return path


def public_key(settings: Settings, user: str) -> str:
    """The public key of this user's seed, as the server's configuration names it.

    Raises:
        CredentialsError: when the seed is missing, damaged or can be read by others.
    """
    return _public_key(seed_file(settings, user))


def public_keys(settings: Settings) -> dict[str, str]:
    """The public key of each user whom the NATS servers are to let in.

    Those of the agencies are the register's: their seeds need not be on this machine.

    Raises:
        CredentialsError: when one of our own seeds is missing, or the register is damaged.
    """
    ours = {user: public_key(settings, user) for user in OUR_USERS}
    agencies = read_agencies(settings).active
    return ours | {one.code: one.public_key for one in agencies if one.public_key is not None}


def token_digests(settings: Settings) -> dict[str, str]:
    """The active agency behind each HTTP token, by the token's SHA-256 in hexadecimal.

    Raises:
        CredentialsError: when others can read or change the register.
    """
    agencies = read_agencies(settings).active
    return {one.token_digest: one.code for one in agencies if one.token_digest is not None}


def mismatches(settings: Settings) -> Iterator[str]:
    """What is wrong with the seeds and tokens that are here, one line each.

    Raises CredentialsError when the register is damaged or can be read by others.
    """
    for agency in read_agencies(settings).active:
        mend = f"run: oneplan agency rotate {agency.code}"
        seed, token = key_files(settings, agency.code)
        for path, digest, wanted in (
            (seed, _public_key, agency.public_key),
            (token, _digest, agency.token_digest),
        ):
            try:
                if path.exists() and digest(path) != wanted:
                    yield f"{path} is not the one in force; {mend}"
            except CredentialsError as error:
                yield str(error)


def keyed(settings: Settings, agency: AgencySettings, now: datetime) -> Agency:
    """The agency as an active one, with the keys that its files hold; what is missing is made.

    Raises:
        CredentialsError: when a file is damaged or can be read by others.
        OSError: when the folder cannot be written.
    """
    seed, token = key_files(settings, agency.code)
    create_private(seed, new_seed)
    create_private(token, lambda: secrets.token_urlsafe(32))
    facts = agency.model_dump(include=set(AgencySettings.model_fields))
    keys = {"public_key": _public_key(seed), "token_digest": _digest(token)}
    return Agency(**facts, **keys, since=now, keys_since=now)


def key_files(settings: Settings, code: str) -> tuple[Path, Path]:
    """Where an agency's seed and token lie until they are handed to it."""
    return seed_path(settings, code), settings.keys / f"{code}.token"


def seed_path(settings: Settings, user: str) -> Path:
    """Where this user's seed lies, if it is on this machine. Nothing is looked at."""
    folder = settings.credentials if user == SERVICE_USER else settings.keys
    return folder / f"{user}.nk"


def new_seed() -> str:
    """A new seed of a NATS user, in the nkeys format that ``nk`` and ``nsc`` understand."""
    seed: bytes = nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER)
    return seed.decode()


def _entered(settings: Settings, agencies: Agencies, agency: AgencySettings) -> Agency:
    known = agencies.get(agency.code)
    if known is None:
        return keyed(settings, agency, utc_now())
    return known.model_copy(update=dict(agency))


def _check_agency(settings: Settings, code: str) -> None:
    agencies = read_agencies(settings)
    known = agencies.get(code)
    if known is None:
        codes = ", ".join(agency.code for agency in agencies.active)
        raise CredentialsError(f"there is no agency {code!r}; the register has: {codes}")
    if not known.is_active:
        raise CredentialsError(f"the agency {code} was revoked on {known.since:%Y-%m-%d}")


def _public_key(path: Path) -> str:
    check_private(path)
    try:
        pair = nkeys.from_seed(bytearray(path.read_bytes().strip()))
    except (nkeys.NkeysError, ValueError) as error:
        raise CredentialsError(
            f"{path} holds no NATS seed; move it away and run: oneplan credentials create, "
            "or for an agency: oneplan agency rotate"
        ) from error
    key: str = pair.public_key.decode()
    pair.wipe()
    return key


def _digest(path: Path) -> str:
    check_private(path)
    return sha256(path.read_bytes().strip()).hexdigest()


def _new_pseudonym_key() -> str:
    return f"k1:{secrets.token_hex(32)}"
