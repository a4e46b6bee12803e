"""The lead's caseload: which family needs attention now, and why."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from domain.values import PlanStatus
from projections.workload import Workload, WorkloadFamily
from services.clock import utc_now
from services.web.pages.findings import called, first_name, reason_title
from services.web.pages.live import LEAD_SUBJECTS, family_subject
from services.web.pages.page import FOR_LEADS, LeadPage, Page
from services.web.pages.parts import Have, Part, changed_parts, parts_of
from services.web.pages.streams import LivePage, OpenPage, changes

PART = ("families",)
URGENT = 4

router = APIRouter(prefix="/caseload", dependencies=[FOR_LEADS])


@router.get("")
def caseload(page: LeadPage) -> Response:
    """The families that somebody leads."""
    offers = page.views.offers(page.viewer, page.why)
    return page.render("caseload/page.html", parts=_parts(page, _found(page)), offers=offers)


@router.get("/changes")
def caseload_changes(page: OpenPage, have: Have) -> Response:
    """What is different from what the page has."""
    return changed_parts(page, _parts(page, _found(page)), have)


async def _subjects(page: LivePage) -> list[str]:
    found = await page.in_thread(_found)
    return [*LEAD_SUBJECTS, *(family_subject(one.family_id) for one in found.families)]


@router.get("/live", response_class=EventSourceResponse)
async def caseload_live(
    page: LivePage, subjects: Annotated[list[str], Depends(_subjects)]
) -> AsyncIterator[ServerSentEvent]:
    """That one of the families changed, or that a family came or went."""
    async for event in changes(page, subjects, now=True):
        yield event


def _found(page: Page) -> Workload:
    return page.views.workload(page.viewer, page.why)


def _parts(page: Page, found: Workload) -> tuple[Part, ...]:
    families = found.families
    still = [one for one in families if one.status is PlanStatus.OPEN]
    return parts_of(
        page,
        "caseload",
        PART,
        families=families,
        counts={
            "families": len(still),
            "urgent": sum(_is_urgent(one) for one in still),
            "waiting": sum(bool(one.reasons) for one in still),
        },
        now=utc_now(),
        called=called,
        reason_title=lambda reason: reason_title(page.words, reason),
        about=lambda family, ids: page.words.listed(_names(family, ids)),
        urgent=URGENT,
    )


def _is_urgent(family: WorkloadFamily) -> bool:
    return any(reason.urgency >= URGENT for reason in family.reasons)


def _names(family: WorkloadFamily, ids: Iterable[str]) -> list[str]:
    names = {one.member_id: first_name(one.name) for one in family.members}
    return [names.get(one, one) for one in ids]
