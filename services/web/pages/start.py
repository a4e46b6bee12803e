"""Where everybody comes in: the landing page, the start page of each role, and the language."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from domain.need_to_know.viewer import ViewerRole
from services.identity.people import viewer_of
from services.web.auth import Next
from services.web.pages.frame import WAYS, frame_of, words_of
from services.web.pages.page import SEE_OTHER, Page, page_for
from services.web.pages.render import rendered
from services.web.pages.words import COOKIE, LANGUAGES
from services.web.people import People, signed_in

YEAR_SECONDS = 31_536_000

AdministratorPage = Annotated[Page, Depends(page_for(ViewerRole.ADMINISTRATOR))]

router = APIRouter()


@router.get("/")
async def start(request: Request) -> Response:
    """The landing page, or for who is signed in their own start page."""
    people: People = request.app.state.people
    found = await signed_in(request)
    if found is not None:
        viewer_of(found.person, found.role, people.settings, people.register)
        return RedirectResponse(WAYS[found.role][0].path, SEE_OTHER)
    words = words_of(request)
    can_sign_in = people.flow is not None
    page = rendered("landing.html", words, frame=frame_of(request), can_sign_in=can_sign_in)
    return HTMLResponse(page)


@router.post("/language")
async def choose_language(
    request: Request,
    language: Annotated[str, Form(max_length=2)],
    next: Annotated[Next, Form()] = "/",  # noqa: A002 - its name in the form
) -> Response:
    """Keep the language in a cookie, and go on."""
    response = RedirectResponse(next, SEE_OTHER)
    if language in LANGUAGES:
        response.set_cookie(
            COOKIE,
            language,
            max_age=YEAR_SECONDS,
            secure=request.app.state.people.public_url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
    return response


@router.get("/administration")
def administration(page: AdministratorPage) -> Response:
    """Where an administrator finds things: nothing of any family."""
    return page.render("administration.html")
