"""Which agency takes part in which plan: this decides who may see it."""

from __future__ import annotations

from domain.values import LeadCaseworker, Party, PlanStatus
from projections.agency_families import AgencyFamily, families_of, is_party, parties_of
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, opened

CARLA = LeadCaseworker(person_id="carla", name="Carla", agency="police")
DIRK = LeadCaseworker(person_id="dirk", name="Dirk", agency="school")
HALT = Party(agency="halt", task="measure")


def test_who_the_plan_was_opened_with_takes_part(read: Read) -> None:
    reader = read(events_of(opened()))
    assert parties_of(reader, "F1") == ["police", "school"]
    assert families_of(reader, "school") == [
        AgencyFamily(
            agency="school",
            family_id="F1",
            joined_at=at(2),
            task="attendance",
            status=PlanStatus.OPEN,
            lead_name=None,
        )
    ]


def test_who_is_no_party_sees_nothing(read: Read) -> None:
    reader = read(events_of(opened()))
    assert families_of(reader, "halt") == []
    assert not is_party(reader, "halt", "F1")
    assert not is_party(reader, "police", "F2")
    assert parties_of(reader, "F2") == []


def test_who_joins_takes_part_from_then_on(read: Read) -> None:
    plan = opened()
    plan.assign_lead(CARLA, context(at(3)))
    plan.agency_joins(HALT, context(at(5)))
    reader = read(events_of(plan))
    assert is_party(reader, "halt", "F1")
    assert families_of(reader, "halt") == [
        AgencyFamily(
            agency="halt",
            family_id="F1",
            joined_at=at(5),
            task="measure",
            status=PlanStatus.OPEN,
            lead_name="Carla",
        )
    ]


def test_who_left_is_gone_at_once(read: Read) -> None:
    plan = opened()
    plan.agency_leaves("school", "left school", context(at(5), agency="school"))
    plan.close("done", context(at(6)))
    reader = read(events_of(plan, opened("F2")))
    assert not is_party(reader, "school", "F1")
    assert is_party(reader, "school", "F2")
    assert [one.family_id for one in families_of(reader, "school")] == ["F2"]
    assert parties_of(reader, "F1") == ["police"]


def test_who_comes_back_joined_when_they_came_back(read: Read) -> None:
    plan = opened()
    plan.agency_leaves("school", "left school", context(at(5), agency="school"))
    plan.agency_joins(Party(agency="school", task="back"), context(at(7)))
    reader = read(events_of(plan))
    assert [(one.joined_at, one.task) for one in families_of(reader, "school")] == [(at(7), "back")]


def test_all_parties_are_told_of_the_lead_and_the_status(read: Read) -> None:
    plan = opened()
    plan.assign_lead(CARLA, context(at(3)))
    plan.hand_over("carla", DIRK, "moved", context(at(4)))
    handed = events_of(plan)
    plan.close("done", context(at(5)))
    closed = handed + events_of(plan)
    plan.reopen("a new report", context(at(6)))
    plan.release_lead("dirk", "ill", context(at(7)))
    released = closed + events_of(plan)
    for events, expected in (
        (handed, ("Dirk", PlanStatus.OPEN)),
        (closed, ("Dirk", PlanStatus.CLOSED)),
        (released, (None, PlanStatus.OPEN)),
    ):
        reader = read(events)
        for agency in ("police", "school"):
            found = families_of(reader, agency)
            assert [(one.lead_name, one.status) for one in found] == [expected]


def test_families_are_sorted_by_when_the_agency_joined(read: Read) -> None:
    reader = read(events_of(opened("F1", at(9)), opened("F3", at(4)), opened("F2", at(9))))
    assert [one.family_id for one in families_of(reader, "police")] == ["F3", "F1", "F2"]
