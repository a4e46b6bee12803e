"""The view of questions, checked against literals worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from domain.family_plan import FamilyPlan, PlanEvent
from domain.family_plan.questions import WHAT_TO_ASK
from domain.keys import question_id
from domain.values import (
    Certainty,
    Clarification,
    Evidence,
    Finding,
    Incident,
    IncidentFact,
    IncidentKind,
    OpenQuestion,
    Owner,
    OwnerKind,
    Role,
)
from projections.current_plan import plan_view
from projections.open_questions import QuestionRow, look, questions_view
from projections.plan_model import ClarificationView, SaidBy
from projections.question_model import Answer, Dropping, OpenQuestionView, QuestionCounts
from projections.summaries import summary
from projections.watching import Look
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, opened

SCHOOL = Owner(kind=OwnerKind.PROFESSIONAL, name="Juf Vos", agency="school")
POLICE_SAID = SaidBy(agency="police", actor="police", role=Role.AGENCY)
# Known on Friday 6 March; ten working days later is Friday 20 March.
DUE = date(2026, 3, 20)
# Dutch winter time is an hour ahead of UTC: 20 March ends at 23:00 UTC.
OVERDUE_FROM = datetime(2026, 3, 20, 23, 0, tzinfo=UTC)
BY = question_id("F1", "i1", "by")
KIND = question_id("F1", "i1", "kind")


def asked_on() -> FamilyPlan:
    """Two questions that an incident raised, one asked for a later day and one without a day."""
    plan = opened()
    plan.record_incident(
        Incident(
            incident_id="i1",
            kind=IncidentKind.UNKNOWN,
            against=("bram",),
            began_at=at(5),
            text="crying heard",
        ),
        context(at(5), at(6)),
    )
    for question_id_, due in (("v1", date(2026, 3, 27)), ("v2", None)):
        question = OpenQuestion(question_id=question_id_, text="who?", owner=SCHOOL, due=due)
        plan.ask_question(question, context(at(7), agency="halt"))
    return plan


def test_open_questions_stand_by_the_day_they_are_due(read: Read) -> None:
    view = questions_view(read(events_of(asked_on())), "F1", at(10))
    assert view is not None
    # Both of the incident are due on the same day: then by id.
    assert [one.question_id for one in view.open] == [*sorted([BY, KIND]), "v1", "v2"]
    assert (view.answered, view.dropped) == ((), ())
    assert view.counts == QuestionCounts(open=4, overdue=0, answered=0, dropped=0)


def test_a_question_says_all_that_is_known_of_it(read: Read) -> None:
    view = questions_view(read(events_of(asked_on())), "F1", at(10))
    assert view is not None
    (question,) = [one for one in view.open if one.question_id == BY]
    assert question == OpenQuestionView(
        question_id=BY,
        text="Door wie? Bij dit voorval is niet bekend wie het deed.",
        about=("bram",),
        incident_id="i1",
        unclear=IncidentFact.BY,
        by_itself=True,
        owner=Owner(kind=OwnerKind.PROFESSIONAL, name="police", agency="police"),
        due=DUE,
        overdue=False,
        said_by=POLICE_SAID,
        occurred_at=at(5),
        recorded_at=at(6),
    )


def test_a_question_is_overdue_once_its_dutch_day_is_over(read: Read) -> None:
    reader = read(events_of(asked_on()))
    for now, overdue in (
        (OVERDUE_FROM - timedelta(seconds=1), set()),
        (OVERDUE_FROM, {BY, KIND}),
        (at(31), {BY, KIND, "v1"}),
    ):
        view = questions_view(reader, "F1", now)
        assert view is not None
        assert {one.question_id for one in view.open if one.overdue} == overdue
        assert view.counts.overdue == len(overdue)


def test_the_watcher_finds_what_is_overdue_and_says_when_to_look_again(read: Read) -> None:
    reader = read(events_of(asked_on()))
    before = look(reader, "F1", at(10))
    assert (before.findings, before.next_at) == ((), OVERDUE_FROM)
    seen = look(reader, "F1", OVERDUE_FROM)
    assert {one.key for one in seen.findings} == {BY, KIND}
    assert seen.findings[0] == Finding(
        rule="question-overdue",
        key=min(BY, KIND),
        about=("bram",),
        detail=f"question {min(BY, KIND)} was due on 2026-03-20",
        evidence=(
            Evidence(kind="incident", item_id="i1"),
            Evidence(kind="question", item_id=min(BY, KIND)),
        ),
    )
    assert seen.next_at == datetime(2026, 3, 27, 23, 0, tzinfo=UTC)
    assert look(reader, "F1", at(31)).next_at is None


def test_nothing_waits_for_its_day_while_the_plan_is_closed(read: Read) -> None:
    plan = asked_on()
    plan.close("moved away", context(at(10)))
    closed = read(events_of(plan))
    assert look(closed, "F1", at(31)) == Look()
    view = questions_view(closed, "F1", at(31))
    assert view is not None
    assert view.counts == QuestionCounts(open=4, overdue=0, answered=0, dropped=0)


def test_a_plan_that_is_open_again_still_has_its_questions(read: Read) -> None:
    plan = asked_on()
    plan.close("moved away", context(at(10)))
    plan.reopen("back again", context(at(28)))
    seen = look(read(events_of(plan)), "F1", at(29))
    assert {one.key for one in seen.findings} == {BY, KIND, "v1"}


def test_questions_can_be_found_by_the_agency_that_asks_on(read: Read) -> None:
    plan = asked_on()
    police = Owner(kind=OwnerKind.PROFESSIONAL, name="Dirk", agency="police")
    plan.assign_question("v1", police, None, context(at(8)))
    plan.answer_question("v2", "she does", context(at(9)))
    reader = read(events_of(plan))

    def of(agency: str, *, is_open: bool) -> set[str]:
        where = {"owner_agency": agency, "is_open": is_open}
        return {one.question_id for one in reader.select(QuestionRow, where=where)}

    assert of("police", is_open=True) == {BY, KIND, "v1"}
    assert of("school", is_open=True) == set()
    assert of("school", is_open=False) == {"v2"}


def test_how_questions_ended_the_latest_first(read: Read) -> None:
    plan = asked_on()
    clear = Clarification(by=("anna",), certainty=Certainty.TOLD)
    plan.clarify_incident("i1", clear, "mother says so", context(at(11), at(12)))
    plan.assign_question("v1", SCHOOL, date(2026, 4, 1), context(at(13)))
    plan.drop_question("v2", "not needed", context(at(14)))
    plan.answer_question(KIND, "a quarrel", context(at(8), at(15), agency="school"))
    reader = read(events_of(plan))
    view = questions_view(reader, "F1", at(31))
    assert view is not None
    assert [(one.question_id, one.due, one.overdue) for one in view.open] == [
        ("v1", date(2026, 4, 1), False)
    ]
    # By when it happened: that it was a quarrel was known to the school before the mother spoke.
    assert [(one.question_id, one.answered) for one in view.answered] == [
        (
            BY,
            Answer(
                answer="mother says so",
                by_itself=True,
                said_by=POLICE_SAID,
                occurred_at=at(11),
                recorded_at=at(12),
            ),
        ),
        (
            KIND,
            Answer(
                answer="a quarrel",
                by_itself=False,
                said_by=SaidBy(agency="school", actor="school", role=Role.AGENCY),
                occurred_at=at(8),
                recorded_at=at(15),
            ),
        ),
    ]
    assert [(one.question_id, one.dropped) for one in view.dropped] == [
        (
            "v2",
            Dropping(
                reason="not needed",
                said_by=POLICE_SAID,
                occurred_at=at(14),
                recorded_at=at(14),
            ),
        )
    ]
    assert view.counts == QuestionCounts(open=1, overdue=0, answered=2, dropped=1)


def test_the_plan_shows_the_incident_as_it_is_known_by_now(read: Read) -> None:
    plan = asked_on()
    clear = Clarification(by=("anna",), certainty=Certainty.TOLD)
    plan.clarify_incident("i1", clear, "mother says so", context(at(11), at(12), agency="school"))
    view = plan_view(read(events_of(plan)), "F1")
    assert view is not None
    (incident,) = view.incidents
    assert (incident.by, incident.against, incident.kind) == (("anna",), ("bram",), "unknown")
    assert incident.certainty is Certainty.TOLD
    assert incident.said_by == POLICE_SAID
    assert incident.clarified == (
        ClarificationView(
            said_by=SaidBy(agency="school", actor="school", role=Role.AGENCY),
            occurred_at=at(11),
            recorded_at=at(12),
            clear=clear,
            text="mother says so",
        ),
    )


def test_each_event_in_one_line() -> None:
    plan = asked_on()
    plan.assign_question("v1", SCHOOL, None, context(at(8)))
    plan.answer_question("v1", "she does", context(at(9)))
    plan.drop_question("v2", "not needed", context(at(9)))
    clear = Clarification(by=("anna",), certainty=Certainty.TOLD)
    plan.clarify_incident("i1", clear, "mother says so", context(at(11)))
    lines = [summary(one) for one in events_of(plan) if isinstance(one, PlanEvent)]
    assert lines[2:4] == [
        f"Question for police: {WHAT_TO_ASK[IncidentFact.BY]}",
        f"Question for police: {WHAT_TO_ASK[IncidentFact.KIND]}",
    ]
    assert lines[6:] == [
        "Question v1 is now for Juf Vos",
        "Question v1 answered: she does",
        "Question v2 stays without an answer: not needed",
        "Incident i1 clarified (by, certainty): mother says so",
        f"Question {BY} answered: mother says so",
    ]


def test_a_family_without_questions_and_one_without_a_plan(read: Read) -> None:
    reader = read(events_of(asked_on(), opened("F2")))
    other = questions_view(reader, "F2", at(10))
    assert other is not None
    assert other.counts == QuestionCounts(open=0, overdue=0, answered=0, dropped=0)
    assert questions_view(reader, "F3", at(10)) is None
