"""Emergency access as a form: for a professional who must look now and takes no part."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from domain.errors import DomainError
from domain.values import FamilyId
from services.web.emergency import EmergencyAsked, NoSuchPlan, take_access
from services.web.pages.forms import Form, SentForm, form_for, read
from services.web.pages.page import Page, ProfessionalPage

FAMILY = "family_id"
TAKEN = "data.access_id"
"""The field that the domain names when this very form was sent before."""

router = APIRouter(prefix="/my/emergency")


class Asked(EmergencyAsked):
    """Which family, and why it cannot wait."""

    family_id: FamilyId


@router.get("")
def form(
    page: ProfessionalPage, family: Annotated[str | None, Query(max_length=64)] = None
) -> Response:
    """The form. Nothing is looked up yet: whether there is such a family is not told here."""
    return _form(page, form_for(page, {FAMILY: family or ""}))


@router.post("")
def take(page: ProfessionalPage, form: SentForm) -> Response:
    """Take the access; the family, the lead and the access records hear of it."""
    asked = read(page, form, Asked)
    if asked is None:
        return _form(page, form, 422)
    access_id = form.new_id("emergency")
    try:
        given = take_access(
            page.request.app,
            page.viewer,
            asked.family_id,
            access_id=access_id,
            reason=asked.reason,
            correlation_id=page.why.correlation_id or "",
        )
    except NoSuchPlan:
        form.errors[FAMILY] = page.words.gettext("We know no plan of such a family.")
        return _form(page, form, 422)
    except DomainError as error:
        if error.field == TAKEN:
            return page.see_other(f"/my/families/{asked.family_id}")
        form.errors[error.field.removeprefix("data.")] = page.words.said(error.reason)
        return _form(page, form, 422)
    return page.render("mine/emergency_given.html", family_id=asked.family_id, until=given.until)


def _form(page: Page, form: Form, status: int = 200) -> Response:
    return page.render("mine/emergency.html", status, form=form)
