"""The words about emergency access."""

from __future__ import annotations

from domain.family_plan.emergency import EmergencyAccessReviewed, EmergencyAccessTaken
from projections.summaries.base import words


@words.register
def _(event: EmergencyAccessTaken) -> str:
    access = event.access
    who = f"{access.person_id} of {access.agency}" if access.person_id else access.agency
    return f"Emergency access {access.access_id} taken by {who}: {access.reason}"


@words.register
def _(event: EmergencyAccessReviewed) -> str:
    how = "justified" if event.justified else "not justified"
    return f"Emergency access {event.access_id} reviewed, {how}: {event.text}"
