"""Terms: what has to be done by when, by law or by agreement."""

from __future__ import annotations

from enum import StrEnum

from domain.values.base import AgencyCode, ItemId, UtcDateTime, Value


class TermKind(StrEnum):
    """What has to be done."""

    TRIAGE = "triage"
    INVESTIGATION = "investigation"
    FEEDBACK_RECEIVED = "feedback-received"
    FEEDBACK_TRIAGED = "feedback-triaged"
    FEEDBACK_FOLLOW_UP = "feedback-follow-up"


class Term(Value):
    """Termijn: until when something may take.

    ``report_id`` is the report it runs on, ``owner`` the agency that has to do it, and
    ``due_at`` the last second of its last day, in UTC.
    """

    term_id: ItemId
    kind: TermKind
    report_id: ItemId
    owner: AgencyCode
    due_at: UtcDateTime
