"""Agencies that come, get new keys, and go: the register and the files beside it.

What is written here is in force on the NATS servers once they read their accounts again, see
``services/bus/in_force.py``; on the services at their next look at the register.
"""

from __future__ import annotations

from datetime import datetime

from services.bus.agencies import Agencies, Agency, AgencyState
from services.bus.credentials import changing, key_files, keyed, write_agencies
from services.settings import AgencySettings, Settings


class AgencyChangeError(Exception):
    """The register does not allow this change; the message says why and what to do."""


def add_agency(settings: Settings, agency: AgencySettings, now: datetime) -> Agency:
    """Enter an agency, with a new seed and token. One that was revoked may come back.

    Args:
        settings: where the register is.
        agency: its code, name, kind and OIN.
        now: since when it is active (UTC).

    Raises:
        AgencyChangeError: when its code or OIN is another's, or it was of another kind before.
        CredentialsError: when the register is damaged or can be read by others.
        OSError: when the folder cannot be written.
    """
    with changing(settings) as agencies:
        _check_new(agencies, agency)
        _forget_keys(settings, agency.code)
        added = keyed(settings, agency, now)
        write_agencies(settings, agencies.with_agency(added))
    return added


def rotate_agency(settings: Settings, code: str, now: datetime) -> Agency:
    """Give an active agency a new seed and a new token; the old ones are for nothing any more.

    Raises:
        AgencyChangeError: when there is no such agency, or it was revoked.
        CredentialsError, OSError: as :func:`add_agency`.
    """
    with changing(settings) as agencies:
        known = _known(agencies, code)
        if not known.is_active:
            raise AgencyChangeError(
                f"the agency {code} was revoked; to let it in again, run: oneplan agency add {code}"
            )
        _forget_keys(settings, code)
        rotated = keyed(settings, known, now).model_copy(update={"since": known.since})
        write_agencies(settings, agencies.with_agency(rotated))
    return rotated


def revoke_agency(settings: Settings, code: str, now: datetime) -> Agency:
    """Let an agency in no more. What it published stays. Safe to do twice.

    Raises:
        AgencyChangeError: when there is no such agency.
        CredentialsError, OSError: as :func:`add_agency`.
    """
    with changing(settings) as agencies:
        revoked = _known(agencies, code)
        if revoked.is_active:
            revoked = revoked.model_copy(
                update={
                    "state": AgencyState.REVOKED,
                    "since": now,
                    "public_key": None,
                    "token_digest": None,
                    "keys_since": None,
                }
            )
            write_agencies(settings, agencies.with_agency(revoked))
        _forget_keys(settings, code)
    return revoked


def _check_new(agencies: Agencies, agency: AgencySettings) -> None:
    known = agencies.get(agency.code)
    if known is not None and known.is_active:
        raise AgencyChangeError(
            f"there is an agency {agency.code} already; for new keys, run: "
            f"oneplan agency rotate {agency.code}"
        )
    if known is not None and known.kind is not agency.kind:
        raise AgencyChangeError(
            f"{agency.code} was of the kind {known.kind}, and what it published is known as such; "
            "give the new agency another code"
        )
    for other in agencies.agencies:
        if agency.oin is not None and other.oin == agency.oin and other.code != agency.code:
            raise AgencyChangeError(f"the OIN {agency.oin} is that of {other.code}")


def _known(agencies: Agencies, code: str) -> Agency:
    known = agencies.get(code)
    if known is None:
        codes = ", ".join(agency.code for agency in agencies.active)
        raise AgencyChangeError(f"there is no agency {code!r}; the register has: {codes}")
    return known


def _forget_keys(settings: Settings, code: str) -> None:
    for path in key_files(settings, code):
        path.unlink(missing_ok=True)
