"""The words about erased data."""

from __future__ import annotations

from domain.family_plan.erasing import PersonalDataErased
from projections.summaries.base import words


@words.register
def _(event: PersonalDataErased) -> str:
    if event.members:
        return f"Personal data of {', '.join(event.members)} was erased"
    if event.staff is not None:
        return f"Personal data of the professional {event.staff} was erased"
    return "All personal data of this family was erased"
