"""A form that is open: the family it is for, what it is done to, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException
from fastapi.responses import Response

from domain.errors import PlanIsClosed
from projections.current_plan import PLAN
from services.lead.orders import Order, order_of
from services.web.pages.forms import Form, read
from services.web.pages.page import Page
from services.web.pages.work.command import Command
from services.web.pages.work.facts import Facts
from services.web.pages.work.items import KINDS, Item, item_of
from services.web.pages.work.meanwhile import Overtaken, in_words, unless_overtaken

SEEN = "seen"
"""The field with the version of the plan that stood there when the form was opened."""
MOST_DIGITS = 18
"""Of a version. What is longer was not ours, and Python reads no number of any length."""
BESIDE = "beside"
"""The field with what is kept as a remark, when it can no longer be what it was meant to be."""
TYPED_KINDS = frozenset({"area", "line"})


@dataclass(frozen=True)
class Opened:
    """A command's form, opened for one family by who asks for the page."""

    page: Page
    command: Command
    facts: Facts
    item: Item | None

    @property
    def family_id(self) -> str:
        """The family that it is for."""
        return self.facts.plan.family_id

    def start(self) -> dict[str, str | list[str]]:
        """What stands in the fields at first: what a link says, else the field's own beginning."""
        asked = self.page.request.query_params
        own = {one.name: one.start(self.facts) for one in self.command.fields if one.start}
        named = {one.name: asked[one.name] for one in self.command.fields if one.name in asked}
        return {SEEN: str(self.facts.plan.version), **own, **named}

    def order(self, form: Form) -> Order | None:
        """What was typed as an order; None when there is something wrong, which the form says."""
        command, facts = self.command, self.facts
        given: dict[str, Any] = dict(command.given(self.page)) if command.given else {}
        for field in command.fields:
            value = None if field.read is None else field.read(form, facts)
            if value is not None:
                given[field.name] = value
        if command.id_field is not None:
            given[command.id_field] = facts.item_id
        if command.new_field is not None and command.makes is not None:
            given[command.new_field] = form.new_id(command.makes)
        data = read(self.page, form, command.model, **given)
        if data is None:
            return None
        chosen = [one for field in command.fields for one in form.values(field.name)]
        seen = form.value(SEEN)
        return unless_overtaken(
            self.page.application,
            order_of(data),
            command,
            facts.item_id,
            chosen=chosen,
            seen=int(seen) if seen.isdecimal() and len(seen) <= MOST_DIGITS else 0,
        )

    def back(self, form: Form) -> str:
        """Where it leads when it was done."""
        made = form.new_id(self.command.makes) if self.command.makes else ""
        item_id = self.facts.item_id or made
        return self.command.back.format(family_id=self.family_id, item_id=item_id)

    def show(self, form: Form, status: int = 200) -> Response:
        """The form, each fault beside the field in which what is wrong is shown."""
        fields = self.command.fields
        own = {name for one in fields for name in (one.shown_as, *one.parts[:2])}
        shown = {part: one.shown_as for one in fields for part in (one.name, *one.parts)}
        faults: dict[str, str] = {}
        for name, fault in form.errors.items():
            bare = name.partition("[")[0]
            faults.setdefault(bare if bare in own else shown.get(bare, bare), fault)
        form.errors = faults
        return self._render("work/form.html", form, status)

    def lay_beside(self, form: Form, overtaken: Overtaken) -> Response:
        """What others did, beside what was typed. Sent again, it goes in after theirs."""
        form.typed[SEEN] = [str(overtaken.version)]
        form.errors = {}
        closed = isinstance(overtaken.refusal, PlanIsClosed)
        over = overtaken.refusal is not None and not closed
        if over:
            form.typed[BESIDE] = [self._as_remark(form)]
        meanwhile = [in_words(one) for one in overtaken.events]
        return self._render(
            "work/meanwhile.html", form, 409, meanwhile=meanwhile, over=over, closed=closed
        )

    def show_remark(self, form: Form, status: int = 200) -> Response:
        """What is kept as a remark, to be changed."""
        return self._render(
            "work/meanwhile.html", form, status, meanwhile=[], over=True, closed=False
        )

    def _as_remark(self, form: Form) -> str:
        typed = (form.value(one.name).strip() for one in self.command.fields if _is_text(one.kind))
        title = self.page.words.gettext(self.command.title)
        about = title if self.item is None else f"{title} ({self.item.text})"
        return "\n".join([about, *(one for one in typed if one)])

    def _render(self, template: str, form: Form, status: int, **more: Any) -> Response:
        kind = None if self.command.on is None else KINDS[self.command.on].called
        return self.page.render(
            template,
            status,
            command=self.command,
            facts=self.facts,
            item=self.item,
            kind=kind,
            form=form,
            family_id=self.family_id,
            **more,
        )


def opened(page: Page, family_id: str, command: Command, item_id: str | None) -> Opened:
    """Open a form.

    Raises:
        NotAParty: when the viewer has no business with the family.
        HTTPException: 404 for an item that the plan does not have.
    """
    of_kind = () if command.on is None else (KINDS[command.on].view,)
    wanted = {view.name: view for view in (PLAN, *of_kind, *command.views)}
    found = page.views.ask_all(tuple(wanted.values()), page.viewer, family_id, page.why)
    facts = Facts(page, found, item_id)
    if command.on is None or item_id is None:
        return Opened(page, command, facts, None)
    item = item_of(facts, command.on, item_id)
    if item is None:
        raise HTTPException(404, "the plan has no such item")
    return Opened(page, command, facts, item)


def _is_text(kind: str) -> bool:
    return kind in TYPED_KINDS
