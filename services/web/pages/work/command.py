"""One thing that a lead does: its form in words, and what it is to the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.family_plan import PlanEvent
from domain.values import Value
from projections.views import FamilyView
from services.web.pages.page import Page
from services.web.pages.words import Words
from services.web.pages.work.fields import Field

Given = Callable[[Page], Mapping[str, Any]]


@dataclass(frozen=True)
class Command:
    """One form. All texts are in English, marked to be translated.

    Args:
        name: as on the command line.
        label: what a link or a menu says.
        title: what stands above the form.
        intro: one or two sentences below that, for who does it for the first time.
        button: what the button says.
        done: what is said when it was done.
        model: the data of the event that an agency would send.
        on: the kind of item it is done to; None for what is done to the plan as a whole.
        makes: the kind of item that it makes.
        item_field: where the model has the item's id.
        beside: puts something beside the item without changing it: only the item's end matters.
        since: what others did to the plan as a whole that matters to it.
        given: fields of the model that nobody types.
        views: what its fields choose from, besides the plan.
        ends: ends something for good, or nearly.
        back: where it leads; with ``{family_id}`` and ``{item_id}``.
        note: a template that stands above the fields.
    """

    name: str
    label: str
    title: str
    button: str
    done: str
    model: type[Value]
    fields: tuple[Field, ...]
    intro: str | None = None
    on: str | None = None
    makes: str | None = None
    item_field: str | None = None
    beside: bool = False
    since: tuple[type[PlanEvent], ...] = ()
    given: Given | None = None
    views: tuple[FamilyView[Any], ...] = ()
    ends: bool = False
    back: str = "/families/{family_id}"
    note: str | None = None

    @property
    def id_field(self) -> str | None:
        """Where the model has the id of the item it is done to."""
        if self.on is None:
            return None
        return self.item_field or f"{self.on.replace('-', '_')}_id"

    @property
    def new_field(self) -> str | None:
        """Where the model has the id of what it makes."""
        return None if self.makes is None else f"{self.makes.replace('-', '_')}_id"

    def shown_names(self, words: Words) -> dict[str, str]:
        """Its fields' questions, by the name beside which a fault stands."""
        named = {}
        for field in self.fields:
            named[field.shown_as] = words.gettext(field.label)
            if field.kind == "owner":
                named[field.parts[1]] = words.gettext("Name")
        return named

    def path(self, family_id: str, item_id: str | None = None) -> str:
        """Where its form is."""
        whole = f"/families/{family_id}/do/{self.name}"
        return whole if item_id is None else f"{whole}/{item_id}"
