"""What a page's function is given: who asks, the views, the language, and ways to answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from domain.need_to_know.viewer import Viewer, ViewerRole
from services.store.application import OnePlan
from services.views.party_views import PartyViews
from services.views.records import Because
from services.web.access import WhoAsks
from services.web.because import Why
from services.web.pages.frame import frame_of, words_of
from services.web.pages.render import rendered
from services.web.pages.words import Words
from services.web.people import People, load

T = TypeVar("T")
SEE_OTHER = 303
SAID = "said"
"""Where in the session it stands what was done just now."""
CHANGED = "changed"
"""And where, of which family and up to which event."""
PATIENCE_SECONDS = 1.0
AGAIN_SECONDS = 0.02


@dataclass(frozen=True)
class Page:
    """One request for a page."""

    request: Request
    viewer: Viewer
    why: Because
    words: Words

    @property
    def views(self) -> PartyViews:
        """The gate to all that is shown of families."""
        views: PartyViews = self.request.app.state.page_views
        return views

    @property
    def application(self) -> OnePlan:
        """The event store, for commands only."""
        application: OnePlan = self.request.app.state.application
        return application

    def agency_name(self, code: str) -> str:
        """What an agency is called; its code when nobody knows."""
        people: People = self.request.app.state.people
        return people.register.name_of(code)

    def render(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page, or a part of one, from a template below ``templates``."""
        said = self.request.session.pop(SAID, None)
        frame = frame_of(self.request, said)
        text = rendered(template, self.words, page=self, frame=frame, **context)
        return HTMLResponse(text, status)

    async def in_thread(self, ask: Callable[[Page], T]) -> T:
        """What ``ask`` finds in the database, beside the event loop."""
        return await run_in_threadpool(ask, self)

    def remember_change(self, family_id: str, version: int) -> None:
        """The next page that this browser asks for shows what was changed here."""
        self.request.session[CHANGED] = [family_id, version]

    async def own_change(self) -> None:
        """Wait for the views to hold what this browser changed just now. They follow at once; when
        they do not, an older page is better than none.
        """
        changed = self.request.session.pop(CHANGED, None)
        if changed is None:
            return
        family_id, version = changed
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                # Another process writes them: there is nothing here to be woken by.
                while not await self.in_thread(  # noqa: ASYNC110
                    lambda page: page.views.holds(family_id, version)
                ):
                    await asyncio.sleep(AGAIN_SECONDS)

    def see_other(self, path: str, said: str | None = None) -> RedirectResponse:
        """Off to another page of ours after a form; it says there what was done."""
        if said is not None:
            self.request.session[SAID] = said
        return RedirectResponse(path, SEE_OTHER)


async def _page(request: Request, asker: WhoAsks, why: Why) -> Page:
    await load(request)
    page = Page(request, asker.viewer, why, words_of(request))
    await page.own_change()
    return page


APage = Annotated[Page, Depends(_page)]
"""A route's parameter: the page, for anybody who is signed in."""


def page_for(*roles: ViewerRole) -> Callable[[Request, Page], Awaitable[Page]]:
    """A dependency for a page that only these roles may use.

    ``Annotated[Page, Depends(page_for(ViewerRole.LEAD))]``
    """

    async def check(request: Request, page: APage) -> Page:
        if page.viewer.role not in roles:
            request.state.roles_wanted = roles
            raise HTTPException(403, f"this is for: {', '.join(roles)}")
        return page

    return check


FOR_LEADS = Depends(page_for(ViewerRole.LEAD))
"""A dependency of a router: all of its routes are for leads."""
LeadPage = Annotated[Page, Depends(page_for(ViewerRole.LEAD))]
ProfessionalPage = Annotated[Page, Depends(page_for(ViewerRole.PROFESSIONAL))]
MemberPage = Annotated[Page, Depends(page_for(ViewerRole.FAMILY_MEMBER))]
AuditorPage = Annotated[Page, Depends(page_for(ViewerRole.AUDITOR))]
