"""Terms: what is to be done by when in a family, and the duties of one agency over all families."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar, Literal

from domain.calendar import dutch_day
from domain.events import DomainEvent
from domain.family_plan.terms import TermExpired, TermMet, TermStarted
from domain.terms import fire_at, is_over
from domain.values import AgencyCode, Evidence, Finding, Term, TermKind, UtcDateTime
from projections import agency_families
from projections.agency_families import has_plan
from projections.paging import cursor, place
from projections.plan_model import View
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing
from projections.views import AgencyView, FamilyView
from projections.watching import Look, Watcher

MISSED = "term-missed"
"""The rule: a triage or an investigation was not done in its term."""
FEEDBACK_OVERDUE = "feedback-overdue"
"""The rule: who reported was not told in time. One signal a report, graver with each thing that
they were not told."""

FEEDBACK = frozenset(
    {TermKind.FEEDBACK_RECEIVED, TermKind.FEEDBACK_TRIAGED, TermKind.FEEDBACK_FOLLOW_UP}
)
State = Literal["running", "expired", "met"]


class TermView(Term):
    """One term: whether it runs, has expired, or was met, and when and whether that was in time.

    ``overdue`` says whether it was not met and its last moment has passed.
    """

    state: State
    overdue: bool
    began_at: UtcDateTime
    expired_at: UtcDateTime | None
    met_at: UtcDateTime | None
    on_time: bool | None


class TermsView(View):
    """The terms of a family: what is to be done by the day it is due, what is done by when."""

    family_id: str
    due: tuple[TermView, ...]
    met: tuple[TermView, ...]


class Duty(View):
    """Something an agency has to do, in which family."""

    family_id: str
    term_id: str
    kind: TermKind
    report_id: str
    due_at: UtcDateTime
    overdue: bool


class DutiesPage(View):
    """What an agency has to do, the most urgent first; ``next`` is None on the last page."""

    agency: AgencyCode
    duties: tuple[Duty, ...]
    next: str | None


class TermRow(Row):
    """One term of a family. ``due_owner`` is who has to do it, None once it was met."""

    table: ClassVar[str] = "terms"
    key: ClassVar[tuple[str, ...]] = ("term_id",)
    indexed: ClassVar[tuple[str, ...]] = ("family_id", "due_owner", "due_at")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("family_id", "due_at", "term_id"),
        ("due_owner", "due_at", "term_id"),
    )

    term_id: str
    family_id: str
    due_owner: AgencyCode | None
    due_at: UtcDateTime
    term: Term
    began_at: UtcDateTime
    known_at: UtcDateTime
    expired_at: UtcDateTime | None = None
    met_at: UtcDateTime | None = None
    on_time: bool | None = None


projection = Projection("terms", 1, rows=(TermRow,))


def terms_view(reader: Reader, family_id: str, now: datetime) -> TermsView | None:
    """The terms of a family, or None when it has no plan."""
    if not has_plan(reader, family_id):
        return None
    found = [_view(row, now) for row in _rows(reader, family_id)]
    return TermsView(
        family_id=family_id,
        due=tuple(one for one in found if one.state != "met"),
        met=tuple(one for one in found if one.state == "met"),
    )


def duties(reader: Reader, agency: str, now: datetime, limit: int, after: str | None) -> DutiesPage:
    """A page of an agency's duties. Raises ValueError for an ``after`` that no page gave."""
    found = reader.select(
        TermRow,
        where={"due_owner": agency},
        order=("due_at", "term_id"),
        limit=limit + 1,
        after=None if after is None else place(after),
    )
    page = found[:limit]
    return DutiesPage(
        agency=agency,
        duties=tuple(
            Duty(
                family_id=row.family_id,
                term_id=row.term_id,
                kind=row.term.kind,
                report_id=row.term.report_id,
                due_at=row.due_at,
                overdue=is_over(row.due_at, now),
            )
            for row in page
        ),
        next=cursor(page[-1].due_at, page[-1].term_id) if len(found) > limit else None,
    )


def look(reader: Reader, family_id: str, now: datetime) -> Look:
    """What has expired or is about to, and when the next term will."""
    unmet = [row for row in _rows(reader, family_id) if row.met_at is None]
    expired = [row.term for row in unmet if row.expired_at is not None]
    running = [(fire_at(row.term, row.known_at), row) for row in unmet if row.expired_at is None]
    return Look(
        findings=(
            *(_missed(term) for term in expired if term.kind not in FEEDBACK),
            *_untold([term for term in expired if term.kind in FEEDBACK]),
        ),
        expired=tuple(row.term_id for moment, row in running if moment <= now),
        next_at=min((moment for moment, _ in running if moment > now), default=None),
    )


TERMS = FamilyView(
    name="terms",
    about="What has to be done by when: triage, investigation, feedback; what was kept and missed.",
    model=TermsView,
    projections=(projection, agency_families.projection),
    read=terms_view,
)
DUTIES = AgencyView(
    name="duties",
    about="What your agency has to do by when, over all families.",
    model=DutiesPage,
    read=duties,
)
WATCHER = Watcher("terms", projection, look)


def _missed(term: Term) -> Finding:
    return Finding(
        rule=MISSED,
        key=term.term_id,
        detail=f"{term.kind} of {term.report_id} by {term.owner} was due {_day(term)}",
        evidence=(Evidence(kind="report", item_id=term.report_id),),
    )


def _untold(terms: list[Term]) -> Iterator[Finding]:
    """One finding a report, in the order in which its first feedback was due."""
    for report_id in dict.fromkeys(term.report_id for term in terms):
        due = [term for term in terms if term.report_id == report_id]
        when = ", ".join(f"{term.kind} {_day(term)}" for term in due)
        yield Finding(
            rule=FEEDBACK_OVERDUE,
            key=report_id,
            level=len(due),
            detail=f"{due[0].owner} had to tell the reporter of {report_id}: {when}",
            evidence=(Evidence(kind="report", item_id=report_id),),
        )


def _day(term: Term) -> date:
    return dutch_day(term.due_at)


def _rows(reader: Reader, family_id: str) -> list[TermRow]:
    return reader.select(TermRow, where={"family_id": family_id}, order=("due_at", "term_id"))


def _view(row: TermRow, now: datetime) -> TermView:
    unmet: State = "running" if row.expired_at is None else "expired"
    return TermView(
        **dict(row.term),
        state=unmet if row.met_at is None else "met",
        overdue=row.met_at is None and is_over(row.due_at, now),
        began_at=row.began_at,
        expired_at=row.expired_at,
        met_at=row.met_at,
        on_time=row.on_time,
    )


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, TermMet | TermExpired):
        yield TermRow, (event.term.term_id,)


@projection.on(TermStarted)
def _started(event: TermStarted, _position: int, rows: Rows) -> None:
    term = event.term
    rows.put(
        TermRow(
            term_id=term.term_id,
            family_id=event.family_id,
            due_owner=term.owner,
            due_at=term.due_at,
            term=term,
            began_at=event.occurred_at,
            known_at=event.recorded_at,
        )
    )


@projection.on(TermExpired)
def _expired(event: TermExpired, _position: int, rows: Rows) -> None:
    _change(rows, event.term, expired_at=event.recorded_at)


@projection.on(TermMet)
def _met(event: TermMet, _position: int, rows: Rows) -> None:
    _change(rows, event.term, due_owner=None, met_at=event.occurred_at, on_time=event.on_time)


def _change(rows: Rows, term: Term, **changes: object) -> None:
    row = existing(rows, TermRow, term.term_id)
    rows.put(row.model_copy(update=changes))
