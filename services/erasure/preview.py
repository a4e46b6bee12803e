"""Preview: what an erasure would destroy, what the law says, and what stands against it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from domain.erasure import ErasureScope, ErasureTarget, Obstacle
from domain.retention import due_on, terms_of
from projections.registry import ALL
from services.erasure.obstacles import obstacles, record_facts
from services.erasure.survey import Survey, survey
from services.settings import Settings
from services.store.application import OnePlan


class TermPreview(BaseModel):
    """A term that applies; ``over_on`` is None while it has not begun."""

    model_config = ConfigDict(frozen=True)

    code: str
    years: int
    source: str
    over_on: date | None


class Preview(BaseModel):
    """What would go. ``mentions`` are events that name the person and stay readable.

    They are texts about the family as a whole, ``family:version``: read them, and ask for an
    erasure of the family where they must go too.
    ``messages`` is None where the streams were not looked at.
    """

    model_config = ConfigDict(frozen=True)

    target: ErasureTarget
    families: tuple[str, ...]
    keys: int
    events: int
    fields: int
    views: tuple[str, ...]
    messages: dict[str, int] | None
    mentions: tuple[str, ...]
    terms: tuple[TermPreview, ...]
    due_on: date | None
    obstacles: tuple[Obstacle, ...]


def preview(
    application: OnePlan, target: ErasureTarget, settings: Settings, now: datetime
) -> tuple[Preview, Survey]:
    """What an erasure would destroy, without the streams.

    Raises:
        LookupError: when there is no personal data of whom it is about.
    """
    found = survey(application, target)
    terms: tuple[TermPreview, ...] = ()
    due = None
    if target.scope is not ErasureScope.STAFF:
        facts = record_facts(application.events_of(str(target.family_id)), settings)
        due = due_on(facts)
        terms = tuple(
            TermPreview(
                code=one.term.code,
                years=one.term.years,
                source=one.term.source,
                over_on=one.over_on,
            )
            for one in terms_of(facts)
        )
    return (
        Preview(
            target=target,
            families=tuple(sorted(found.families)),
            keys=len(application.keys.store.below(found.subjects)),
            events=found.events,
            fields=len(found.places),
            views=tuple(projection.name for projection in ALL),
            messages=None,
            mentions=tuple(found.mentions),
            terms=terms,
            due_on=due,
            obstacles=obstacles(application, found, settings, now),
        ),
        found,
    )
