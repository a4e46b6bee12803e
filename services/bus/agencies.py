"""The register of agencies: who may publish and read, on disk, while the service runs.

``agencies.json`` lies beside the seeds. A service that runs notices a change within
``LOOK_SECONDS`` and needs no restart. Before there is a file, the agencies are the settings'.
"""

from __future__ import annotations

import hmac
import os
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from time import monotonic

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.values import AgencyKind, UtcDateTime
from services.files import CredentialsError, check_private
from services.settings import AgencySettings, Settings

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
"""How long a change may go unnoticed. An agency that is not known is looked for at once."""

Signature = tuple[int, int, int]


class AgencyState(StrEnum):
    """Whether an agency may publish and read."""

    ACTIVE = "active"
    REVOKED = "revoked"


class Agency(AgencySettings):
    """An agency in the register. ``since`` and ``keys_since`` are in UTC."""

    public_key: str | None = None
    """Of its NATS seed, in the nkeys format; None before any seed was made."""
    token_digest: str | None = None
    """The SHA-256 of its HTTP token, in hexadecimal."""
    state: AgencyState = AgencyState.ACTIVE
    since: UtcDateTime | None = None
    """When it came into this state; None before there is a register on disk."""
    keys_since: UtcDateTime | None = None
    """When its seed and token were made or taken up."""

    @property
    def is_active(self) -> bool:
        """Whether it may publish and read."""
        return self.state is AgencyState.ACTIVE


class Agencies(BaseModel):
    """All agencies that there are or were: what ``agencies.json`` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agencies: tuple[Agency, ...]

    @property
    def active(self) -> tuple[Agency, ...]:
        """Those that may publish and read."""
        return tuple(agency for agency in self.agencies if agency.is_active)

    def get(self, code: str) -> Agency | None:
        """The agency with this code, revoked or not, or None for a stranger."""
        return next((agency for agency in self.agencies if agency.code == code), None)

    def with_agency(self, agency: Agency) -> Agencies:
        """The same, with this agency added or in the place of the one with its code."""
        if self.get(agency.code) is None:
            return Agencies(agencies=(*self.agencies, agency))
        changed = (agency if one.code == agency.code else one for one in self.agencies)
        return Agencies(agencies=tuple(changed))


def register_file(settings: Settings) -> Path:
    """Where the register lies."""
    return settings.credentials / "agencies.json"


def read_agencies(settings: Settings) -> Agencies:
    """The agencies as they are on disk now, or those of the settings when there is no register.

    Raises:
        CredentialsError: when others than its owner can read or change it, or it is damaged.
    """
    path = register_file(settings)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        initial = (Agency(**agency.model_dump()) for agency in settings.agencies)
        return Agencies(agencies=tuple(initial))
    check_private(path)
    try:
        return Agencies.model_validate_json(content)
    except ValidationError as error:
        raise CredentialsError(
            f"{path} is damaged ({error.error_count()} faults); put a copy of it back in place"
        ) from error


class AgencyRegister:
    """The agencies for a service that runs: looked at again now and then, cheap to ask.

    A register that cannot be read is logged, and the last good one stands: a slip of an
    administrator's hand must not make events be rejected. Safe to use by several threads.
    """

    def __init__(self, settings: Settings) -> None:
        """Read it. Raises CredentialsError as :func:`read_agencies` does."""
        self._settings = settings
        self._path = register_file(settings)
        self._signature = _signature(self._path)
        self._look_again_at = monotonic() + LOOK_SECONDS
        self._known = _Known(read_agencies(settings))

    @property
    def agencies(self) -> Agencies:
        """All agencies, the revoked ones too."""
        return self._current().all

    def kind_of(self, code: str) -> AgencyKind | None:
        """What kind of agency this is or was, or None for a stranger."""
        agency = self._known_or_new(code)
        return None if agency is None else agency.kind

    def name_of(self, code: str) -> str:
        """What this agency is or was called; its code for a stranger."""
        agency = self._known_or_new(code)
        return code if agency is None else agency.name

    def agency_of_source(self, source: str) -> str | None:
        """The code of the agency behind a CloudEvents source, or None for a stranger.

        Revoked ones are found too: what is in the stream came in while they were active, for the
        server lets nobody else publish. It is not lost because somebody left since.
        """
        code = self._current().code_by_source.get(source)
        if code is None:
            code = self._look().code_by_source.get(source)
        return code

    def agency_of_token(self, token: str) -> str | None:
        """The code of the active agency whose HTTP token this is, or None."""
        given = sha256(token.encode()).hexdigest()
        found = None
        # All are compared, each in constant time: how long it takes tells nothing.
        for agency in self._current().all.active:
            if agency.token_digest and hmac.compare_digest(agency.token_digest, given):
                found = agency.code
        return found

    def __contains__(self, code: object) -> bool:
        """Whether this is the code of an active agency."""
        agency = self._known_or_new(code) if isinstance(code, str) else None
        return agency is not None and agency.is_active

    def _known_or_new(self, code: str) -> Agency | None:
        return self._current().by_code.get(code) or self._look().by_code.get(code)

    def _current(self) -> _Known:
        return self._known if monotonic() < self._look_again_at else self._look()

    def _look(self) -> _Known:
        self._look_again_at = monotonic() + LOOK_SECONDS
        signature = _signature(self._path)
        if signature != self._signature:
            self._signature = signature
            try:
                self._known = self._read()
            except (CredentialsError, OSError) as error:
                log.error("agencies.unreadable", error=str(error), then="the last good ones stand")  # noqa: TRY400
            else:
                log.info("agencies.changed", active=len(self._known.all.active))
        return self._known

    def _read(self) -> _Known:
        if not self._path.exists():
            raise CredentialsError(f"{self._path} is gone; put a copy of it back in place")
        return _Known(read_agencies(self._settings))


class _Known:
    """Agencies, by what they are asked for."""

    def __init__(self, agencies: Agencies) -> None:
        self.all = agencies
        self.by_code = {agency.code: agency for agency in agencies.agencies}
        self.code_by_source = {
            source: agency.code for agency in agencies.agencies for source in agency.sources
        }


def _signature(path: Path) -> Signature | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - on the way of each batch
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_mode
