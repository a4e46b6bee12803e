"""Signing in and out, in the browser: ``/auth/...``."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import AfterValidator, BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
from starsessions import get_session_handler

from domain.need_to_know.viewer import Viewer, ViewerRole
from services.identity.addresses import is_loopback
from services.identity.errors import SignInRefused
from services.identity.flow import CodeFlow, same_state
from services.identity.people import viewer_of
from services.web.access import CHALLENGE, WhoAsks
from services.web.csrf import csrf_token
from services.web.pages.kept import keep, kept_in
from services.web.people import (
    WHO,
    People,
    SignedIn,
    begin_session,
    keep_pending,
    load,
    pending_of,
    signed_in,
)

log = structlog.get_logger(__name__)

SEE_OTHER = 303
DELETE = 0x7F


def local_path(path: str) -> str:
    """The path, when a browser that is sent there stays with us.

    Raises:
        ValueError: for anything that a browser may read as another host: ``//host``, ``/\\host``,
            or either with blanks that it leaves out (WHATWG URL, section 4.4).
    """
    odd = any(character <= " " or ord(character) == DELETE for character in path)
    if odd or "\\" in path or not path.startswith("/") or path.startswith("//"):
        raise ValueError("must be a path here, such as /families")
    return path


Next = Annotated[str, AfterValidator(local_path)]
Opaque = Annotated[str | None, Query(max_length=4096)]

router = APIRouter(prefix="/auth", include_in_schema=False)


class Me(BaseModel):
    """Who I am to the service, and what I may become."""

    model_config = ConfigDict(frozen=True)

    viewer: Viewer
    roles: tuple[ViewerRole, ...]
    csrf_token: str | None = None
    """For the header ``X-CSRF-Token`` or the form field ``csrf_token``; None without a session."""


@router.get("/sign-in")
async def sign_in(
    request: Request,
    next: Annotated[Next, Query()] = "/",  # noqa: A002 - its name in the URL
    role: ViewerRole | None = None,
) -> RedirectResponse:
    """Off to the identity provider."""
    people, flow = _people(request)
    people.limits.sign_in(people.address(request))
    elsewhere = _at_our_own_address(request, people)
    if elsewhere is not None:
        return RedirectResponse(elsewhere, SEE_OTHER)
    url, pending = await flow.begin(next, role)
    await begin_session(request)
    keep_pending(request, (*pending_of(request), pending))
    return RedirectResponse(url, SEE_OTHER)


@router.get("/callback")
async def callback(
    request: Request,
    state: Opaque = None,
    code: Opaque = None,
    iss: Opaque = None,
    error: Opaque = None,
) -> RedirectResponse:
    """Back from the identity provider."""
    people, flow = _people(request)
    people.limits.sign_in(people.address(request))
    await load(request)
    begun = pending_of(request)
    pending = next((one for one in begun if same_state(one, state or "")), None)
    if pending is None:
        raise SignInRefused(
            "this sign-in was not begun in this browser, was finished already, or took too long; "
            "begin again at /auth/sign-in"
        )
    # Each state is good for one answer, whatever comes of it.
    keep_pending(request, tuple(one for one in begun if one is not pending))
    if error is not None or code is None:
        raise SignInRefused("the identity provider did not let you in; begin again")
    person = await flow.finish(pending, code, iss)
    role = pending.role or person.roles[0]
    viewer = viewer_of(person, role, people.settings, people.register)
    handler = get_session_handler(request)
    typed = kept_in(request)
    await people.sessions.remove(handler.session_id or "")
    # Another id than before: who knew that one is not signed in now.
    handler.session_id = await run_in_threadpool(people.sessions.open, person.person_id)
    request.session.clear()
    request.session[WHO] = SignedIn(person=person, role=role).model_dump_json()
    if typed is not None and typed.person_id == person.person_id:
        keep(request, typed)
    request.state.agency = viewer.agency
    log.info("auth.signed_in", role=role, agency=viewer.agency)
    return RedirectResponse(pending.next, SEE_OTHER)


@router.post("/sign-out")
async def sign_out(request: Request) -> RedirectResponse:
    """End the session here, and the one at the identity provider if it offers that."""
    people: People = request.app.state.people
    await load(request)
    if request.session:
        session_id = get_session_handler(request).session_id or ""
        await people.sessions.remove(session_id)
        request.app.state.live.end(session_id)
        request.session.clear()
    url = None if people.flow is None else await people.flow.sign_out_url()
    return RedirectResponse(url or "/", SEE_OTHER)


@router.get("/me")
async def me(request: Request, asker: WhoAsks) -> Me:
    """Who asks, as we know them."""
    roles = (asker.viewer.role,) if asker.person is None else asker.person.roles
    token = None if asker.session is None else csrf_token(request)
    return Me(viewer=asker.viewer, roles=roles, csrf_token=token)


@router.post("/role")
async def take_role(
    request: Request,
    role: Annotated[ViewerRole, Form()],
    next: Annotated[Next, Form()] = "/",  # noqa: A002 - its name in the form
) -> RedirectResponse:
    """Go on in another of one's roles."""
    people: People = request.app.state.people
    found = await signed_in(request)
    if found is None:
        raise HTTPException(
            401, "sign in first, at /auth/sign-in", headers={"WWW-Authenticate": CHALLENGE}
        )
    viewer = viewer_of(found.person, role, people.settings, people.register)
    handler = get_session_handler(request)
    former = handler.session_id or ""
    handler.session_id = await run_in_threadpool(people.sessions.renew, former)
    request.app.state.live.end_soon(former)
    request.session[WHO] = SignedIn(person=found.person, role=role).model_dump_json()
    log.info("auth.role_taken", role=role, agency=viewer.agency)
    return RedirectResponse(next, SEE_OTHER)


def _people(request: Request) -> tuple[People, CodeFlow]:
    people: People = request.app.state.people
    if people.flow is None:
        raise HTTPException(
            503, "nobody can sign in here: the settings name no identity provider (oidc_issuer)"
        )
    return people, people.flow


def _at_our_own_address(request: Request, people: People) -> str | None:
    """The same page under the name that the provider will send the browser back to.

    Only on this machine, where it has several names and a cookie is for one of them.
    """
    ours = urlsplit(people.public_url)
    if not is_loopback(ours.hostname) or request.url.netloc == ours.netloc:
        return None
    return str(request.url.replace(scheme=ours.scheme, netloc=ours.netloc))
