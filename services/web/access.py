"""Who asks: an agency by its token, or a person by an access token or a session.

Of agencies' tokens only digests are in memory.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Query, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from domain.need_to_know.viewer import Viewer, ViewerRole
from services.identity.errors import TokenRefused
from services.identity.people import Person, viewer_of
from services.identity.tokens import looks_like_jwt
from services.web.people import People, SignedIn, signed_in

CHALLENGE = 'Bearer realm="oneplan"'
SIGN_IN = (
    "sign in at /auth/sign-in, or give your agency's token or your access token as: "
    "Authorization: Bearer <token>"
)

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="agency token",
    description="The agency's token, `<agency>.token` in the credentials folder; or the access "
    "token of a person, given by the identity provider.",
)
_cookie = APIKeyCookie(
    name="__Host-oneplan-session",
    auto_error=False,
    scheme_name="session",
    description="The session of a person who signed in at `/auth/sign-in`.",
)


def _who_are_you(reason: str, *, bad_token: bool) -> HTTPException:
    """A 401 with its challenge (RFC 6750, section 3)."""
    challenge = CHALLENGE + (', error="invalid_token"' if bad_token else "")
    return HTTPException(401, reason, headers={"WWW-Authenticate": challenge})


@dataclass(frozen=True)
class Asker:
    """Who asks. ``person`` is None for an agency's system."""

    viewer: Viewer
    person: Person | None = None
    session: SignedIn | None = None


async def _asker(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    _described: Annotated[str | None, Depends(_cookie)],
    role: Annotated[
        ViewerRole | None,
        Query(description="The role to ask in, for this request, if you have several."),
    ] = None,
) -> Asker:
    people: People = request.app.state.people
    asker = (
        await _by_session(request, people, role)
        if given is None
        else await _by_token(request, people, given.credentials, role)
    )
    viewer = asker.viewer
    if viewer.role is ViewerRole.FAMILY_MEMBER:
        # Their sign-in names the family that they were in when they got it.
        viewer = await run_in_threadpool(request.app.state.views.as_member_now, viewer)
        asker = replace(asker, viewer=viewer)
    people.limits.request(f"{viewer.role}/{viewer.agency}/{viewer.person_id}")
    request.state.agency = viewer.agency
    request.state.viewer = viewer
    request.state.asker = asker
    return asker


async def _by_token(request: Request, people: People, token: str, role: ViewerRole | None) -> Asker:
    agency = people.register.agency_of_token(token)
    if agency is not None:
        if role not in {None, ViewerRole.AGENCY}:
            raise HTTPException(403, "an agency's token has the role agency and no other")
        return Asker(people.agency(agency))
    try:
        claims = await _claims(people, token)
    except TokenRefused as refused:
        people.limits.bad_token(people.address(request))
        raise _who_are_you(refused.reason, bad_token=True) from None
    person = people.person(claims)
    return Asker(
        viewer_of(person, role or person.roles[0], people.settings, people.register), person
    )


async def _claims(people: People, token: str) -> dict[str, Any]:
    if people.verifier is None or not looks_like_jwt(token):
        raise TokenRefused(SIGN_IN)
    return await people.verifier.access_token(token)


async def _by_session(request: Request, people: People, role: ViewerRole | None) -> Asker:
    found = await signed_in(request)
    if found is None:
        raise _who_are_you(SIGN_IN, bad_token=False)
    viewer = viewer_of(found.person, role or found.role, people.settings, people.register)
    return Asker(viewer, found.person, found)


# Not a function that FastAPI takes to a thread: that takes longer than what it does, and so for all
# that a route depends on and that waits for nothing.
async def _asking_viewer(asker: Annotated[Asker, Depends(_asker)]) -> Viewer:
    return asker.viewer


WhoAsks = Annotated[Asker, Depends(_asker)]
"""A route's parameter: who asks, with all their roles."""
AskingViewer = Annotated[Viewer, Depends(_asking_viewer)]
"""A route's parameter: who asks, as need-to-know knows them.

An agency's token makes a viewer in the role of agency; an access token or a session one in a role
of the person. Without any of them it is a 401, in a role that somebody has not a 403, too often a
429, and 503 while the identity provider is needed and does not answer.
"""


def require_role(*roles: ViewerRole) -> Callable[[Viewer], Awaitable[Viewer]]:
    """A dependency for a route that only these roles may use; it gives the viewer.

    ``Annotated[Viewer, Depends(require_role(ViewerRole.AUDITOR))]``
    """

    async def check(viewer: AskingViewer) -> Viewer:
        if viewer.role not in roles:
            raise HTTPException(403, f"this is for: {', '.join(roles)}")
        return viewer

    return check


OfAnAgency = Annotated[
    Viewer,
    Depends(require_role(ViewerRole.AGENCY, ViewerRole.PROFESSIONAL, ViewerRole.LEAD)),
]
"""A route's parameter: an agency's system, or somebody who works for an agency; else a 403."""
