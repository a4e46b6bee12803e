"""Away from a page quickly, because somebody comes in who must not see it.

It works as a plain link: the session here ends, and a calendar is shown that says nothing.
"""

from __future__ import annotations

from calendar import Calendar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starsessions import get_session_handler

from domain.calendar import dutch_day
from services.clock import utc_now
from services.web.pages.frame import words_of
from services.web.pages.render import rendered
from services.web.people import People, load

AWAY = "/calendar"
OURS = frozenset({"same-origin", "none"})
"""From where a browser says that it follows a link of ours (Fetch Metadata), or typed it."""

router = APIRouter()


@router.get(AWAY)
async def away(request: Request) -> HTMLResponse:
    """A calendar of this month. Who comes here from a page of ours is signed out."""
    people: People = request.app.state.people
    if request.headers.get("sec-fetch-site", "none") in OURS:
        await load(request)
        if request.session:
            await people.sessions.remove(get_session_handler(request).session_id or "")
            request.session.clear()
    today = dutch_day(utc_now())
    weeks = Calendar().monthdatescalendar(today.year, today.month)
    text = rendered(
        "calendar.html",
        words_of(request),
        assets=request.app.state.assets,
        today=today,
        weeks=weeks,
    )
    return HTMLResponse(text, headers={"Clear-Site-Data": '"cache"'})
