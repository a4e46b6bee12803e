"""Who asks: the agency behind a bearer token. Only digests of tokens are in memory."""

from __future__ import annotations

import hmac
import time
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import AgencyCode, AgencyKind
from services.agencies import kind_of
from services.bus.credentials import token_digests
from services.settings import Settings

RELOAD_SECONDS = 5.0
"""How long a token that was taken away may still work."""

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="agency token",
    description="The agency's token: `<agency>.token` in the credentials folder.",
)


class Tokens:
    """The tokens of the settings' agencies, read again now and then."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._digests: dict[str, str] = {}
        self._read_at = -RELOAD_SECONDS

    def agency_of(self, token: str) -> str | None:
        """The agency whose token this is, or None.

        Raises:
            CredentialsError: when a token can be read by others; then nobody gets in.
        """
        if time.monotonic() - self._read_at >= RELOAD_SECONDS:
            self._digests = token_digests(self._settings)
            self._read_at = time.monotonic()
        given = sha256(token.encode()).hexdigest()
        found = None
        # All are compared, each in constant time: how long it takes tells nothing.
        for digest, agency in self._digests.items():
            if hmac.compare_digest(digest, given):
                found = agency
        return found

    def kind_of(self, agency: str) -> AgencyKind | None:
        """What kind of agency this is."""
        return kind_of(self._settings, agency)


def _asking_agency(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    tokens: Tokens = request.app.state.tokens
    agency = None if given is None else tokens.agency_of(given.credentials)
    if agency is None:
        challenge = 'Bearer realm="oneplan"'
        if given is not None:
            challenge += ', error="invalid_token"'
        raise HTTPException(
            401,
            "give your agency's token as: Authorization: Bearer <token>",
            headers={"WWW-Authenticate": challenge},
        )
    request.state.agency = agency
    return agency


AskingAgency = Annotated[AgencyCode, Depends(_asking_agency)]
"""A route's parameter: the code of the agency that asks. Without a good token it is a 401."""


def _asking_viewer(request: Request, agency: AskingAgency) -> Viewer:
    tokens: Tokens = request.app.state.tokens
    return Viewer(role=ViewerRole.AGENCY, agency=agency, agency_kind=tokens.kind_of(agency))


AskingViewer = Annotated[Viewer, Depends(_asking_viewer)]
"""A route's parameter: who asks. Without a good token it is a 401."""
