"""What agencies are told on their own subjects: feedback on a report, a conference's result."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from domain.values import AgencyCode, FamilyId, FeedbackStage, ItemId, Text, UtcDateTime
from projections.conferences import ConferenceView


class FeedbackNotice(BaseModel):
    """Published on ``party.<agency>.feedback.<report id>`` for the agency that reported.

    When a person reported, it goes to the agency that took the report, to be passed on. Who
    reported need not be a party of the plan, so nothing else about the family is in it: not even
    the family's id. A notice that comes twice has the same ``Nats-Msg-Id``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    report_id: ItemId
    stage: FeedbackStage
    text: Text
    from_agency: AgencyCode
    occurred_at: UtcDateTime


class ConferenceNotice(BaseModel):
    """Stands for a result that does not fit into one message: where to read it over HTTP."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family_id: FamilyId
    conference_id: ItemId
    dataref: str


ConferenceResult = ConferenceView | ConferenceNotice
"""Published on ``party.<agency>.conference.<family>.<conference id>`` for each party."""
