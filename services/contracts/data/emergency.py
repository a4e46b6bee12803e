"""Emergency access."""

from __future__ import annotations

from domain.values import EmergencyReason, ItemId, Text, Token, Value


class EmergencyAccessTakenData(Value):
    """The sender looks at this family in an emergency, a party of its plan or not.

    ``person_id`` is the professional who looks; left out when the sender's own system does.
    """

    access_id: ItemId
    person_id: Token | None = None
    reason: EmergencyReason


class EmergencyAccessReviewedData(Value):
    """The lead looked at it afterwards; what was not justified ends at once."""

    access_id: ItemId
    justified: bool
    text: Text


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.emergency-access.taken.v1": EmergencyAccessTakenData,
    "nl.oneplan.emergency-access.reviewed.v1": EmergencyAccessReviewedData,
}
