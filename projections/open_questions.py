"""What is still needed for a sharper picture: the open questions of a family, and the answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, ClassVar

from domain.calendar import dutch_day, first_moment_after
from domain.events import DomainEvent
from domain.family_plan import PlanClosed, PlanOpened, PlanReopened
from domain.family_plan.questions import (
    QuestionAnswered,
    QuestionAsked,
    QuestionAssigned,
    QuestionDropped,
)
from domain.values import AgencyCode, Evidence, Finding, OpenQuestion, PlanStatus
from projections.plan_model import Said, said
from projections.projection import Projection
from projections.question_model import (
    Answer,
    AnsweredQuestionView,
    DroppedQuestionView,
    Dropping,
    OpenQuestionView,
    QuestionCounts,
    QuestionsView,
)
from projections.rows import Reader, Reference, Row, Rows, existing
from projections.views import FamilyView
from projections.watching import Look, Watcher

OVERDUE = "question-overdue"
"""The rule: a question is open although its day has passed. Our working agreement."""


class QuestionRow(Row):
    """One question of a family; ``owner_agency`` and ``is_open`` are there to be searched on."""

    table: ClassVar[str] = "open_questions"
    key: ClassVar[tuple[str, ...]] = ("family_id", "question_id")
    indexed: ClassVar[tuple[str, ...]] = ("owner_agency", "is_open")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("owner_agency", "is_open"),)

    family_id: str
    question_id: str
    owner_agency: AgencyCode | None
    is_open: bool = True
    question: OpenQuestion
    by_itself: bool
    asked: Said
    answered: Answer | None = None
    dropped: Dropping | None = None


class QuestionFamily(Row):
    """A family that has a plan, and so may have questions."""

    table: ClassVar[str] = "open_questions_family"
    key: ClassVar[tuple[str, ...]] = ("family_id",)

    family_id: str
    status: PlanStatus = PlanStatus.OPEN


projection = Projection("open_questions", 1, rows=(QuestionRow, QuestionFamily))


def questions_view(reader: Reader, family_id: str, now: datetime) -> QuestionsView | None:
    """The questions of a family, or None when it has no plan."""
    family = _family(reader, family_id)
    if family is None:
        return None
    rows = reader.select(QuestionRow, where={"family_id": family_id}, order=("question_id",))
    still_open = [
        OpenQuestionView(**_facts(row), overdue=_is_overdue(row, family, dutch_day(now)))
        for row in rows
        if row.is_open
    ]
    answered = [
        AnsweredQuestionView(**_facts(row), answered=row.answered) for row in rows if row.answered
    ]
    dropped = [
        DroppedQuestionView(**_facts(row), dropped=row.dropped) for row in rows if row.dropped
    ]
    return QuestionsView(
        family_id=family_id,
        counts=QuestionCounts(
            open=len(still_open),
            overdue=sum(one.overdue for one in still_open),
            answered=len(answered),
            dropped=len(dropped),
        ),
        open=tuple(sorted(still_open, key=lambda one: one.due or date.max)),
        answered=tuple(sorted(answered, key=lambda one: one.answered.occurred_at, reverse=True)),
        dropped=tuple(sorted(dropped, key=lambda one: one.dropped.occurred_at, reverse=True)),
    )


def look(reader: Reader, family_id: str, now: datetime) -> Look:
    """The questions that are overdue, and when the next one will be."""
    family = _family(reader, family_id)
    if family is None or family.status is PlanStatus.CLOSED:
        return Look()
    today = dutch_day(now)
    rows = reader.select(
        QuestionRow, where={"family_id": family_id, "is_open": True}, order=("question_id",)
    )
    coming = [row.question.due for row in rows if row.question.due and row.question.due >= today]
    return Look(
        findings=tuple(_finding(row) for row in rows if _is_overdue(row, family, today)),
        next_at=min((first_moment_after(day) for day in coming), default=None),
    )


QUESTIONS = FamilyView(
    name="questions",
    about="What is still needed for a sharper picture: who asks what, by when, and the answers.",
    model=QuestionsView,
    projections=(projection,),
    read=questions_view,
)
WATCHER = Watcher("questions", projection, look)


def _family(reader: Reader, family_id: str) -> QuestionFamily | None:
    return next(iter(reader.select(QuestionFamily, where={"family_id": family_id})), None)


def _is_overdue(row: QuestionRow, family: QuestionFamily, today: date) -> bool:
    due = row.question.due
    return row.is_open and family.status is PlanStatus.OPEN and due is not None and due < today


def _facts(row: QuestionRow) -> dict[str, Any]:
    return {**dict(row.question), **dict(row.asked), "by_itself": row.by_itself}


def _finding(row: QuestionRow) -> Finding:
    question = row.question
    evidence = [Evidence(kind="question", item_id=row.question_id)]
    if question.incident_id is not None:
        evidence.insert(0, Evidence(kind="incident", item_id=question.incident_id))
    return Finding(
        rule=OVERDUE,
        key=row.question_id,
        about=question.about,
        detail=f"question {row.question_id} was due on {question.due}",
        evidence=tuple(evidence),
    )


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, QuestionAssigned | QuestionAnswered | QuestionDropped):
        yield QuestionRow, (event.family_id, event.question_id)


@projection.on(PlanOpened)
def _opened(event: PlanOpened, _position: int, rows: Rows) -> None:
    rows.put(QuestionFamily(family_id=event.family_id))


@projection.on(PlanClosed)
def _closed(event: PlanClosed, _position: int, rows: Rows) -> None:
    rows.put(QuestionFamily(family_id=event.family_id, status=PlanStatus.CLOSED))


@projection.on(PlanReopened)
def _reopened(event: PlanReopened, _position: int, rows: Rows) -> None:
    rows.put(QuestionFamily(family_id=event.family_id))


@projection.on(QuestionAsked)
def _asked(event: QuestionAsked, _position: int, rows: Rows) -> None:
    question = event.question
    rows.put(
        QuestionRow(
            family_id=event.family_id,
            question_id=question.question_id,
            owner_agency=question.owner.agency,
            question=question,
            by_itself=event.by_itself,
            asked=Said(**said(event)),
        )
    )


@projection.on(QuestionAssigned)
def _assigned(event: QuestionAssigned, _position: int, rows: Rows) -> None:
    row = existing(rows, QuestionRow, event.family_id, event.question_id)
    question = row.question.model_copy(update={"owner": event.owner, "due": event.due})
    changes = {"question": question, "owner_agency": event.owner.agency}
    rows.put(row.model_copy(update=changes))


@projection.on(QuestionAnswered)
def _answered(event: QuestionAnswered, _position: int, rows: Rows) -> None:
    answer = Answer(**said(event), answer=event.answer, by_itself=event.by_itself)
    row = existing(rows, QuestionRow, event.family_id, event.question_id)
    rows.put(row.model_copy(update={"is_open": False, "answered": answer}))


@projection.on(QuestionDropped)
def _dropped(event: QuestionDropped, _position: int, rows: Rows) -> None:
    dropping = Dropping(**said(event), reason=event.reason)
    row = existing(rows, QuestionRow, event.family_id, event.question_id)
    rows.put(row.model_copy(update={"is_open": False, "dropped": dropping}))
