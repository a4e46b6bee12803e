"""Two files of two families with the same mother, it seems; then it turns out to be two mothers.

What must come of ``d_two_files.jsonl`` was worked out by hand from its lines.
"""

from __future__ import annotations

import pytest

from projections.current_plan import PLAN
from projections.family_timeline import TimelineEntry
from services.audit.verify import verify
from services.settings import Settings
from services.store.application import OnePlan
from services.views.errors import MergedFamily
from tests.scenarios.expected import HERE
from tests.scenarios.simulate import Arrival, read
from tests.support.viewers import AUDITOR, agency
from tests.support.world import World, new_world

FILE = HERE / "joined" / "d_two_files.jsonl"
HOME, OTHER = "GEZIN-D-2025", "VT-FILE-25-881"
MERGED_AT_LINE, SPLIT_AT_LINE = 8, 13


def play(world: World, arrivals: list[Arrival]) -> None:
    """Each line comes to be known when it was sent."""
    for arrival in arrivals:
        world.take(arrival.body, now=arrival.event.time)


def entries(world: World, family: str) -> list[TimelineEntry]:
    return list(world.views.timeline(AUDITOR, family, limit=500).view.entries)


def test_two_files_become_one_and_two_again(settings: Settings, application: OnePlan) -> None:
    lines = read(FILE)
    with new_world(settings, application) as world:
        play(world, lines[:MERGED_AT_LINE])
        # All seven lines before it, with the members, goals and the incident of both; the line
        # with the reference is no event of a plan.
        assert [one.type for one in entries(world, HOME)] == [
            "PlanOpened",
            "LeadAssigned",
            "GoalSet",
            "PlanOpened",
            "IncidentRecorded",
            "GoalSet",
            "FamilyMerged",
        ]
        with pytest.raises(MergedFamily, match=HOME):
            world.views.timeline(agency("police"), OTHER)
        play(world, lines[MERGED_AT_LINE : SPLIT_AT_LINE - 1])
        both = world.views.family(PLAN, AUDITOR, HOME)
        assert {one.member_id for one in both.members} == {"fatima", "yara", "karim"}
        assert sorted(one.state for one in both.goals) == ["ended", "open"]
        assert both.incidents[0].against == ("fatima",)

        play(world, lines[SPLIT_AT_LINE - 1 :])
        home = world.views.family(PLAN, AUDITOR, HOME)
        other = world.views.family(PLAN, AUDITOR, OTHER)
        assert {one.member_id for one in home.members} == {"fatima", "yara"}
        assert [one.note_id for one in home.notes] == ["SN-1"]
        assert [(one.goal_id, one.state) for one in home.goals] == [("DOEL-1", "open")]
        assert home.incidents == ()
        assert {one.agency for one in home.parties} == {"municipality", "school"}
        assert {one.member_id for one in other.members} == {"moeder", "karim"}
        assert [one.note_id for one in other.notes] == ["PM-1", "SN-2", "PM-2"]
        assert [(one.goal_id, one.state) for one in other.goals] == [("DOEL-1", "ended")]
        assert other.incidents[0].against == ("moeder",)
        assert other.lead is not None
        assert other.lead.person_id == "vtwit"
        assert {one.agency for one in other.parties} == {"veilig-thuis", "police"}
        told = [*entries(world, HOME), *entries(world, OTHER)]
        assert len({one.position for one in told}) == len(told)
        assert verify(application, world.engine).findings == []
