"""The reporting code: five steps, each once, in any order but for the decision, which waits."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from pydantic import ValidationError

from domain.errors import PlanIsClosed, Refused, UnknownItem
from domain.family_plan import FamilyPlan
from domain.family_plan.meldcode import MeldcodeStepRecorded
from domain.values import MeldcodeDecision, MeldcodeStep, MeldcodeStepTaken
from tests.domain.report_support import by, lead, new_plan

SCHOOL = by("school")
MAP, CONSULT, TALK, WEIGH, DECIDE = MeldcodeStep


def step(which: MeldcodeStep, meldcode_id: str = "v1", **facts: Any) -> MeldcodeStepTaken:
    decision = MeldcodeDecision.HELP if which is DECIDE else None
    return MeldcodeStepTaken(
        **{
            "meldcode_id": meldcode_id,
            "step": which,
            "text": "done",
            "decision": decision,
            **facts,
        }
    )


def taken(plan: FamilyPlan) -> list[MeldcodeStep]:
    return [one.step.step for one in plan.pending_events if isinstance(one, MeldcodeStepRecorded)]


def test_a_step_is_kept_as_it_was_told_by_an_agency_that_is_no_party() -> None:
    plan = new_plan()
    told = step(
        CONSULT, about=("tom",), with_whom="Veilig Thuis", text="Anonymous advice, by phone."
    )
    plan.take_meldcode_step(told, SCHOOL)
    (event,) = plan.pending_events
    assert isinstance(event, MeldcodeStepRecorded)
    assert (event.step, event.provenance.agency) == (told, "school")


def test_in_whatever_order_the_steps_come_in_all_five_are_taken() -> None:
    for order in permutations(MeldcodeStep):
        plan = new_plan()
        held = []
        for which in order:
            try:
                plan.take_meldcode_step(step(which), SCHOOL)
            except UnknownItem:
                assert which is DECIDE
                held.append(which)
            if held and {MAP, WEIGH} <= set(taken(plan)):
                plan.take_meldcode_step(step(held.pop()), SCHOOL)
        assert set(taken(plan)) == set(MeldcodeStep)
        assert taken(plan).index(DECIDE) > max(taken(plan).index(one) for one in (MAP, WEIGH))


def test_a_decision_waits_for_what_it_rests_on() -> None:
    plan = new_plan()
    for needed in (MAP, WEIGH):
        with pytest.raises(UnknownItem) as waiting:
            plan.take_meldcode_step(step(DECIDE), SCHOOL)
        assert waiting.value.field == "data.step"
        plan.take_meldcode_step(step(needed), SCHOOL)
        event = plan.pending_events[-1]
        assert isinstance(event, MeldcodeStepRecorded)
        assert event.makes_known() == (waiting.value.waits_for,)
    plan.take_meldcode_step(step(DECIDE), SCHOOL)
    assert taken(plan) == [MAP, WEIGH, DECIDE]


def test_a_decision_rests_on_its_own_suspicion() -> None:
    plan = new_plan()
    for needed in (MAP, WEIGH):
        plan.take_meldcode_step(step(needed), SCHOOL)
    with pytest.raises(UnknownItem):
        plan.take_meldcode_step(step(DECIDE, "v2"), SCHOOL)


def test_each_step_is_taken_once_on_each_suspicion() -> None:
    plan = new_plan()
    plan.take_meldcode_step(step(TALK), SCHOOL)
    with pytest.raises(Refused, match="step talk of v1 is on the record already") as again:
        plan.take_meldcode_step(step(TALK, text="another talk"), SCHOOL)
    assert again.value.field == "data.step"
    plan.take_meldcode_step(step(TALK, "v2"), SCHOOL)
    assert taken(plan) == [TALK, TALK]


def test_a_step_that_was_left_out_counts_and_says_why() -> None:
    plan = new_plan()
    left_out = step(TALK, left_out_because="father would come along")
    plan.take_meldcode_step(left_out, SCHOOL)
    with pytest.raises(Refused, match="on the record already"):
        plan.take_meldcode_step(step(TALK), SCHOOL)


@pytest.mark.parametrize(
    ("which", "facts", "words"),
    [
        (DECIDE, {"decision": None}, "the step decide has a decision"),
        (WEIGH, {"decision": MeldcodeDecision.REPORT}, "no other step has one"),
        (MAP, {"left_out_because": "no time"}, "only consult and talk may be left out"),
        (WEIGH, {"left_out_because": "no time"}, "only consult and talk may be left out"),
        (DECIDE, {"left_out_because": "no time"}, "only consult and talk may be left out"),
        (TALK, {"left_out_because": ""}, "at least 1 character"),
        (TALK, {"text": ""}, "at least 1 character"),
        (TALK, {"meldcode_id": "v 1"}, "pattern"),
    ],
)
def test_steps_that_say_nothing_sensible(
    which: MeldcodeStep, facts: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        step(which, **facts)


def test_a_step_is_about_known_people_on_an_open_plan() -> None:
    plan = new_plan()
    with pytest.raises(UnknownItem) as waiting:
        plan.take_meldcode_step(step(MAP, about=("tom", "zoe")), SCHOOL)
    assert (waiting.value.field, waiting.value.waits_for) == ("data.about[1]", "member:F1:zoe")
    with pytest.raises(Refused, match="dirk is not the lead"):
        plan.take_meldcode_step(step(MAP), lead(actor="dirk"))
    plan.close("done", by("police"))
    with pytest.raises(PlanIsClosed):
        plan.take_meldcode_step(step(MAP), SCHOOL)
