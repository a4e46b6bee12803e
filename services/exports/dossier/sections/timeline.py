"""All that happened, in order."""

from __future__ import annotations

from itertools import groupby

from babel.dates import format_date

from domain.calendar import dutch_day
from domain.family_plan.core import PlanEvent
from services.exports.dossier.context import Context
from services.exports.dossier.model import Group, Section


def timeline(context: Context) -> Section:
    """Every event that the reader sees, by when it happened, month by month."""
    events = sorted(context.family.events, key=lambda one: one.occurred_at)
    language = context.texts.language.value

    def month(event: PlanEvent) -> str:
        return format_date(dutch_day(event.occurred_at), "LLLL y", locale=language).capitalize()

    groups = [Group(title, context.lines(list(told))) for title, told in groupby(events, month)]
    return context.section("Timeline", groups, compact=True)
