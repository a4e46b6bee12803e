"""The pages of the forms: shown by GET, sent by POST to the same address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException
from fastapi import Path as InPath
from fastapi.responses import Response

from domain.values import Note
from services.lead.orders import Order
from services.web.pages.forms import Form, SentForm, form_for, give_order
from services.web.pages.page import LeadPage, Page
from services.web.pages.work.command import Command
from services.web.pages.work.meanwhile import Overtaken
from services.web.pages.work.opened import BESIDE, Opened, opened
from services.web.pages.work.registry import COMMANDS
from services.web.routes import Family

router = APIRouter(prefix="/families/{family_id}/do")

Name = Annotated[str, InPath(description="The name of a command.")]
ItemPath = Annotated[str, InPath(max_length=200, description="What it is done to.")]


@router.get("/{name}")
def form_for_plan(page: LeadPage, family_id: Family, name: Name) -> Response:
    """The form of something that is done to the plan."""
    return _open(page, opened(page, family_id, _command(name, on_item=False), None))


@router.get("/{name}/{item_id}")
def form_for_item(page: LeadPage, family_id: Family, name: Name, item_id: ItemPath) -> Response:
    """The form of something that is done to an item."""
    return _open(page, opened(page, family_id, _command(name, on_item=True), item_id))


@router.post("/{name}")
def do_to_plan(page: LeadPage, family_id: Family, name: Name, form: SentForm) -> Response:
    """Do it."""
    return _send(opened(page, family_id, _command(name, on_item=False), None), form)


@router.post("/{name}/{item_id}")
def do_to_item(
    page: LeadPage, family_id: Family, name: Name, item_id: ItemPath, form: SentForm
) -> Response:
    """Do it."""
    return _send(opened(page, family_id, _command(name, on_item=True), item_id), form)


def _command(name: str, *, on_item: bool) -> Command:
    command = COMMANDS.get(name)
    if command is None or (command.on is not None) is not on_item:
        raise HTTPException(404, "there is no such form")
    return command


def _open(page: Page, one: Opened) -> Response:
    form = form_for(page, one.start())
    return one.show_remark(form) if BESIDE in form.typed else one.show(form)


def _send(one: Opened, form: Form) -> Response:
    if BESIDE in form.typed:
        return _keep_beside(one, form)
    order = one.order(form)
    try:
        if order is not None and give_order(one.page, one.family_id, form, order):
            return one.page.see_other(one.back(form), one.page.words.gettext(one.command.done))
    except Overtaken as overtaken:
        return one.lay_beside(form, overtaken)
    return one.show(form, 422)


def _keep_beside(one: Opened, form: Form) -> Response:
    text = form.value(BESIDE).strip()
    if not text:
        form.errors[BESIDE] = one.page.words.gettext("Fill this in.")
        return one.show_remark(form, 422)
    note = Note(note_id=form.new_id("note"), text=text)
    if give_order(one.page, one.family_id, form, Order(lambda plan, at: plan.add_note(note, at))):
        said = one.page.words.gettext("What you wrote is kept as a remark.")
        return one.page.see_other(f"/families/{one.family_id}", said)
    return one.show_remark(form, 422)
