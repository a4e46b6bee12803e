"""What the lead could have known of a family on a day."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from projections.story import STORY
from services.audit.known import known_then
from services.exports.texts import Language, texts
from services.views.past import AsOf
from services.web.pages.audit.entrance import Moment, PurposefulPage, in_field
from services.web.pages.audit.moments import moments_of
from services.web.pages.event_words import EVENT_LABELS
from services.web.pages.timeline.telling import Telling
from services.web.routes import Family

VIEW = "known-then"

router = APIRouter(prefix="/audit/families/{family_id}/known")


@router.get("")
def known(page: PurposefulPage, family_id: Family, at: Moment = None) -> Response:
    """What had been recorded by then, and what had happened that nobody had told yet."""
    then, today = page.views.past(page.viewer, family_id, VIEW, (AsOf(at), AsOf()), page.why)
    return page.render(
        "audit/known.html",
        family_id=family_id,
        at=at or then.now,
        in_field=in_field,
        moments=moments_of(today, at),
        known=known_then(then, today),
        telling=Telling(page.words, today.view(STORY), page.agency_name),
        event_labels=EVENT_LABELS,
        texts=texts(Language(page.words.language)),
    )
