"""Families are merged and split by events, while events about both keep coming in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from projections.current_plan import PLAN
from projections.terms import DUTIES
from services.audit.verify import verify
from services.contracts.receipt import Status
from services.intake.delivery import Delivery, Outcome
from services.intake.intake import Intake
from services.intake.knowledge import is_known
from services.settings import Settings
from services.store.application import OnePlan
from services.views.errors import BadQuestion, MergedFamily, NotAParty
from tests.support.events import NOW, cloud_event, delivery, incident, lead, plan_opened
from tests.support.viewers import AUDITOR
from tests.support.viewers import agency as system
from tests.support.world import World, new_world

LATER = [NOW + timedelta(hours=n) for n in range(10)]


@pytest.fixture
def world(settings: Settings, application: OnePlan) -> Iterator[World]:
    with new_world(settings, application) as opened:
        yield opened


def about(family: str, type_: str, data: dict[str, Any], agency: str = "police") -> dict[str, Any]:
    return cloud_event(type_, data, agency=agency, subject=family)


def goal(goal_id: str) -> dict[str, Any]:
    return {"goal_id": goal_id, "life_domain": "safety", "text": "Rust."}


def note(note_id: str, *members: str) -> dict[str, Any]:
    return {"note_id": note_id, "about": list(members), "text": "Belt vaak."}


def two_homes() -> list[dict[str, Any]]:
    """F1 is led by the police; F2 has another mother in its file, the school and nobody's lead."""
    other = {
        "reason": "Schoolverzuim.",
        "members": [
            {"member_id": "mama", "name": "Anna", "role": "parent"},
            {"member_id": "child", "name": "Daan", "role": "child"},
        ],
        "parties": [
            {"agency": "school", "task": "aanwezigheid"},
            {"agency": "police", "task": "veiligheid"},
        ],
    }
    return [
        plan_opened("F1"),
        about("F1", "lead.assigned", {"lead": lead("lead-1", "police")}),
        about("F1", "goal.set", goal("doel-1")),
        about("F2", "plan.opened", other, "school"),
        about("F2", "case-reference.linked", {"reference": "SCH-7"}, "school"),
        about("F2", "goal.set", goal("doel-1"), "school"),
        about("F2", "incident.recorded", incident("i2", against=["child"]), "school"),
    ]


def merged() -> dict[str, Any]:
    data = {
        "other": "F2",
        "reason": "Dezelfde moeder.",
        "same_as": {"mama": "mother"},
        "renamed": {"child": "daan"},
    }
    return about("F1", "family.merged", data)


def split() -> dict[str, Any]:
    data = {"other": "F2", "reason": "Toch niet.", "lead": lead("lead-2", "school")}
    return about("F1", "family.split", data)


def take(world: World, now: datetime, *events: dict[str, Any]) -> list[Outcome]:
    intake = Intake(world.application, world.settings.agency_of_source)
    found = intake.take([delivery(event) for event in events], now)
    world.catch_up()
    return found


def timeline_of(world: World, family: str) -> list[tuple[str, datetime]]:
    page = world.views.timeline(AUDITOR, family, limit=500).view
    return [(one.type, one.recorded_at) for one in page.entries]


def test_events_before_during_and_after_come_where_they_belong(world: World) -> None:
    application = world.application
    world.take(*two_homes(), now=LATER[0])
    alone, theirs = application.events_of("F1"), application.events_of("F2")
    world.take(merged(), now=LATER[1])
    assert len(application.events_of("F1")) == len(alone) + len(theirs) + 1

    # During: the school goes on with its own reference and its own ids.
    world.take(
        about(
            "SCH-7",
            "goal.ended",
            {"goal_id": "doel-1", "result": "reached", "text": "Ja."},
            "school",
        ),
        about("F2", "note.added", note("n-daan", "child"), "school"),
        about("F2", "note.added", note("n-moeder", "mama"), "school"),
        about("F1", "note.added", note("n-beide", "daan", "child")),
        now=LATER[2],
    )
    host, guest = application.plan("F1"), application.plan("F2")
    assert host is not None and guest is not None  # noqa: PT018
    renamed = host.guests["F2"].names.of("goal", "doel-1")
    assert host.items["goal"] == {"doel-1": True, renamed: False}
    view = world.views.family(PLAN, AUDITOR, "F1")
    assert {one.goal_id for one in view.goals} == {"doel-1", renamed}
    assert {one.member_id for one in view.members} == {"mother", "child", "daan"}
    assert next(one for one in view.notes if one.note_id == "n-daan").about == ("daan",)
    assert verify(application, world.engine).findings == []

    world.take(split(), now=LATER[3])
    world.take(
        about("SCH-7", "note.added", note("n-daarna", "child"), "school"),
        about("F1", "note.added", note("n-thuis", "child")),
        now=LATER[4],
    )
    home = world.views.family(PLAN, AUDITOR, "F1")
    assert {one.note_id for one in home.notes} == {"n-beide", "n-moeder", "n-thuis"}
    assert {one.goal_id for one in home.goals} == {"doel-1"}
    assert {one.member_id for one in home.members} == {"mother", "child"}
    back = world.views.family(PLAN, AUDITOR, "F2")
    assert [(one.note_id, one.about) for one in back.notes] == [
        ("n-daan", ("child",)),
        ("n-daarna", ("child",)),
    ]
    assert [(one.goal_id, one.state) for one in back.goals] == [("doel-1", "ended")]
    assert {one.member_id: one.name for one in back.members} == {"mama": "Anna", "child": "Daan"}
    assert back.lead is not None
    assert back.lead.person_id == "lead-2"
    assert verify(application, world.engine).findings == []


