"""What goes wrong, as a page for a browser; a program goes on getting problem details.

Whoever is not signed in is led to the sign-in and back, with what they typed.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from domain.need_to_know.viewer import ViewerRole
from services.identity.errors import ClaimsRefused
from services.identity.people import viewer_of
from services.web.access import Asker
from services.web.csrf import BODY, FIELD, FORM_TYPE, csrf_token
from services.web.pages.forms import FORM, fields_of, typed_too_late
from services.web.pages.frame import frame_of, here, words_of
from services.web.pages.kept import keep
from services.web.pages.labels import mark
from services.web.pages.page import SEE_OTHER
from services.web.pages.render import rendered
from services.web.people import People, begin_session, signed_in
from services.web.problem import PROBLEM_JSON

FOR_PROGRAMS = ("/api/", "/health", "/openapi.json", "/static")
UNAUTHORIZED, FORBIDDEN = HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN

TITLES = {
    400: mark("That did not work"),
    403: mark("This page is not for you"),
    404: mark("We cannot find this page"),
    405: mark("That did not work"),
    413: mark("This form is too large"),
    422: mark("Something in the address is wrong"),
    429: mark("Just a moment"),
    500: mark("Something went wrong on our side"),
    503: mark("The service cannot answer now"),
}
ADVICE = {
    400: mark("Go back and try once more."),
    403: mark("It is shown in another role, or to others only."),
    404: mark(
        "The address may be wrong, or it is of a family in whose plan you take no part. "
        "The lead caseworker can let your agency join."
    ),
    405: mark("Go back and try once more."),
    413: mark("Shorten what you wrote, or send it in parts."),
    422: mark("Go back and follow the link once more."),
    429: mark("You asked more often than the service can answer. Try again in a minute."),
    500: mark("It was written down for us. What you saw before is safe. Try again later."),
    503: mark("What was saved is safe. Try again in a few seconds."),
}
OTHERWISE = 400
FOR_NOW = frozenset({429, 500, 503})
"""What may be over when a form is sent once more."""
NO_LONGER = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
OLDER = mark(
    "You signed in again after you opened this form. Nothing was saved yet, and nothing that you "
    "wrote is lost."
)
KEPT_HEADERS = ("retry-after", "allow")


def wants_page(request: Request) -> bool:
    """Whether it is a browser that wants to show something to somebody."""
    asked = request.headers.get("accept", "")
    return "text/html" in asked and not request.url.path.startswith(FOR_PROGRAMS)


def show_problems(app: FastAPI) -> None:
    """Let all problems that the application answers with be shown as pages where they should."""
    for kind, handler in list(app.exception_handlers.items()):
        app.exception_handlers[kind] = _shown(handler)


def _shown(handler: Callable[..., Any]) -> Callable[[Request, Any], Awaitable[Response]]:
    @functools.wraps(handler)
    async def show(request: Request, error: Any) -> Response:
        answer = handler(request, error)
        response: Response = await answer if inspect.isawaitable(answer) else answer
        if response.status_code != UNAUTHORIZED:
            if wants_page(request):
                await _recognise(request)
            return refused(request, response)
        if "hx-request" in request.headers:
            return await _sign_in_from_part(request, response)
        return await _sign_in(request) if wants_page(request) else response

    return show


def refused(request: Request, response: Response) -> Response:
    """The problem as whoever asked can read it."""
    if "hx-request" in request.headers and response.status_code in NO_LONGER:
        # A part of a page that may not be seen any more: the whole page says so.
        response.headers["HX-Refresh"] = "true"
    if not wants_page(request) or response.media_type != PROBLEM_JSON:
        return response
    problem = orjson.loads(response.body)
    status = response.status_code
    is_older = problem["type"].endswith(":csrf")
    if (is_older or status in FOR_NOW) and _is_from_us(request):
        return _once_more(request, response, is_older=is_older)
    known = status if status in TITLES else OTHERWISE
    words = words_of(request)
    text = rendered(
        "problem.html",
        words,
        frame=frame_of(request),
        title=words.gettext(TITLES[known]),
        advice=words.gettext(ADVICE[known]),
        reason=words.said(problem["reason"]),
        status=status,
        other_roles=_other_roles(request) if status == FORBIDDEN else (),
    )
    headers = {
        name: response.headers[name]
        for name in ("retry-after", "allow")
        if name in response.headers
    }
    return HTMLResponse(text, status, headers=headers)


async def _recognise(request: Request) -> None:
    """Who is signed in keeps their way back, on a page that is none."""
    if hasattr(request.state, "asker"):
        return
    people: People = request.app.state.people
    found = await signed_in(request)
    if found is not None:
        with contextlib.suppress(ClaimsRefused):
            viewer = viewer_of(found.person, found.role, people.settings, people.register)
            request.state.asker = Asker(viewer, found.person, found)


async def _sign_in(request: Request) -> Response:
    """To the sign-in, and back to this page. What was typed waits there."""
    if request.method == "POST":
        fields = await fields_of(request)
        typed = typed_too_late(request, fields)
        if typed is not None:
            people: People = request.app.state.people
            people.limits.sign_in(people.address(request))
            await begin_session(request)
            keep(request, typed)
    return RedirectResponse(_way_in(here(request)), SEE_OTHER)


async def _sign_in_from_part(request: Request, response: Response) -> Response:
    """A part of a page cannot lead elsewhere: htmx lets the whole page go there."""
    if request.method == "POST":
        to = (await _sign_in(request)).headers["location"]
    else:
        _, _, rest = request.headers.get("hx-current-url", "").partition("://")
        _, slash, path = rest.partition("/")
        to = _way_in(slash + path or "/")
    response.headers["HX-Redirect"] = to
    return response


def _way_in(path: str) -> str:
    return f"/auth/sign-in?next={quote(path, safe='/')}"


def _other_roles(request: Request) -> tuple[ViewerRole, ...]:
    """Those of their roles in which somebody may see this page."""
    wanted = getattr(request.state, "roles_wanted", ())
    asker: Asker | None = getattr(request.state, "asker", None)
    if asker is None or asker.person is None:
        return ()
    return tuple(role for role in asker.person.roles if role in wanted)


def _is_from_us(request: Request) -> bool:
    """Whether the browser says that a page of ours sent this form (Fetch Metadata)."""
    form = request.headers.get("content-type", "").startswith(FORM_TYPE)
    return form and request.headers.get("sec-fetch-site") == "same-origin"


def _once_more(request: Request, response: Response, *, is_older: bool) -> Response:
    """A form that could not be taken now: nothing typed is lost, it can be sent again.

    Args:
        is_older: whether it was opened before a sign-in in another window; nothing was done yet,
            and it is for whoever typed it to send it again, with the token of now.
    """
    body: bytes = request.scope.get("state", {}).get(BODY, b"")
    sent = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    fields = [(name, value) for name, values in sent.items() if name != FIELD for value in values]
    words = words_of(request)
    text = rendered(
        "once_more.html",
        words,
        frame=frame_of(request),
        why=words.gettext(OLDER if is_older else ADVICE[response.status_code]),
        fields=fields,
        shown=[value for name, value in fields if name != FORM and value.strip()],
        token=csrf_token(request),
    )
    return HTMLResponse(text, response.status_code)
