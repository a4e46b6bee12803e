"""What is still needed for a sharper picture."""

from __future__ import annotations

from datetime import date

from domain.values.base import ItemId, MemberId, PersonalText, Value
from domain.values.incidents import IncidentFact
from domain.values.people import Owner


class OpenQuestion(Value):
    """Openstaande vraag: what is not clear yet, who asks on, and by when.

    ``unclear`` names the fact of the incident that raised the question by itself; it is None for
    a question that somebody asked in their own words. ``due`` is a Dutch calendar day.
    """

    question_id: ItemId
    text: PersonalText
    about: tuple[MemberId, ...] = ()
    incident_id: ItemId | None = None
    unclear: IncidentFact | None = None
    owner: Owner
    due: date | None = None
