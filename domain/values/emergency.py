"""Emergency access: somebody looks who may not, because waiting would be dangerous."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.values.base import AgencyCode, FamilyText, ItemId, Token, UtcDateTime, Value

REASON_MIN = 20
"""Characters: a sentence, and not "spoed". Our working agreement."""
REASON_MAX = 2_000
"""Characters. Our working agreement."""

EmergencyReason = Annotated[str, Field(min_length=REASON_MIN, max_length=REASON_MAX)]


class EmergencyAccess(Value):
    """Noodtoegang: for whom, why, and until when.

    ``person_id`` is the professional who looks; None when the agency's own system does.
    """

    access_id: ItemId
    agency: AgencyCode
    person_id: Token | None = None
    reason: FamilyText
    until: UtcDateTime