def test_the_timeline_is_right_right_after_each(world: World) -> None:
    world.take(*two_homes(), now=LATER[0])
    home, other = timeline_of(world, "F1"), timeline_of(world, "F2")
    world.take(merged(), now=LATER[1])
    both = timeline_of(world, "F1")
    assert sorted(both) == sorted([*home, *other, ("FamilyMerged", LATER[1])])
    world.take(about("F2", "note.added", note("n-daan", "child"), "school"), now=LATER[2])
    world.take(split(), now=LATER[3])
    assert sorted(timeline_of(world, "F1")) == sorted(
        [*home, ("FamilyMerged", LATER[1]), ("FamilySplit", LATER[3])]
    )
    assert sorted(timeline_of(world, "F2")) == sorted(
        [*other, ("MergedInto", LATER[1]), ("NoteAdded", LATER[2]), ("SplitFrom", LATER[3])]
    )


def test_every_event_has_its_effect_once(world: World) -> None:
    events = [*two_homes(), merged()]
    during = [
        about("F2", "note.added", note("n-daan", "child"), "school"),
        split(),
        about("F2", "note.added", note("n-daarna", "child"), "school"),
    ]
    deliveries = [delivery(one) for one in (*events, *during)]
    intake = Intake(world.application, world.settings.agency_of_source)
    first = intake.take(deliveries, LATER[1])
    assert {one.status for one in first} == {Status.ACCEPTED}
    before = [world.application.events_of(one) for one in ("F1", "F2")]
    again = [Delivery(one.subject, one.body, one.sequence + 1000) for one in deliveries]
    second = Intake(world.application, world.settings.agency_of_source).take(again, LATER[2])
    assert {one.status for one in second} == {Status.DUPLICATE}
    # The sender hears of the family that it named, not of the one that was found to be the same.
    assert [one.family_id for one in first] == [one.family_id for one in second]
    assert first[len(events)].family_id == "F2"
    assert [world.application.events_of(one) for one in ("F1", "F2")] == before
    world.catch_up()
    assert verify(world.application, world.engine).findings == []


def test_what_waits_for_something_of_the_other_is_released_under_either_name(
    world: World,
) -> None:
    application = world.application
    world.take(*two_homes(), now=LATER[0])
    done = {"goal_id": "doel-2", "result": "reached", "text": "Ja."}
    (held,) = take(world, LATER[1], about("F2", "goal.ended", done, "school"))
    assert (held.status, held.waits_for) == (Status.HELD, ("goal:F2:doel-2",))
    world.take(merged(), now=LATER[2])
    (held_too,) = take(world, LATER[3], about("SCH-7", "goal.ended", done, "school"))
    assert held_too.waits_for == ("goal:F1:doel-2", "goal:F2:doel-2")
    assert not any(is_known(application, key) for key in held_too.waits_for)
    (made,) = take(world, LATER[4], about("F1", "goal.set", goal("doel-2")))
    assert {"goal:F1:doel-2", "goal:F2:doel-2"} <= set(made.made_known)
    assert all(is_known(application, key) for key in held_too.waits_for)
    assert is_known(application, "goal:F2:doel-1")
    assert is_known(application, "member:F2:mama")


