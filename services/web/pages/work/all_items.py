"""Everything in a plan to which something can be done, kind by kind, with the links to do it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from domain.values import PlanStatus
from projections.current_plan import PLAN
from services.web.pages.findings import called
from services.web.pages.page import LeadPage
from services.web.pages.work.facts import Facts
from services.web.pages.work.items import KINDS, Item
from services.web.pages.work.menu import Menu, Way
from services.web.routes import Family

VIEWS = tuple({kind.view.name: kind.view for kind in KINDS.values()}.values())

router = APIRouter(prefix="/families/{family_id}/work")


@dataclass(frozen=True)
class Section:
    """The items of one kind that are open, each with its links."""

    name: str
    title: str
    items: tuple[tuple[Item, tuple[Way, ...]], ...]


@router.get("")
def all_items(page: LeadPage, family_id: Family) -> Response:
    """All of them."""
    found = page.views.ask_all(VIEWS, page.viewer, family_id, page.why)
    facts = Facts(page, found, None)
    menu = Menu(family_id, is_open=found[PLAN].status is PlanStatus.OPEN)
    sections = tuple(
        Section(
            name,
            kind.several,
            tuple(
                (item, menu.at(name, item_id))
                for item_id, item in kind.items(facts)
                if item.is_open
            ),
        )
        for name, kind in KINDS.items()
    )
    return page.render(
        "work/all.html",
        family_id=family_id,
        called=called(facts.plan.members, family_id),
        sections=[one for one in sections if one.items],
    )
