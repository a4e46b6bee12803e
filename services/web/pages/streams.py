"""What pages that stay open have in common: who listens, and for how long."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.sse import ServerSentEvent
from starsessions import get_session_handler

from services.web.limits import RateLimited
from services.web.pages.live import Live
from services.web.pages.page import APage, Page
from services.web.people import People

CHANGED = ServerSentEvent(event="changed", data="")
GONE = ServerSentEvent(event="gone", data="")
"""The session is over: the page asks once more, and is led to the sign-in."""
AGAIN_SECONDS = 30


async def _open_page(request: Request, page: APage) -> Page:
    """A page asks by itself, and not the person: that does not keep their session alive."""
    handler = get_session_handler(request)
    if not handler.session_id:
        raise HTTPException(403, "pages are live for who signed in here")
    # The middleware writes a session that is loaded, and so notes that it was used.
    handler.is_loaded = False
    return page


OpenPage = Annotated[Page, Depends(_open_page)]
"""A route's parameter: a page that is open and asks by itself, for who is signed in."""


async def _live_page(page: OpenPage) -> Page:
    live: Live = page.request.app.state.live
    if live.is_full(_session(page)):
        raise RateLimited(AGAIN_SECONDS)
    return page


LivePage = Annotated[Page, Depends(_live_page)]
"""A route's parameter: a page that listens; 429 for one too many of a session."""


async def changes(
    page: Page, subjects: Iterable[str], *, now: bool
) -> AsyncIterator[ServerSentEvent]:
    """That something changed on these subjects, as long as the session lasts; then that it is over.

    Args:
        now: whether something has changed already.
    """
    live: Live = page.request.app.state.live
    people: People = page.request.app.state.people
    session = _session(page)

    async def still() -> bool:
        return bool(await people.sessions.read(session, 0))

    async for _ in live.changes(subjects, session, still, now=now):
        yield CHANGED
    if not live.stopping:
        yield GONE


def _session(page: Page) -> str:
    return get_session_handler(page.request).session_id or ""
