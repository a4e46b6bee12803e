"""The gate: what an agency sees, and that it cannot see or find out more."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from projections.current_plan import PLAN
from projections.registry import FAMILY_VIEWS
from projections.sql import SqlReader
from services.read_model.engine import reading
from services.settings import AGENCIES
from services.views.errors import BadQuestion, NotAParty, NothingKnownYet
from services.views.party_views import PartyViews
from tests.support.events import NOW, cloud_event, incident, lead
from tests.support.viewers import agency as viewer
from tests.support.world import World, left

PARTIES = {"F1": {"police", "veilig-thuis"}, "F2": {"school", "shelter"}}
LATER = NOW + timedelta(days=7)
FAR = NOW + timedelta(days=3653)


def refusals(views: PartyViews, agency: str, family_id: str) -> list[str]:
    """What each way of asking for this family raises."""
    ways = (
        lambda: views.family(PLAN, viewer(agency), family_id),
        lambda: views.family(PLAN, viewer(agency), family_id, known_at=LATER),
        lambda: views.timeline(viewer(agency), family_id),
        lambda: views.timeline(viewer(agency), family_id, limit=0, after="nonsense"),
    )
    said = []
    for way in ways:
        with pytest.raises(NotAParty) as raised:
            way()
        said.append(str(raised.value))
    return said


def test_each_agency_sees_its_own_families_and_no_other(world: World) -> None:
    unknown = refusals(world.views, "police", "F9")
    for agency in (one.code for one in AGENCIES):
        own = {family for family, parties in PARTIES.items() if agency in parties}

        found = world.views.families(viewer(agency))
        assert {row.family_id for row in found.families} == own
        for family_id in own:
            assert world.views.family(PLAN, viewer(agency), family_id).family_id == family_id
            assert world.views.family(PLAN, viewer(agency), family_id, LATER).family_id == family_id
            entries = world.views.timeline(viewer(agency), family_id).view.entries
            assert {entry.family_id for entry in entries} == {family_id}
        for family_id in PARTIES.keys() - own:
            # Word for word what is said of a family that does not exist.
            assert refusals(world.views, agency, family_id) == unknown


def test_who_left_sees_nothing_more_and_the_others_still_do(world: World) -> None:
    world.take(left("veilig-thuis"))

    refusals(world.views, "veilig-thuis", "F1")
    assert world.views.families(viewer("veilig-thuis")).families == ()
    assert [
        one.agency for one in world.views.family(PLAN, viewer("police"), "F1").former_parties
    ] == ["veilig-thuis"]


def test_who_joins_later_sees_also_what_was_known_before(world: World) -> None:
    joined = cloud_event("agency.joined", {"agency": "school", "task": "leerplicht"})
    world.take(joined, now=LATER)

    assert {one.agency for one in world.views.family(PLAN, viewer("school"), "F1").parties} == {
        "police",
        "veilig-thuis",
        "school",
    }
    assert "school" not in {
        one.agency for one in world.views.family(PLAN, viewer("school"), "F1", known_at=NOW).parties
    }


def test_known_at_gives_the_older_plan(world: World) -> None:
    goal = {"goal_id": "g1", "life_domain": "safety", "text": "Rust in huis."}
    world.take(cloud_event("goal.set", goal), now=LATER)

    assert [one.goal_id for one in world.views.family(PLAN, viewer("police"), "F1").goals] == ["g1"]
    assert [
        one.goal_id for one in world.views.family(PLAN, viewer("police"), "F1", LATER).goals
    ] == ["g1"]
    older = world.views.family(PLAN, viewer("police"), "F1", LATER - timedelta(seconds=1))
    assert older.goals == ()
    assert [one.incident_id for one in older.incidents] == ["i1"]


def test_before_the_first_event_nothing_was_known(world: World) -> None:
    with pytest.raises(NothingKnownYet) as raised:
        world.views.family(PLAN, viewer("police"), "F1", NOW - timedelta(days=1))
    assert raised.value.field == "known_at"


def test_a_moment_without_an_offset_is_an_error(world: World) -> None:
    with pytest.raises(ValueError, match="offset"):
        world.views.family(PLAN, viewer("police"), "F1", datetime(2026, 3, 2))  # noqa: DTZ001


def test_the_timeline_comes_in_pages(world: World) -> None:
    whole = world.views.timeline(viewer("police"), "F1").view.entries
    assert [entry.type for entry in whole] == [
        "PlanOpened",
        "LeadAssigned",
        "IncidentRecorded",
        "QuestionAsked",
    ]

    first = world.views.timeline(viewer("police"), "F1", limit=2).view
    rest = world.views.timeline(viewer("police"), "F1", limit=2, after=first.next).view
    assert (first.entries, rest.entries, rest.next) == (whole[:2], whole[2:], None)


def test_the_families_come_in_pages(world: World) -> None:
    joined = cloud_event(
        "agency.joined", {"agency": "police", "task": "wijk"}, agency="school", subject="F2"
    )
    world.take(joined)

    whole = world.views.families(viewer("police")).families
    assert [row.family_id for row in whole] == ["F1", "F2"]
    first = world.views.families(viewer("police"), limit=1)
    rest = world.views.families(viewer("police"), limit=1, after=first.next)
    assert (first.families, rest.families, rest.next) == (whole[:1], whole[1:], None)


def test_a_cursor_that_no_page_gave_is_named(world: World) -> None:
    for after in ("nonsense", "2026-03-01_1", "", "2026-03-01T09:30:00Z_\x00"):
        with pytest.raises(BadQuestion) as timeline:
            world.views.timeline(viewer("police"), "F1", after=after)
        with pytest.raises(BadQuestion) as families:
            world.views.families(viewer("police"), after=after)
        assert (timeline.value.field, families.value.field) == ("after", "after")
    with pytest.raises(BadQuestion):
        world.views.timeline(viewer("police"), "F1", after="2026-03-01T09:30:00Z_" + "9" * 19)


def test_a_caseload_is_for_the_agency_that_employs_the_lead(world: World) -> None:
    own = world.views.caseload(viewer("police"), "lead-1")
    assert (own.name, [one.family_id for one in own.families]) == ("Carla", ["F1"])

    strange, unknown = (
        world.views.caseload(viewer("veilig-thuis"), person) for person in ("lead-1", "nobody")
    )
    assert strange.model_dump(exclude={"person_id"}) == unknown.model_dump(exclude={"person_id"})
    assert (strange.name, strange.families) == (None, ())


def test_two_people_with_one_id_are_kept_apart(world: World) -> None:
    namesake = {**lead("lead-1", "shelter"), "name": "Else"}
    handed = {"outgoing": "lead-2", "incoming": namesake, "reason": "Verhuizing."}
    world.take(cloud_event("lead.handed-over", handed, agency="school", subject="F2"))

    for agency, name, family_id in (("police", "Carla", "F1"), ("shelter", "Else", "F2")):
        found = world.views.caseload(viewer(agency), "lead-1")
        assert (found.name, [one.family_id for one in found.families]) == (name, [family_id])


def test_a_plan_that_was_read_before_is_read_anew_once_something_is_recorded(world: World) -> None:
    ask = partial(world.views.family, PLAN, viewer("police"), "F1")
    before = ask()
    assert ask() is before

    # The views of the database do not hold it yet: what a party reads never waits for them.
    world.take(cloud_event("incident.recorded", incident("I9")), catch_up=False)

    assert "I9" in {one.incident_id for one in ask().incidents}
    assert "I9" not in {one.incident_id for one in before.incidents}


def test_what_is_said_to_read_the_same_at_any_moment_does(world: World) -> None:
    world.take(cloud_event("incident.recorded", incident("I9")))
    timeless = [view for view in FAMILY_VIEWS if view.timeless]
    with reading(world.engine) as connection:
        rows = SqlReader(connection)
        early, late = ([view.read(rows, "F1", at) for view in timeless] for at in (NOW, FAR))

    assert PLAN in timeless
    assert early == late
