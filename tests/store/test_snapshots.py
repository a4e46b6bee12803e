"""Snapshots: a plan from one is the plan from its history, and they go with who is erased."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from domain.anatomy import anatomy
from domain.family_plan import FamilyPlan, PlanEvent
from domain.keys import plan_id
from domain.personal import ERASED, member_subject
from domain.values import FamilyMember, FamilyRole, Note
from services.keys import ring as ring_module
from services.store import plan_state
from services.store.application import OnePlan
from services.store.plans import change_plan
from tests.domain.test_family_plan import context, opened
from tests.domain.test_handover import offered
from tests.domain.test_merging import merged
from tests.domain.test_signals import SERVICE, finding
from tests.scenarios import simulate
from tests.support.events import NOW

NAME = "Anneke van der Zwaluw"


def folded(events: list[PlanEvent], plan: FamilyPlan | None = None) -> FamilyPlan:
    for event in events:
        plan = event.mutate(plan)
    assert plan is not None
    return plan


@cache
def histories() -> list[list[PlanEvent]]:
    """Of the stories, of a plan with an offer and of one with a signal."""
    folder = Path(simulate.__file__).parent
    stories = [simulate.simulate(simulate.read(one)) for one in sorted(folder.glob("*.jsonl"))]
    signalled = opened()
    signalled.raise_signal(finding(), SERVICE)
    plans = [plan for story in stories for plan in story.plans.values()]
    return [simulate.facts(plan) for plan in (*plans, offered(), signalled)]


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.data())
def test_a_plan_from_its_state_and_later_events_is_that_from_all(data: st.DataObject) -> None:
    history = data.draw(st.sampled_from(histories()))
    cut = data.draw(st.integers(1, len(history)))
    early = folded(history[:cut])
    if plan_state.is_kept(early):
        again = plan_state.load(plan_state.dump(early))
        assert again == early
        assert folded(history[cut:], again) == folded(history)


def test_whatever_a_plan_may_hold_has_been_in_a_state() -> None:
    never = set(plan_state.attributes())
    for history in histories():
        plan: FamilyPlan | None = None
        for event in history:
            plan = folded([event], plan)
            new = {name for name in never if getattr(plan, name) not in (None, {}, set())}
            if new and plan_state.is_kept(plan):
                never -= new
                assert plan_state.load(plan_state.dump(plan)) == plan
    assert never == {"handed_back"}


def test_a_plan_that_was_merged_or_is_not_saved_has_no_snapshot() -> None:
    plan = opened()
    assert not plan_state.is_kept(plan)
    plan.collect_events()
    assert plan_state.is_kept(plan)
    for joined in merged():
        joined.collect_events()
        assert not plan_state.is_kept(joined)


def personal_within(kind: Any) -> Iterator[str]:
    """The personal fields of all values that a type is made of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from (f"{kind.__name__}.{one.name}" for one in anatomy(kind).personal)
        for info in kind.model_fields.values():
            yield from personal_within(info.annotation)
    elif isinstance(kind, type) and (dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")):
        for inner in get_type_hints(kind).values():
            yield from personal_within(inner)
    for inner in get_args(kind):
        yield from personal_within(inner)


def test_the_subjects_of_a_state_are_those_of_all_that_is_personal_in_it() -> None:
    """What is new here needs a look at ``subjects_within``: whose is it?"""
    found = {one for kind in plan_state.attributes().values() for one in personal_within(kind)}
    assert found == {
        "FamilyMember.name",
        "FamilyMember.birth_date",
        "LeadCaseworker.name",
        "HandoverOffer.reason",
        "HandoverOffer.words",
        "Party.task",
        "EmergencyAccess.reason",
    }


def test_a_long_history_is_read_from_its_last_snapshot(
    application: OnePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring_module, "CHECK_SECONDS", 0.0)
    monkeypatch.setattr("services.store.application.EVERY", 4)
    snapshots = application._plan_snapshots

    def change(number: int) -> None:
        note = Note(note_id=f"n{number}", text="stug contact")
        change_plan(application, "F1", lambda plan: plan.add_note(note, context()))

    def taken() -> int:
        found = snapshots.newest(plan_id("F1"))
        return 0 if found is None else found.version

    application.save(opened())
    change(1)
    who = FamilyMember(member_id="m2", name=NAME, role=FamilyRole.PARENT)
    change_plan(application, "F1", lambda plan: plan.add_member(who, context()))
    assert taken() == 0
    change(2)
    change(3)
    assert taken() == 4
    kept = application.plan("F1")
    assert kept is not None
    assert kept == folded(application.events_of("F1"))
    assert kept.members["m2"].name == NAME
    rows = snapshots._recorder.select_events(plan_id("F1"))
    assert rows
    assert all(NAME.encode() not in bytes(row.state) for row in rows)

    application.keys.store.destroy([member_subject("F1", "m2")], "e1", NOW)
    assert taken() == 0
    without = application.plan("F1")
    assert without is not None
    assert without.members["m2"].name == ERASED
    assert taken() == 5
    assert application.plan("F1") == without == folded(application.events_of("F1"))

    monkeypatch.setattr(plan_state, "code", lambda: "other code")
    assert taken() == 0
    assert application.plan("F1") == without


def test_a_snapshot_of_a_plan_read_before_an_erasure_is_not_kept(
    application: OnePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring_module, "CHECK_SECONDS", 0.0)
    plan = opened()
    who = FamilyMember(member_id="m2", name=NAME, role=FamilyRole.PARENT)
    plan.add_member(who, context())
    application.save(plan)
    application.keys.store.destroy([member_subject("F1", "m2")], "e1", NOW)
    application._plan_snapshots.take(plan)
    assert application._plan_snapshots._recorder.select_events(plan.id) == []
