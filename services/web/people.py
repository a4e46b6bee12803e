"""What the web application knows about people: the provider, the sessions, the limits."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starsessions import JsonSerializer, get_session_handler, load_session

from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import Value
from services.bus.agencies import AgencyRegister
from services.clock import utc_now
from services.embedded.web_port import http_url
from services.identity.addresses import is_loopback, origin
from services.identity.flow import CodeFlow, Pending
from services.identity.issuer import Issuer
from services.identity.people import Person, person_of
from services.identity.sessions import IDLE, Sessions
from services.identity.tokens import TokenVerifier
from services.settings import Settings
from services.web.limits import RateLimits

WHO = "who"
PENDING = "pending"
MOST_PENDING = 5
"""Sign-ins that one browser may have begun at once, in several tabs."""
LIFETIME_SECONDS = int(IDLE.total_seconds())

_PENDING: TypeAdapter[tuple[Pending, ...]] = TypeAdapter(tuple[Pending, ...])


class SignedIn(Value):
    """What a session holds: who it is, and the role they are in now. Ids only, no tokens."""

    person: Person
    role: ViewerRole


@dataclass(frozen=True)
class Cookies:
    """The names of our cookies. With https no other host can set them (RFC 6265bis, 4.1.3.2)."""

    session: str
    csrf: str

    @classmethod
    def named(cls, *, https: bool) -> Cookies:
        """The names to use."""
        prefix = "__Host-" if https else ""
        return cls(f"{prefix}oneplan-session", f"{prefix}oneplan-csrf")


class Plain(JsonSerializer):
    """Sessions without the library's own metadata: the table has the times."""

    def serialize(self, data: Any) -> bytes:
        """The session as JSON, the same bytes for the same session."""
        kept = {name: value for name, value in data.items() if name != "__metadata__"}
        return super().serialize(kept)


class People:
    """Everything that lets a person in; the settings decide whether there is a provider."""

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        secret: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.settings = settings
        self.sessions = sessions
        self.limits = RateLimits(settings, secret)
        self.public_url = public_url(settings)
        self.verifier: TokenVerifier | None = None
        self.flow: CodeFlow | None = None
        self._clock = clock
        self.register = AgencyRegister(settings)

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """The connection to the provider, until the end of the block.

        Raises:
            CredentialsError: when the client secret's file is not there or is open to others.
        """
        issuer_url = self.settings.oidc_issuer
        if issuer_url is None:
            yield
            return
        local = is_loopback(urlsplit(issuer_url).hostname)
        async with httpx.AsyncClient(trust_env=not local) as client:
            issuer = Issuer(issuer_url, client)
            self.verifier = TokenVerifier(self.settings, issuer, self._clock)
            self.flow = CodeFlow(
                self.settings, self.register, issuer, self.verifier, client, self.public_url
            )
            yield

    def agency(self, code: str) -> Viewer:
        """An agency's system as a viewer."""
        return Viewer(role=ViewerRole.AGENCY, agency=code, agency_kind=self.register.kind_of(code))

    def person(self, claims: Mapping[str, Any]) -> Person:
        """The person of these claims. Raises ClaimsRefused."""
        return person_of(claims, self.settings, self.register)

    @staticmethod
    def address(request: Request) -> str:
        """Where a request comes from, as far as the proxies that uvicorn trusts say so."""
        return "unknown" if request.client is None else request.client.host


def public_url(settings: Settings) -> str:
    """How browsers reach us, without a slash at the end."""
    given = settings.public_url or http_url(settings.http_host, settings.http_port)
    return origin(given)


async def signed_in(request: Request) -> SignedIn | None:
    """Who is signed in with this request's cookie, if anybody."""
    await load(request)
    try:
        return SignedIn.model_validate_json(request.session.get(WHO, ""))
    except ValidationError:
        return None


def pending_of(request: Request) -> tuple[Pending, ...]:
    """The sign-ins that this browser has begun. The session is loaded."""
    try:
        return _PENDING.validate_python(request.session.get(PENDING, ()))
    except ValidationError:
        return ()


def keep_pending(request: Request, pending: tuple[Pending, ...]) -> None:
    """Remember these and no others."""
    request.session[PENDING] = _PENDING.dump_python(pending[-MOST_PENDING:], mode="json")


async def begin_session(request: Request) -> None:
    """A session of this browser, for somebody who signs in, unless it has one."""
    await load(request)
    if not request.session:
        people: People = request.app.state.people
        opened = await run_in_threadpool(people.sessions.open, None)
        get_session_handler(request).session_id = opened


async def load(request: Request) -> None:
    """Load the session. An id of which we know nothing is forgotten, so nobody can choose one."""
    await load_session(request)
    if not request.session:
        get_session_handler(request).session_id = None
