"""The page of the timeline."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from domain.calendar import dutch_day
from domain.need_to_know.viewer import ViewerRole
from domain.values import Gravity, IncidentKind
from projections.story import STORY
from projections.story_model import Story
from projections.story_topics import Topic
from services.access.tracing import trace_id
from services.clock import utc_now
from services.exports.dossier.page import PDF
from services.views.past import AsOf
from services.web.pages.audit.entrance import with_purpose
from services.web.pages.page import Page, page_for
from services.web.pages.timeline.choice import PERIODS, Choice, Span
from services.web.pages.timeline.chosen import Timeline, timeline_of
from services.web.pages.timeline.paper import on_paper
from services.web.pages.timeline.picture import picture
from services.web.pages.timeline.table import LONGEST, Places, table_of
from services.web.pages.timeline.telling import Telling
from services.web.routes import Family

ZOOM = 2

ForReaders = Annotated[
    Page,
    Depends(
        page_for(
            ViewerRole.LEAD,
            ViewerRole.PROFESSIONAL,
            ViewerRole.FAMILY_MEMBER,
            ViewerRole.AUDITOR,
        )
    ),
]


def _purposeful(page: ForReaders) -> Page:
    return with_purpose(page)


TimelinePage = Annotated[Page, Depends(_purposeful)]
Chosen = Annotated[Choice, Query()]

router = APIRouter(prefix="/families/{family_id}/timeline")


PDF_AS = "export-timeline"
"""The name under which it is put on record that somebody takes it along."""


@router.get("")
def timeline(page: TimelinePage, family_id: Family, choice: Chosen) -> Response:
    """All that happened, in one picture and as a table."""
    story = page.views.ask(STORY, page.viewer, family_id, choice.known_at, page.why).view
    found = timeline_of(choice, Telling(page.words, story, page.agency_name))
    table = table_of(choice, found.told)
    drawn = picture(
        found.telling,
        found.told,
        found.span,
        Places(choice, table),
        by_topic=choice.lanes == "topic",
    )
    return page.render(
        "timeline/page.html",
        family_id=family_id,
        timeline=found,
        table=table,
        picture=drawn,
        longest=LONGEST,
        agencies=_agencies(page, found.story),
        people=[(one.member_id, one.name) for one in found.story.people],
        topics=list(Topic),
        kinds=_kinds(found.story),
        gravities=list(Gravity),
        ways=_ways(page, found),
    )


@router.get(".pdf")
def timeline_pdf(page: TimelinePage, family_id: Family, choice: Chosen) -> Response:
    """The same on paper, all of the table."""
    as_of, now = AsOf(choice.known_at), utc_now()
    (past,) = page.views.past(page.viewer, family_id, PDF_AS, (as_of,), page.why)
    found = timeline_of(choice, Telling(page.words, past.view(STORY), page.agency_name))
    made = on_paper(found, page.why.correlation_id or trace_id(), now)
    name = f"{page.words.gettext('timeline')}-{family_id}-{dutch_day(now)}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type=PDF, headers=headers)


class Way(NamedTuple):
    """A button that shows other days: what it does, where it leads, whether it is how it is."""

    text: str
    href: str
    here: bool = False
    said: str = ""


def _ways(page: Page, found: Timeline) -> tuple[tuple[Way, ...], tuple[Way, ...]]:
    """The periods, and how to move."""
    gettext, choice, span = page.words.gettext, found.choice, found.span
    names = {
        "month": gettext("Month"),
        "quarter": gettext("Quarter"),
        "year": gettext("Year"),
    }
    periods = [Way(gettext("All"), choice.query(since=None, until=None), not choice.since)]
    for name, length in PERIODS.items():
        here = choice.since is not None and span.last - span.first == length
        periods.append(Way(names[name], _to(choice, span.ending(length)), here))
    moves = (
        Way("←", _to(choice, span.moved(-0.5)), said=gettext("Earlier")),
        Way("→", _to(choice, span.moved(0.5)), said=gettext("Later")),
        Way("+", _to(choice, span.zoomed(1 / ZOOM)), said=gettext("Zoom in")),
        Way("−", _to(choice, span.zoomed(ZOOM)), said=gettext("Zoom out")),
    )
    return tuple(periods), moves


def _to(choice: Choice, span: Span) -> str:
    return choice.query(since=span.first, until=span.last)


def _agencies(page: Page, story: Story) -> list[tuple[str, str]]:
    codes = dict.fromkeys(one.agency for one in story.happenings if one.agency)
    return sorted(((code, page.agency_name(code)) for code in codes), key=lambda one: one[1])


def _kinds(story: Story) -> list[IncidentKind]:
    found = {one.deed.kind for one in story.happenings if one.deed}
    return [kind for kind in IncidentKind if kind in found]
