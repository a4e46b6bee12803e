"""The entrance of an auditor: nothing of a family before they said what they look for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BeforeValidator

from domain.need_to_know.viewer import ViewerRole
from domain.values import utc
from services.access.record import Purpose
from services.views.errors import BadQuestion
from services.web.pages.frame import here
from services.web.pages.labels import mark
from services.web.pages.page import SEE_OTHER, AuditorPage, Page
from services.web.pages.words import AMSTERDAM

PURPOSES: Mapping[Purpose, str] = {
    Purpose.AUDIT: mark("Regular oversight"),
    Purpose.AUDIT_COMPLAINT: mark("A complaint"),
    Purpose.AUDIT_CALAMITY: mark("Something went gravely wrong"),
}


class PurposeWanted(Exception):
    """An auditor has not said yet what they look for."""


async def ask_purpose(request: Request, _error: Exception) -> Response:
    """Off to where they say it, and back from there."""
    return RedirectResponse(f"/audit?next={quote(here(request))}", SEE_OTHER)


def with_purpose(page: Page) -> Page:
    """The page, unless an auditor asks for it who has not said what they look for."""
    if page.viewer.role is ViewerRole.AUDITOR and page.why.purpose is None:
        raise PurposeWanted
    return page


def _with_purpose(page: AuditorPage) -> Page:
    return with_purpose(page)


PurposefulPage = Annotated[Page, Depends(_with_purpose)]
"""A route's parameter: the page for an auditor who said what they look for; it goes on record."""


def _moment(value: object) -> datetime | None:
    """A moment as a program writes it (RFC 3339), or as a form has it, in Dutch time."""
    if not isinstance(value, str) or not value:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        raise BadQuestion("at", "this is no moment; write it as 2026-12-31T14:05") from None
    return utc(read if read.tzinfo else read.replace(tzinfo=AMSTERDAM))


Moment = Annotated[datetime | None, BeforeValidator(_moment), Query()]
"""A route's parameter: a moment (UTC), None when the field is empty."""


def in_field(moment: datetime | None) -> str:
    """A moment as a field for a date and a time has it, in Dutch time."""
    return "" if moment is None else f"{utc(moment).astimezone(AMSTERDAM):%Y-%m-%dT%H:%M:%S}"