def test_an_event_of_a_merge_waits_for_the_other_familys_plan(world: World) -> None:
    home, other = two_homes()[:3], two_homes()[3:]
    world.take(*home, now=LATER[0])
    (held,) = take(world, LATER[1], merged())
    assert (held.status, held.field, held.waits_for) == (Status.HELD, "data.other", ("plan:F2",))
    world.take(*other, now=LATER[2])
    world.take(merged(), now=LATER[3])


def test_who_may_not_and_what_cannot_be_is_rejected(world: World) -> None:
    world.take(*two_homes(), now=LATER[0])
    by_school = {**merged(), "source": "urn:oneplan:agency:school"}
    into_itself = about("F1", "family.merged", {"other": "F1", "reason": "x"})
    unclear = about("F1", "family.merged", {"other": "F2", "reason": "x"})
    found = take(world, LATER[1], by_school, into_itself, unclear, split())
    assert [(one.status, one.field) for one in found] == [
        (Status.REJECTED, "source"),
        (Status.REJECTED, "data.other"),
        (Status.REJECTED, "data.same_as"),
        (Status.REJECTED, "data.other"),
    ]


def test_who_reads_a_merged_family_is_told_so_if_a_party(world: World) -> None:
    world.take(*two_homes(), merged(), now=LATER[0])
    with pytest.raises(MergedFamily, match="was merged into F1"):
        world.views.family(PLAN, system("school"), "F2")
    with pytest.raises(NotAParty):
        world.views.family(PLAN, system("halt"), "F2")
    assert [one.family_id for one in world.views.families(system("school")).families] == ["F1"]


def test_what_was_known_then(world: World) -> None:
    world.take(*two_homes(), now=LATER[0])
    world.take(merged(), now=LATER[1])
    world.take(about("F1", "note.added", note("n1", "daan")), now=LATER[2])

    def incidents(family: str, known_at: datetime) -> set[str]:
        view = world.views.family(PLAN, AUDITOR, family, known_at)
        return {one.incident_id for one in view.incidents}

    assert incidents("F1", LATER[0]) == set()
    assert incidents("F1", LATER[1]) == {"i2"}
    world.take(split(), now=LATER[3])
    assert incidents("F1", LATER[0]) == set()
    assert incidents("F1", LATER[3]) == set()
    assert incidents("F2", LATER[0]) == {"i2"}
    assert incidents("F2", LATER[3]) == {"i2"}
    for agency, family in (("police", "F1"), ("school", "F2")):
        with pytest.raises(BadQuestion, match="was merged with another one then"):
            world.views.family(PLAN, system(agency), family, LATER[2])


def test_the_watch_sees_both_and_duties_follow(world: World) -> None:
    """One report in each file within a year: only together are they a repeat."""
    report = {"reporter": "Buurvrouw", "reporter_kind": "neighbour", "text": "Gehuil."}
    reports = [
        {
            **about("F1", "report.received", {**report, "report_id": "r1"}, "veilig-thuis"),
            "type": "nl.oneplan.report.received.v2",
        },
        {
            **about("F2", "report.received", {**report, "report_id": "r1"}, "veilig-thuis"),
            "type": "nl.oneplan.report.received.v2",
        },
    ]
    world.take(*two_homes(), *reports, now=LATER[0])
    clock = {"now": LATER[0]}

    def signals(family: str) -> set[str]:
        plan = world.application.plan(family)
        assert plan is not None
        return {rule for (rule, _), one in plan.standings.items() if one.level > 0}

    with world.watching(lambda: clock["now"]) as watch:

        def settle(now: datetime) -> None:
            clock["now"] = now
            world.catch_up()
            while watch.step():
                world.catch_up()

        settle(LATER[0])
        assert "repeat-report" not in signals("F1") | signals("F2")
        world.take(merged(), now=LATER[1])
        settle(LATER[1])
        assert "repeat-report" in signals("F1")
        owed = world.views.agency(DUTIES, system("veilig-thuis")).duties
        assert {one.family_id for one in owed} == {"F1"}
        world.take(split(), now=LATER[2])
        settle(LATER[2])
        assert "repeat-report" not in signals("F1") | signals("F2")
    owed = world.views.agency(DUTIES, system("veilig-thuis")).duties
    assert {one.family_id for one in owed} == {"F1", "F2"}
    assert {one.report_id for one in owed} == {"r1"}
    assert verify(world.application, world.engine).findings == []
