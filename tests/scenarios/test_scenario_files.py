"""The scenario files are what they say: valid, irregular on purpose, and with a known end."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.family_plan import FamilyPlan, GoalEnded, IncidentRecorded
from domain.keys import signal_id
from domain.values import UNKNOWN, IncidentKind
from services.contracts.data import DATA_BY_TYPE
from services.contracts.data.incidents import IncidentRecordedData, IncidentRecordedV2Data
from services.contracts.data.signals import SignalAcceptedData, SignalSetAsideData
from services.contracts.data.voice import ConversationHeldData
from services.settings import AGENCIES
from tests.scenarios.expected import CUSTODY_FIGHT, HERE, SCENARIOS, Expected
from tests.scenarios.simulate import Arrival, Simulation, facts, read, simulate

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LATE = timedelta(days=60)
README_ROW = re.compile(r"^\| ([abc]) \| (\d+) \| (\w+) \|", re.MULTILINE)

each_scenario = pytest.mark.parametrize(
    "expected", [pytest.param(one, id=one.letter) for one in SCENARIOS]
)


@cache
def _arrivals(path: Path) -> list[Arrival]:
    return read(path)


@cache
def _simulation(path: Path) -> Simulation:
    return simulate(_arrivals(path))


def arrivals_of(expected: Expected) -> list[Arrival]:
    return _arrivals(expected.path)


def simulation_of(expected: Expected) -> Simulation:
    return _simulation(expected.path)


def plan_of(expected: Expected) -> FamilyPlan:
    return simulation_of(expected).plans[expected.family_id]


def open_items(plan: FamilyPlan, kind: str) -> set[str]:
    return {item_id for item_id, is_open in plan.items[kind].items() if is_open}


@each_scenario
def test_each_line_fits_the_envelope_and_its_types_data(expected: Expected) -> None:
    arrivals = read(expected.path)  # raises at the first line that does not fit
    assert len(arrivals) == expected.lines
    assert 100 <= len(arrivals) <= 150


@each_scenario
def test_each_line_comes_from_an_agency_of_the_settings(expected: Expected) -> None:
    known = {agency.code for agency in AGENCIES}
    assert {arrival.agency for arrival in arrivals_of(expected)} <= known


@each_scenario
def test_times_lie_in_2025_with_an_offset_a_dutch_system_would_send(expected: Expected) -> None:
    for arrival in arrivals_of(expected):
        moment = datetime.fromisoformat(arrival.body["time"])
        dutch = moment.astimezone(AMSTERDAM)
        assert dutch.year == 2025, arrival.line
        assert moment.utcoffset() in {timedelta(0), dutch.utcoffset()}, arrival.line
    assert {
        datetime.fromisoformat(one.body["time"]).utcoffset() for one in arrivals_of(expected)
    } >= {
        timedelta(0),
        timedelta(hours=1),
        timedelta(hours=2),
    }


@each_scenario
def test_an_incident_is_not_sent_before_it_began(expected: Expected) -> None:
    for arrival in arrivals_of(expected):
        if isinstance(arrival.data, IncidentRecordedData | IncidentRecordedV2Data):
            assert arrival.data.began_at <= arrival.event.time, arrival.line


@each_scenario
def test_a_conversation_is_not_sent_before_it_was_held(expected: Expected) -> None:
    held = [
        (one.line, one.data.held_at, one.event.time)
        for one in arrivals_of(expected)
        if isinstance(one.data, ConversationHeldData)
    ]
    assert held
    assert [line for line, held_at, sent in held if held_at > sent] == []


def test_an_event_id_is_used_once_per_source_but_for_the_deliberate_repeats() -> None:
    first: dict[tuple[str, str], tuple[str, int]] = {}
    again = []
    for expected in SCENARIOS:
        for arrival in arrivals_of(expected):
            place = (expected.letter, arrival.line)
            if first.setdefault(arrival.key, place) != place:
                again.append(place)
    a, b, c = SCENARIOS
    assert again == [
        *sorted([("a", line) for line in (*a.duplicate_lines, a.rejected_line)]),
        *[("b", line) for line in b.duplicate_lines],
        *[("c", line) for line in c.duplicate_lines],
    ]


@each_scenario
def test_at_least_three_lines_come_again_to_the_letter(expected: Expected) -> None:
    texts = Counter(arrival.text for arrival in arrivals_of(expected))
    assert sum(times - 1 for times in texts.values()) >= 3


@each_scenario
def test_an_agency_that_keeps_a_sequence_numbers_every_event_once(expected: Expected) -> None:
    again = {*expected.duplicate_lines}
    numbers: dict[str, list[str | None]] = {}
    for arrival in arrivals_of(expected):
        if arrival.line not in again:
            numbers.setdefault(arrival.agency, []).append(arrival.event.sequence)
    keepers = {agency: kept for agency, kept in numbers.items() if kept != [None] * len(kept)}
    assert keepers
    for agency, kept in keepers.items():
        assert all(number is not None and re.fullmatch(r"\d{12}", number) for number in kept), (
            agency
        )
        assert len({*kept}) == len(kept), agency


@each_scenario
def test_late_information_is_where_we_say_it_is(expected: Expected) -> None:
    latest = arrivals_of(expected)[0].event.time
    late = []
    for arrival in arrivals_of(expected):
        if arrival.event.time < latest - LATE and arrival.line not in expected.duplicate_lines:
            late.append(arrival.line)
        latest = max(latest, arrival.event.time)
    assert tuple(late) == expected.late_lines


def test_all_event_types_occur() -> None:
    types = {arrival.event.type for one in SCENARIOS for arrival in arrivals_of(one)}
    types |= {arrival.event.type for arrival in read(HERE / "joined" / "d_two_files.jsonl")}
    assert types == DATA_BY_TYPE.keys()


@each_scenario
def test_some_events_name_the_family_by_the_agencys_own_reference(expected: Expected) -> None:
    subjects = {arrival.event.subject for arrival in arrivals_of(expected)}
    references = {reference for _, reference in simulation_of(expected).references}
    assert references
    assert subjects == references | {expected.family_id}


@each_scenario
def test_each_line_is_accepted_a_duplicate_or_rejected_as_expected(expected: Expected) -> None:
    simulation = simulation_of(expected)
    assert tuple(simulation.duplicates) == expected.duplicate_lines
    assert simulation.rejected == {expected.rejected_line: expected.rejected_field}
    assert len(simulation.accepted) == expected.accepted
    waiting = len(expected.waiting_for_signal_lines)
    assert expected.accepted + expected.duplicates + 1 + waiting == expected.lines


@each_scenario
def test_what_has_to_wait_is_taken_in_the_end(expected: Expected) -> None:
    simulation = simulation_of(expected)
    for_a_signal = expected.waiting_for_signal_lines
    assert simulation.held == sorted((*expected.held_lines, *for_a_signal))
    assert [arrival.line for arrival in simulation.waiting] == [*for_a_signal]
    assert {*expected.held_lines} <= {*simulation.accepted}
    assert len({*expected.held_lines, *expected.late_lines}) >= 4


@each_scenario
def test_the_plan_at_the_end(expected: Expected) -> None:
    assert simulation_of(expected).plans.keys() == {expected.family_id}
    plan = plan_of(expected)
    assert plan.status is expected.status
    assert (plan.lead.person_id if plan.lead else None) == expected.lead
    assert plan.parties.keys() == expected.parties
    assert plan.members.keys() == expected.members


@each_scenario
def test_goals_actions_and_concerns_at_the_end(expected: Expected) -> None:
    plan = plan_of(expected)
    ended = {fact.goal_id: fact.result for fact in facts(plan) if isinstance(fact, GoalEnded)}
    assert ended == expected.ended_goals
    assert open_items(plan, "goal") == expected.open_goals
    assert open_items(plan, "action") == expected.open_actions
    assert open_items(plan, "concern") == expected.open_concerns


@each_scenario
def test_the_record_at_the_end(expected: Expected) -> None:
    plan = plan_of(expected)
    kinds = Counter(
        fact.incident.kind for fact in facts(plan) if isinstance(fact, IncidentRecorded)
    )
    assert kinds == expected.incidents
    assert len(plan.items["report"]) == expected.reports
    assert len(plan.items["note"]) == expected.notes


@each_scenario
def test_the_span_of_the_timeline(expected: Expected) -> None:
    moments = sorted(fact.occurred_at for fact in facts(plan_of(expected)))
    assert moments[0] == expected.first_occurred_at
    assert moments[-1] == expected.last_occurred_at


def test_what_the_leads_do_with_a_signal_names_one_that_the_service_will_raise() -> None:
    dealt_with = [
        (one.letter, arrival.agency, arrival.data.signal_id)
        for one in SCENARIOS
        for arrival in arrivals_of(one)
        if isinstance(arrival.data, SignalAcceptedData | SignalSetAsideData)
    ]
    assert dealt_with == [
        ("a", "municipality", signal_id("GEZIN-A-2025", "widening-circle", "rick", 1)),
        ("c", "youth-care", signal_id("GEZIN-C-2025", "repeat-report", "family", 1)),
    ]


def test_the_circle_of_the_stalking_widens_from_mother_to_children_to_grandmother() -> None:
    reached: dict[str, datetime] = {}
    for fact in facts(plan_of(SCENARIOS[0])):
        if isinstance(fact, IncidentRecorded) and fact.incident.kind is IncidentKind.STALKING:
            for victim in fact.incident.against:
                reached.setdefault(victim, fact.incident.began_at)
    assert [*reached] == ["sanne", "lotte", "daan", "ria"]
    assert all(earlier < later for earlier, later in pairwise(reached.values()))


def test_the_vague_report_names_nobody() -> None:
    vague = [
        fact.incident
        for fact in facts(plan_of(CUSTODY_FIGHT))
        if isinstance(fact, IncidentRecorded)
        and fact.incident.by == (UNKNOWN,)
        and fact.incident.against == (UNKNOWN,)
    ]
    assert [incident.kind for incident in vague] == [IncidentKind.PSYCHOLOGICAL]


@each_scenario
def test_the_readme_lists_the_irregular_lines(expected: Expected) -> None:
    rows = README_ROW.findall((HERE / "README.md").read_text(encoding="utf-8"))
    listed = {(int(line), kind) for letter, line, kind in rows if letter == expected.letter}
    assert listed == {
        *((line, "duplicate") for line in expected.duplicate_lines),
        *((line, "held") for line in expected.held_lines),
        *((line, "late") for line in expected.late_lines),
        *((line, "signal") for line in expected.waiting_for_signal_lines),
        (expected.rejected_line, "rejected"),
    }
