"""Which terms run on a report, and when: by law, by Veilig Thuis's protocol, or by agreement.

A term in days runs to the end of a Dutch day; see :mod:`domain.calendar` for what a working day is.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.calendar import end_of_day, weeks_after, working_days_after
from domain.keys import term_id
from domain.values import Term, TermKind

VEILIG_THUIS = "veilig-thuis"
"""The agency that triages and investigates (Wmo 2015, article 4.1.1)."""

TRIAGE_WORKING_DAYS = 5
"""From receiving a report to deciding what follows: the term Veilig Thuis works with."""
INVESTIGATION_WEEKS = 10
"""From the triage to the end of an investigation: the term Veilig Thuis works with."""
RECEIVED_WORKING_DAYS = 2
"""To tell the reporter that the report has come in. Our working agreement."""
TRIAGED_WORKING_DAYS = 7
"""To tell the reporter what the triage decided: two days after it. Our working agreement."""
FOLLOW_UP_WORKING_DAYS = 10
"""To tell the reporter what follows, from when that was decided. Our working agreement."""

GRACE = timedelta(days=1)
"""A term that was over when we came to know of it gets a day: what meets it may be on its way."""

SECOND = timedelta(seconds=1)

_WORKING_DAYS = {
    TermKind.TRIAGE: TRIAGE_WORKING_DAYS,
    TermKind.FEEDBACK_RECEIVED: RECEIVED_WORKING_DAYS,
    TermKind.FEEDBACK_TRIAGED: TRIAGED_WORKING_DAYS,
    TermKind.FEEDBACK_FOLLOW_UP: FOLLOW_UP_WORKING_DAYS,
}


def last_day(kind: TermKind, begins_on: date) -> date:
    """The last Dutch calendar day of a term that begins on a day."""
    if kind is TermKind.INVESTIGATION:
        return weeks_after(begins_on, INVESTIGATION_WEEKS)
    return working_days_after(begins_on, _WORKING_DAYS[kind])


def make_term(family_id: str, kind: TermKind, report_id: str, owner: str, begins_on: date) -> Term:
    """The term of this kind on a report, counted from a Dutch calendar day."""
    return Term(
        term_id=term_id(family_id, kind.value, report_id),
        kind=kind,
        report_id=report_id,
        owner=owner,
        due_at=end_of_day(last_day(kind, begins_on)),
    )


def is_over(due_at: datetime, moment: datetime) -> bool:
    """Whether the last day of a term has passed at a moment; its last second still counts whole."""
    return moment >= due_at + SECOND


def fire_at(term: Term, known_at: datetime) -> datetime:
    """The first moment at which a running term may expire (UTC).

    Args:
        known_at: when we came to know that it runs.
    """
    return max(term.due_at + SECOND, known_at + GRACE)
