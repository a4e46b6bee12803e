"""The view of emergency access, the gate's question, and what the lead is told."""

from __future__ import annotations

from domain.family_plan import FamilyPlan
from domain.values import Evidence, Finding, Role
from projections.emergency_access import (
    EmergencyAccessesView,
    emergency_until,
    emergency_view,
    look,
)
from projections.rows import MemoryRows
from projections.watching import Look
from tests.domain.test_emergency import CARLA, REASON, led
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of


def twice() -> FamilyPlan:
    """Halt's professional on the fifth, reviewed; the shelter's system on the seventh."""
    plan = led()
    plan.take_emergency_access("n1", "jvisser", REASON, context(at(5), agency="halt"))
    plan.review_emergency_access("n1", True, "right", CARLA)
    plan.take_emergency_access("n2", None, REASON, context(at(7), agency="shelter"))
    return plan


def shown(read: Read, hour: int) -> EmergencyAccessesView:
    view = emergency_view(read(events_of(twice())), "F1", at(7, hour))
    assert view is not None
    return view


def test_what_was_reviewed_and_what_was_not(read: Read) -> None:
    view = shown(read, 12)
    (waiting,), (done,) = view.unreviewed, view.reviewed
    assert (waiting.access_id, waiting.agency, waiting.person_id) == ("n2", "shelter", None)
    assert (waiting.running, waiting.until) == (True, at(7, 13))
    assert (done.access_id, done.person_id, done.reason) == ("n1", "jvisser", REASON)
    assert (done.running, done.until) == (False, at(5, 13))
    assert done.review is not None
    assert (done.review.justified, done.review.text) == (True, "right")
    assert done.review.said_by.role is Role.LEAD
    assert not shown(read, 13).unreviewed[0].running


def test_the_gate_asks_until_when(read: Read) -> None:
    reader = read(events_of(twice()))
    assert emergency_until(reader, "F1", "shelter", None, at(7, 10)) == at(7, 13)
    assert emergency_until(reader, "F1", "shelter", None, at(7, 13)) is None
    assert emergency_until(reader, "F1", "halt", "jvisser", at(7, 10)) is None
    assert emergency_until(reader, "F2", "shelter", None, at(7, 10)) is None


def test_the_lead_is_told_until_it_is_reviewed_also_on_a_closed_plan(read: Read) -> None:
    plan = twice()
    plan.close("done", context(at(8)))
    expected = Finding(
        rule="emergency-access",
        key="n2",
        detail="shelter took emergency access n2; review it",
        evidence=(Evidence(kind="emergency-access", item_id="n2"),),
    )
    assert look(read(events_of(plan)), "F1", at(20)) == Look(findings=(expected,))
    plan = twice()
    plan.review_emergency_access("n2", False, "not needed", CARLA)
    assert look(read(events_of(plan)), "F1", at(20)) == Look()


def test_there_is_no_view_without_a_plan() -> None:
    assert emergency_view(MemoryRows(), "F1", at(20)) is None
