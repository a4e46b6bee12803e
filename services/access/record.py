"""One access record: what is written down of one look at one family."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.need_to_know.viewer import Viewer
from domain.values import FamilyId, Token, UtcDateTime, Value

PROCESSING = "urn:oneplan:processing:"
"""What the id of a processing activity begins with. The register of those activities (GDPR,
article 30) describes each."""

Printable = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""One line without control characters."""


class Purpose(StrEnum):
    """What somebody looks for (NEN 7513: ``purposeOfUse``)."""

    CARE_COORDINATION = "care-coordination"
    EMERGENCY = "emergency"
    OWN_INSPECTION = "own-inspection"
    """A member of the family looks at their own family (GDPR, article 15)."""
    AUDIT = "audit"
    AUDIT_COMPLAINT = "audit-complaint"
    """An auditor looks because somebody complained."""
    AUDIT_CALAMITY = "audit-calamity"
    """An auditor looks because something went gravely wrong."""
    ADMINISTRATION = "administration"
    STREAM = "stream"
    """A changed view that is sent to a party by itself."""


class AccessPath(StrEnum):
    """By which way the answer leaves."""

    HTTP = "http"
    HTML = "html"
    NATS = "nats"
    STREAM = "stream"
    CLI = "cli"


class Outcome(StrEnum):
    """What came of it."""

    SHOWN = "shown"
    REFUSED = "refused"


class AccessRecord(Value):
    """Who looked at what of which family, for what, by which way, and what came of it.

    No names and nothing of what was shown: ids and categories only.

    Args:
        view: the view's name, for example ``plan``; the first of several.
        also: the other views that were shown in the same look.
        categories: those of the data that was shown; none when it was refused.
        known_at: the moment as of which was asked, None for now.
        emergency: whether emergency access was the ground to look.
        correlation_id: of the request; all records of one request have the same.
        at: when it was asked (UTC).
        system: the service that answered, for example ``web``.
    """

    viewer: Viewer
    family_id: FamilyId
    view: Token
    also: tuple[Token, ...] = ()
    categories: tuple[Token, ...] = ()
    purpose: Purpose
    path: AccessPath
    known_at: UtcDateTime | None = None
    outcome: Outcome
    emergency: bool = False
    correlation_id: Printable
    at: UtcDateTime
    system: Token

    @property
    def processing_activity_id(self) -> str:
        """The activity's id in the register (Logboek Dataverwerkingen)."""
        return f"{PROCESSING}{self.purpose.value}"
