"""What is due in a plan, for the lead and for the watch, checked against literals by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.family_plan import FamilyPlan
from domain.values import (
    Action,
    AgreementEnd,
    ClosingReason,
    Evidence,
    Finding,
    Goal,
    GoalResult,
    LifeDomain,
    Owner,
    OwnerKind,
    PlanStatus,
    Review,
    SafetyAgreement,
)
from projections.plan_agenda import AgendaView, agenda_view, look
from projections.rows import Reader
from projections.watching import Look
from services.read_model.source import RecordedEvent
from tests.projections.conftest import Read
from tests.projections.strategies import FAMILIES, START, histories
from tests.projections.support import at, context, events_of, folded, opened

ANNA_DOES = Owner(name="Anna", kind=OwnerKind.FAMILY, member_id="anna")
KARIN = Owner(name="Karin", kind=OwnerKind.PROFESSIONAL, agency="school")
NOON_OF_APRIL_2 = datetime(2026, 4, 2, 10, tzinfo=UTC)


def busy_plan() -> FamilyPlan:
    """An action for 1 April, one without a day, and a goal, a review and an agreement later."""
    plan = opened()
    plan.set_goal(
        Goal(
            goal_id="g1",
            life_domain=LifeDomain.SAFETY,
            text="calm",
            measured_by="no police",
            target_date=date(2026, 4, 10),
        ),
        context(at(3)),
    )
    plan.agree_action(
        Action(action_id="a1", goal_id="g1", owner=ANNA_DOES, text="call", due=date(2026, 4, 1)),
        context(at(3)),
    )
    plan.agree_action(Action(action_id="a2", owner=KARIN, text="visit"), context(at(3)))
    plan.make_agreement(
        SafetyAgreement(
            agreement_id="v1",
            text="to grandmother",
            with_members=("anna", "bram"),
            watched_by=KARIN,
            begins_on=date(2026, 3, 3),
            review_on=date(2026, 4, 17),
        ),
        context(at(3)),
    )
    plan.hold_review(review("r1", date(2026, 3, 10), date(2026, 4, 16)), context(at(10)))
    return plan


def review(review_id: str, held_on: date, next_on: date | None) -> Review:
    return Review(
        review_id=review_id, held_on=held_on, present=("Anna",), text="better", next_on=next_on
    )


def agenda(reader: Reader, now: datetime) -> AgendaView:
    found = agenda_view(reader, "F1", now)
    assert found is not None
    return found


def days(found: AgendaView) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """What is due and what is soon: the kinds with the days left."""
    due, soon = (
        [(one.kind.value, one.days_left) for one in ones] for ones in (found.due, found.soon)
    )
    return due, soon


def test_a_family_without_a_plan_has_no_agenda(read: Read) -> None:
    reader = read(events_of(opened("F2")))
    assert agenda_view(reader, "F1", at(3)) is None
    assert look(reader, "F1", at(3)) == Look()


def test_a_plan_in_which_nothing_has_a_day(read: Read) -> None:
    reader = read(events_of(opened()))
    assert agenda(reader, at(3)) == AgendaView(
        family_id="F1",
        status=PlanStatus.OPEN,
        today=date(2026, 3, 3),
        due=(),
        soon=(),
        last_review_on=None,
        next_review_on=None,
        after_care_on=None,
    )
    assert look(reader, "F1", at(3)) == Look()


def test_what_is_due_and_what_is_due_in_two_weeks(read: Read) -> None:
    found = agenda(read(events_of(busy_plan())), NOON_OF_APRIL_2)
    assert found.today == date(2026, 4, 2)
    assert [one.model_dump(mode="json", exclude={"owner"}) for one in found.due] == [
        {
            "kind": "action",
            "on": "2026-04-01",
            "item_id": "a1",
            "about": ["anna"],
            "days_left": -1,
            "text": "call",
        }
    ]
    assert found.due[0].owner == ANNA_DOES
    # 16 April is two weeks away; the agreement's 17 April is one day further.
    assert [(one.kind.value, one.item_id, one.days_left) for one in found.soon] == [
        ("goal", "g1", 8),
        ("review", "r1", 14),
    ]
    assert (found.last_review_on, found.next_review_on) == (date(2026, 3, 10), date(2026, 4, 16))


def test_days_begin_and_end_in_the_netherlands(read: Read) -> None:
    reader = read(events_of(busy_plan()))
    # In summer time 1 April ends at 22:00 UTC.
    last, first = datetime(2026, 4, 1, 21, 59, 59, tzinfo=UTC), datetime(2026, 4, 1, 22, tzinfo=UTC)
    assert days(agenda(reader, last))[0] == []
    assert look(reader, "F1", last) == Look(next_at=first)
    assert days(agenda(reader, first))[0] == [("action", -1)]
    assert look(reader, "F1", first) == Look(
        findings=(
            Finding(
                rule="action-overdue",
                key="a1",
                about=("anna",),
                detail="action a1 was planned for 2026-04-01",
                evidence=(Evidence(kind="action", item_id="a1"),),
            ),
        ),
        # The goal's 10 April is over.
        next_at=datetime(2026, 4, 10, 22, tzinfo=UTC),
    )


def test_all_that_may_be_found(read: Read) -> None:
    reader = read(events_of(busy_plan()))
    seen = look(reader, "F1", datetime(2026, 5, 1, tzinfo=UTC))
    assert [(one.rule, one.key, one.about) for one in seen.findings] == [
        ("action-overdue", "a1", ("anna",)),
        ("agreement-review-due", "v1", ("anna", "bram")),
        ("goal-past-target", "g1", ()),
        ("review-overdue", "2026-04-16", ()),
    ]
    assert seen.next_at is None


def test_what_is_met_is_due_no_longer(read: Read) -> None:
    plan = busy_plan()
    later = context(NOON_OF_APRIL_2)
    plan.complete_action("a1", "called", later)
    plan.cancel_action("a2", "not needed", later)
    plan.end_goal("g1", GoalResult.REACHED, "calm", later)
    plan.end_agreement("v1", AgreementEnd.NO_LONGER_NEEDED, "calm", later)
    plan.hold_review(review("r2", date(2026, 4, 2), None), later)
    reader = read(events_of(plan))
    assert days(agenda(reader, NOON_OF_APRIL_2)) == ([], [])
    assert look(reader, "F1", datetime(2027, 1, 1, tzinfo=UTC)) == Look()


def test_a_review_looks_at_the_agreements_too(read: Read) -> None:
    def after_review_on(day: int) -> tuple[str, ...]:
        plan = busy_plan()
        held = review("r2", date(2026, 4, day), None)
        plan.hold_review(held, context(datetime(2026, 4, day, 12, tzinfo=UTC)))
        seen = look(read(events_of(plan)), "F1", datetime(2026, 4, 20, tzinfo=UTC))
        return tuple(one.rule for one in seen.findings)

    # The agreement is to be reviewed on 17 April; the action and the goal are late as well.
    late = ("action-overdue", "goal-past-target")
    assert after_review_on(16) == ("action-overdue", "agreement-review-due", "goal-past-target")
    assert after_review_on(17) == late
    assert after_review_on(19) == late


def test_a_review_told_late_does_not_move_the_next_one(read: Read) -> None:
    plan = busy_plan()
    plan.hold_review(review("r0", date(2026, 3, 5), date(2026, 3, 20)), context(at(5), at(12)))
    found = agenda(read(events_of(plan)), NOON_OF_APRIL_2)
    assert (found.last_review_on, found.next_review_on) == (date(2026, 3, 10), date(2026, 4, 16))


def test_on_a_closed_plan_only_after_care_is_due(read: Read) -> None:
    plan = busy_plan()
    plan.close(
        "calm",
        context(NOON_OF_APRIL_2),
        why=ClosingReason.GOALS_REACHED,
        after_care_on=date(2026, 7, 1),
    )
    reader = read(events_of(plan))
    # The first of July begins at 22:00 UTC the day before.
    before, on = datetime(2026, 6, 30, 21, 59, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert look(reader, "F1", before) == Look(next_at=on)
    assert look(reader, "F1", on) == Look(
        findings=(
            Finding(
                rule="after-care-due",
                key="2026-07-01",
                detail="after-care was planned for 2026-07-01",
                evidence=(),
            ),
        )
    )
    found = agenda(reader, before)
    assert days(found) == ([], [("after-care", 1)])
    assert (found.status, found.after_care_on) == (PlanStatus.CLOSED, date(2026, 7, 1))
    assert days(agenda(reader, on)) == ([("after-care", 0)], [])


def test_a_reopened_plan_has_its_days_again_and_no_after_care(read: Read) -> None:
    plan = busy_plan()
    plan.close("calm", context(NOON_OF_APRIL_2), after_care_on=date(2026, 4, 3))
    plan.reopen("a new report", context(datetime(2026, 4, 4, tzinfo=UTC)))
    seen = look(read(events_of(plan)), "F1", datetime(2026, 4, 5, tzinfo=UTC))
    assert [one.rule for one in seen.findings] == ["action-overdue"]


@given(history=histories(max_size=20), days_later=st.integers(0, 120))
def test_the_watch_and_the_agenda_agree(history: list[RecordedEvent], days_later: int) -> None:
    """Whatever happened: what is found is what is due, and it can only change at next_at."""
    rows = folded(history)
    now = datetime.fromtimestamp(START.timestamp() + days_later * 86_400, UTC)
    for family_id in FAMILIES:
        seen, found = look(rows, family_id, now), agenda_view(rows, family_id, now)
        if found is None:
            assert seen == Look()
            continue
        assert len(seen.findings) == len(found.due)
        places = [(one.rule, one.key) for one in seen.findings]
        assert len(set(places)) == len(places)
        if seen.next_at is not None:
            assert seen.next_at > now
            assert look(rows, family_id, seen.next_at).findings != seen.findings
