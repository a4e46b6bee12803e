"""Emergency access: taken with a reason, for four hours, and reviewed by the lead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused, UnknownItem
from domain.family_plan import FamilyPlan
from domain.family_plan.emergency import LASTS, emergency_access
from domain.values import LeadCaseworker, Role
from services.contracts.data.emergency import EmergencyAccessTakenData
from tests.projections.support import at, context, opened

REASON = "Vader staat nu met een mes aan de deur."
HALT = context(at(5), agency="halt")
CARLA = context(at(6), role=Role.LEAD, actor="carla")
SECOND = timedelta(seconds=1)


def led() -> FamilyPlan:
    plan = opened()
    lead = LeadCaseworker(person_id="carla", name="Carla", agency="police")
    plan.assign_lead(lead, context(at(2)))
    return plan


def taken(person_id: str | None = "jvisser") -> FamilyPlan:
    plan = led()
    plan.take_emergency_access("nood1", person_id, REASON, HALT)
    return plan


def test_an_agency_that_is_no_party_looks_for_four_hours() -> None:
    accesses = taken().emergencies.values()
    end = at(5) + timedelta(hours=4)
    assert emergency_access(accesses, "halt", "jvisser", at(5)) == end
    assert emergency_access(accesses, "halt", "jvisser", end - SECOND) == end
    assert emergency_access(accesses, "halt", "jvisser", end) is None


@pytest.mark.parametrize(
    ("agency", "person_id"), [("halt", None), ("halt", "other"), ("school", "jvisser")]
)
def test_it_is_of_who_took_it_and_of_nobody_else(agency: str, person_id: str | None) -> None:
    assert emergency_access(taken().emergencies.values(), agency, person_id, at(5)) is None


def test_the_access_of_a_system_is_not_that_of_its_people() -> None:
    accesses = taken(None).emergencies.values()
    assert emergency_access(accesses, "halt", None, at(5)) == at(5) + LASTS
    assert emergency_access(accesses, "halt", "jvisser", at(5)) is None


def test_it_can_be_taken_on_a_closed_plan_and_reviewed_there() -> None:
    plan = led()
    plan.close("done", context(at(4)))
    plan.take_emergency_access("nood1", None, REASON, HALT)
    plan.review_emergency_access("nood1", True, "right", CARLA)
    assert plan.items["emergency-access"] == {"nood1": False}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AGENCY])
def test_nobody_takes_it_but_agencies_and_their_professionals(role: Role) -> None:
    plan = led()
    with pytest.raises(Refused) as refused:
        plan.take_emergency_access("n", None, REASON, context(at(5), role=role))
    assert refused.value.field == "source"
    with pytest.raises(Refused):
        plan.take_emergency_access("n", None, REASON, context(at(5), agency=None, actor="rick"))
    assert plan.emergencies == {}


@pytest.mark.parametrize("reason", ["spoed", " " * 30, "x" * 19 + " ", "x" * 2001])
def test_a_reason_is_a_sentence(reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        EmergencyAccessTakenData(access_id="n", reason=reason)


def test_an_id_is_used_once_and_a_second_access_has_its_own_four_hours() -> None:
    plan = taken()
    with pytest.raises(Refused, match=r"data\.access_id"):
        plan.take_emergency_access("nood1", "jvisser", REASON, HALT)
    plan.take_emergency_access("nood2", "jvisser", REASON, context(at(5, 12), agency="halt"))
    assert emergency_access(plan.emergencies.values(), "halt", "jvisser", at(5, 12)) == at(5, 16)


def test_what_was_not_justified_ends_at_once() -> None:
    plan = taken()
    soon = context(at(5, 10), role=Role.LEAD, actor="carla")
    plan.review_emergency_access("nood1", False, "nobody was in danger", soon)
    accesses = plan.emergencies.values()
    assert emergency_access(accesses, "halt", "jvisser", at(5, 10)) is None
    assert emergency_access(accesses, "halt", "jvisser", at(5, 9, 59)) == at(5, 10)


def test_what_was_justified_goes_on() -> None:
    plan = taken()
    soon = context(at(5, 10), role=Role.LEAD, actor="carla")
    plan.review_emergency_access("nood1", True, "right", soon)
    assert emergency_access(plan.emergencies.values(), "halt", "jvisser", at(5, 10)) == at(5, 13)


def test_only_the_lead_reviews_and_only_once() -> None:
    plan = taken()
    for other in (HALT, context(at(6), agency="school"), context(at(6), role=Role.LEAD, actor="x")):
        with pytest.raises(Refused):
            plan.review_emergency_access("nood1", True, "right", other)
    with pytest.raises(UnknownItem) as waits:
        plan.review_emergency_access("nood2", True, "right", CARLA)
    assert waits.value.waits_for == "emergency-access:F1:nood2"
    plan.review_emergency_access("nood1", True, "right", CARLA)
    with pytest.raises(Refused, match="has ended already"):
        plan.review_emergency_access("nood1", False, "wrong", CARLA)


def test_nobody_reviews_their_own() -> None:
    plan = led()
    plan.take_emergency_access("nood1", "carla", REASON, context(at(5)))
    with pytest.raises(Refused, match="you took this access yourself"):
        plan.review_emergency_access("nood1", True, "right", CARLA)
    administrator = context(at(6), agency=None, role=Role.ADMINISTRATOR, actor="beheer")
    plan.review_emergency_access("nood1", True, "right", administrator)


@given(
    minutes_late=st.integers(-5, 10_000),
    looks_after=st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_nobody_looks_longer_than_four_hours_after_taking_it(
    minutes_late: int, looks_after: timedelta
) -> None:
    plan = led()
    known = at(5) + timedelta(minutes=minutes_late)
    plan.take_emergency_access("n", None, REASON, context(at(5), known, agency="halt"))
    until = emergency_access(plan.emergencies.values(), "halt", None, known + looks_after)
    allowed = known + looks_after < min(at(5), known) + LASTS
    assert (until is not None) is allowed
