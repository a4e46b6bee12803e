"""Where an auditor begins: which family, and what they look for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from services.access.record import Purpose
from services.views.entry import is_family_id
from services.web.auth import Next
from services.web.because import PURPOSE
from services.web.pages.audit.entrance import PURPOSES
from services.web.pages.page import AuditorPage

MOST_CHARACTERS = 200

router = APIRouter(prefix="/audit")


@router.get("")
def start(page: AuditorPage, next: Next = "/") -> Response:  # noqa: A002 - its name in the query
    """The form."""
    return _form(page, next)


@router.post("")
def begin(
    page: AuditorPage,
    purpose: Annotated[Purpose | None, Form()] = None,
    family_id: Annotated[str, Form(max_length=MOST_CHARACTERS)] = "",
    next: Annotated[Next, Form()] = "/",  # noqa: A002 - its name in the form
) -> Response:
    """Keep what they look for, and go on to the family."""
    errors = {}
    if purpose not in PURPOSES:
        errors["purpose"] = page.words.gettext("Choose what you look for.")
    if next == "/" and not is_family_id(family_id):
        errors["family_id"] = page.words.gettext("This is no family's id.")
    if errors:
        return _form(page, next, family_id, errors)
    page.request.session[PURPOSE] = purpose
    return page.see_other(f"/audit/families/{family_id}" if next == "/" else next)


def _form(
    page: AuditorPage, back: str, family_id: str = "", errors: dict[str, str] | None = None
) -> Response:
    return page.render(
        "audit/start.html",
        422 if errors else 200,
        back=back,
        family_id=family_id,
        errors=errors or {},
        purposes={one.value: text for one, text in PURPOSES.items()},
        chosen=page.request.session.get(PURPOSE),
    )
