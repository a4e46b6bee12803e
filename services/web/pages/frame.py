"""What stands around every page: who is signed in, where they can go, which language it is in."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from domain.need_to_know.viewer import Viewer, ViewerRole
from services.web.access import Asker
from services.web.csrf import csrf_token
from services.web.pages.labels import mark
from services.web.pages.static import Assets
from services.web.pages.words import COOKIE, Words, language_for, words_in
from services.web.people import People


@dataclass(frozen=True)
class Way:
    """A place somebody can go to: its path, and its name in English."""

    path: str
    name: str


WAYS: dict[ViewerRole, tuple[Way, ...]] = {
    ViewerRole.LEAD: (
        Way("/caseload", mark("Caseload")),
        Way("/handovers", mark("Handovers")),
    ),
    ViewerRole.PROFESSIONAL: (Way("/my/families", mark("My families")),),
    ViewerRole.FAMILY_MEMBER: (Way("/our-plan", mark("Our plan")),),
    ViewerRole.AUDITOR: (Way("/audit", mark("Audit")),),
    ViewerRole.ADMINISTRATOR: (Way("/administration", mark("Administration")),),
}
"""What each role finds at the top of every page; the first is where it begins."""


@dataclass(frozen=True)
class Frame:
    """What the template ``base.html`` needs.

    Args:
        here: the path with its query, to come back to.
        ways: where somebody in this role can go.
        said: what was done just now, in a sentence.
    """

    here: str
    path: str
    assets: Assets
    viewer: Viewer | None = None
    agency: str | None = None
    roles: tuple[ViewerRole, ...] = ()
    ways: tuple[Way, ...] = ()
    csrf_token: str | None = None
    said: str | None = None


def words_of(request: Request) -> Words:
    """The language for whoever asks."""
    headers = request.headers
    return words_in(language_for(request.cookies.get(COOKIE), headers.get("accept-language")))


def frame_of(request: Request, said: str | None = None) -> Frame:
    """The frame for a request, for a visitor as long as nobody was let in."""
    assets: Assets = request.app.state.assets
    asker: Asker | None = getattr(request.state, "asker", None)
    plain = Frame(
        here=here(request),
        path=request.url.path,
        assets=assets,
        csrf_token=csrf_token(request),
        said=said,
    )
    if asker is None:
        return plain
    people: People = request.app.state.people
    viewer = asker.viewer
    return Frame(
        here=plain.here,
        path=plain.path,
        assets=assets,
        viewer=viewer,
        agency=None if viewer.agency is None else people.register.name_of(viewer.agency),
        roles=() if asker.person is None else asker.person.roles,
        ways=WAYS.get(viewer.role, ()),
        csrf_token=csrf_token(request),
        said=said,
    )


def here(request: Request) -> str:
    """The path and the query of a request, as a browser is sent back to it."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
