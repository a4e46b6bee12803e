"""The view of the reporting code, checked against literals worked out by hand."""

from __future__ import annotations

from typing import Any

from domain.family_plan import FamilyPlan
from domain.values import MeldcodeDecision, MeldcodeStep, MeldcodeStepTaken, Role
from projections.current_plan import SaidBy
from projections.meldcode import StepView, meldcode_view
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, opened

MAP, CONSULT, TALK, WEIGH, DECIDE = MeldcodeStep
SCHOOL_SAID = SaidBy(agency="school", actor="school", role=Role.AGENCY)


def take(plan: FamilyPlan, meldcode_id: str, step: MeldcodeStep, day: int, **facts: Any) -> None:
    """The school takes a step on a day, which is known the day after."""
    taken = MeldcodeStepTaken(meldcode_id=meldcode_id, step=step, text="so it is", **facts)
    plan.take_meldcode_step(taken, context(at(day), at(day + 1), agency="school"))


def two_suspicions() -> FamilyPlan:
    """One that was decided on, its steps known out of order, and an older one without decision."""
    plan = opened()
    take(plan, "v2", WEIGH, 6)
    take(plan, "v2", TALK, 5, left_out_because="father would come along")
    take(plan, "v2", MAP, 4, about=("bram",), with_whom="the intern counsellor")
    take(plan, "v2", DECIDE, 9, decision=MeldcodeDecision.REPORT_AND_HELP)
    take(plan, "v1", MAP, 3)
    return plan


def test_the_steps_in_the_codes_order_what_is_open_and_the_decision(read: Read) -> None:
    view = meldcode_view(read(events_of(two_suspicions())), "F1", at(31))
    assert view is not None
    found = [
        (one.meldcode_id, [step.step for step in one.steps], one.open, one.decision)
        for one in view.suspicions
    ]
    assert found == [
        ("v1", [MAP], (CONSULT, TALK, WEIGH, DECIDE), None),
        ("v2", [MAP, TALK, WEIGH, DECIDE], (CONSULT,), MeldcodeDecision.REPORT_AND_HELP),
    ]


def test_a_step_says_all_that_is_known_of_it(read: Read) -> None:
    view = meldcode_view(read(events_of(two_suspicions())), "F1", at(31))
    assert view is not None
    mapped, talk, *_ = view.suspicions[1].steps
    assert mapped == StepView(
        meldcode_id="v2",
        step=MAP,
        about=("bram",),
        with_whom="the intern counsellor",
        text="so it is",
        left_out_because=None,
        decision=None,
        said_by=SCHOOL_SAID,
        at=at(4),
        recorded_at=at(5),
    )
    assert talk.left_out_because == "father would come along"


def test_suspicions_of_one_name_in_two_families_are_kept_apart(read: Read) -> None:
    other = opened("F2")
    take(other, "v2", CONSULT, 8)
    reader = read(events_of(two_suspicions(), other))
    view = meldcode_view(reader, "F2", at(31))
    assert view is not None
    (suspicion,) = view.suspicions
    assert [one.step for one in suspicion.steps] == [CONSULT]
    first = meldcode_view(reader, "F1", at(31))
    assert first is not None
    assert [len(one.steps) for one in first.suspicions] == [1, 4]


def test_a_family_without_suspicions_and_one_without_a_plan(read: Read) -> None:
    reader = read(events_of(opened()))
    view = meldcode_view(reader, "F1", at(31))
    assert view is not None
    assert view.suspicions == ()
    assert meldcode_view(reader, "F2", at(31)) is None
