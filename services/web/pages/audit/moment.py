"""A family as it was known at a moment, with a slider over the moments of its history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from domain.calendar import dutch_day
from projections.current_plan import PLAN
from projections.open_questions import QUESTIONS
from projections.story import STORY
from services.views.past import AsOf, Past
from services.web.pages.audit.entrance import Moment, PurposefulPage, in_field
from services.web.pages.audit.moments import moments_of
from services.web.pages.audit.records import place_of
from services.web.pages.page import Page
from services.web.pages.timeline.choice import Choice, span_of
from services.web.pages.timeline.picture import picture
from services.web.pages.timeline.telling import Telling
from services.web.routes import Family

VIEW = "audit-moment"

Step = Annotated[int | None, Query(ge=0, le=1_000_000)]

router = APIRouter(prefix="/audit/families/{family_id}")


@router.get("")
def moment(
    page: PurposefulPage, family_id: Family, at: Moment = None, step: Step = None
) -> Response:
    """The plan and the picture, in what was known then.

    The slider gives a number; which moment that is, only the history tells.
    """
    if at is None and step is not None:
        (today,) = _past(page, family_id, AsOf())
        moments = moments_of(today)
        at = moments.all[min(step, moments.last)]
    then, *later = _past(page, family_id, *(AsOf(one) for one in dict.fromkeys((at, None))))
    today = later[0] if later else then
    story, whole = then.view(STORY), today.view(STORY)
    telling = Telling(page.words, story, page.agency_name)
    # The days are always those of all that is known now: what comes to be known fills them.
    span = span_of(Choice(), whole.happenings, dutch_day(whole.now))
    drawn = picture(telling, story.happenings, span, lambda one: place_of(family_id, one.position))
    return page.render(
        "audit/moment.html",
        family_id=family_id,
        at=at or then.now,
        in_field=in_field,
        moments=moments_of(today, at),
        plan=then.view(PLAN),
        questions=then.view(QUESTIONS),
        telling=telling,
        picture=drawn,
        unknown=len(whole.happenings) - len(story.happenings),
        chosen=at,
    )


def _past(page: Page, family_id: str, *moments: AsOf) -> list[Past]:
    return page.views.past(page.viewer, family_id, VIEW, moments, page.why)
