"""The patterns in each scenario: what the rules see in it was worked out by hand from its lines.

Nothing here was copied from a program's output. Days are Dutch calendar days of 2025.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.family_plan import IncidentRecorded, MeasureEnded, MeasureStarted
from domain.family_plan.incidents import IncidentClarified
from domain.keys import signal_id
from domain.values import Finding
from projections.patterns import PATTERNS, WATCHER, patterns, projection
from projections.rows import MemoryRows
from tests.scenarios.expected import BROKEN_WINDOW, CUSTODY_FIGHT, SPREADING_STALKING, Expected
from tests.scenarios.simulate import facts
from tests.scenarios.test_scenario_files import plan_of, simulation_of

Found = dict[tuple[str, str], tuple[int, tuple[str, ...]]]
"""The level and the evidence of what was found, by rule and key."""

STALKING: Found = {
    # Sanne first on 10 February (line 1), Lotte on 8 April (43), Ria on 22 April (114, which
    # arrives in August), Daan on 10 May (64): four people are three more than the first.
    ("widening-circle", "rick"): (
        3,
        ("PL0900-2025041877", "SCH-INC-2025-07", "PL0900-2025096733", "PL0900-2025112418"),
    ),
    # 5 March, 9 April and 18 June (lines 3, 42, 83): two came after another.
    ("repeat-report", "family"): (2, ("VT-M-2025-0311", "VT-M-2025-0466", "VT-M-2025-0803")),
    # An ex-partner against a parent (line 1), and against Lotte (43) and Daan (64).
    ("partner-violence-with-child-abuse", "family"): (
        2,
        ("PL0900-2025041877", "SCH-INC-2025-07", "PL0900-2025112418"),
    ),
    # The order of 8 July to 6 October (line 101); he came to Ria on 16 August (110).
    ("relapse-during-measure", "M-AANWIJZING"): (1, ("M-AANWIJZING", "PL0900-2025194406")),
    # Not found: rising frequency, since in the 90 days up to 16 August there are two (14 June and
    # 16 August); rising gravity, which was stated once; forms of violence, which is stalking only;
    # relapse during the stop talk of one day, 15 April (61, 62), the suspension of 19 August (112)
    # and the clinic of 21 August (118). Nobody knows who broke the flower boxes (99).
}

WINDOW: Found = {
    # One report (line 2) and one incident (1), of 21 January, before each measure of this year and
    # after the fine of 2023 had ended on 4 November 2024 (58). Milan is role child and 21.
}

CUSTODY: Found = {
    # Paul: Esther and Noor in one incident of 5 February (line 10 as line 105 made it clear), Tijn
    # on 9 March (32), Linda on 21 June (137): four people.
    ("widening-circle", "paul"): (3, ("VT-I-2025-0041", "VT-I-2025-0088", "PL1300-2025128815")),
    # Esther: Tijn on 9 March, where line 62 made clear that both pulled, Linda on 26 April (54).
    ("widening-circle", "esther"): (1, ("VT-I-2025-0088", "PL1300-2025081177")),
    # 27 January, 3 and 6 February, 12 March and 14 July (lines 2, 4, 11, 30, 83): five.
    ("repeat-report", "family"): (
        4,
        ("VT-M-2025-0119", "VT-M-2025-0164", "VT-M-2025-0171", "VT-M-2025-0297", "VT-M-2025-0911"),
    ),
    # Psychological on 5 February, physical on 9 March.
    ("violence-together", "paul"): (1, ("VT-I-2025-0041", "VT-I-2025-0088")),
    # Physical on 9 March, psychological on 26 April.
    ("violence-together", "esther"): (1, ("VT-I-2025-0088", "PL1300-2025081177")),
    # Paul against Esther and against Noor on 5 February, both parents against Tijn on 9 March.
    ("partner-violence-with-child-abuse", "family"): (2, ("VT-I-2025-0041", "VT-I-2025-0088")),
    # For both parents, 10 March to 27 June (27, 77): Paul on 29 March (46), Esther on 26 April
    # (54), Paul on 21 June (137). The arm of 9 March was the day before.
    ("relapse-during-measure", "M-OMGANG"): (
        3,
        ("M-OMGANG", "PL1300-2025061904", "PL1300-2025081177", "PL1300-2025128815"),
    ),
    # For both parents, 10 April to 20 May (69, 66): Esther on 26 April.
    ("relapse-during-measure", "M-MEDIATION"): (1, ("M-MEDIATION", "PL1300-2025081177")),
    # Not found: rising frequency, since Paul has two in the 90 days up to 12 July and Esther two in
    # those up to 26 April; rising gravity, since serious (9 March) is not followed by worse.
}


def seen_over_time(expected: Expected) -> Iterator[tuple[object, Found]]:
    """After each fact of the family: that fact, and what is found from then on."""
    rows, now = MemoryRows(), simulation_of(expected).now
    for position, fact in enumerate(facts(plan_of(expected)), start=1):
        projection.handle(fact, position, rows)
        yield fact, _found(WATCHER.look(rows, expected.family_id, now).findings)


def _found(findings: tuple[Finding, ...]) -> Found:
    found = {
        (one.rule, one.key): (one.level, tuple(proof.item_id for proof in one.evidence))
        for one in findings
    }
    assert len(found) == len(findings)
    return found


def levels(expected: Expected, rule: str, key: str) -> list[tuple[str, int]]:
    """Each time that the level of a finding changed (0: not found), by the fact that did it."""
    changes, level = [], 0
    for fact, found in seen_over_time(expected):
        now, _ = found.get((rule, key), (0, ()))
        if now != level:
            changes.append((_name(fact), now))
            level = now
    return changes


def _name(fact: object) -> str:
    match fact:
        case IncidentRecorded():
            return fact.incident.incident_id
        case IncidentClarified():
            return f"{fact.incident_id} clarified"
        case MeasureStarted():
            return fact.measure.measure_id
        case MeasureEnded():
            return f"{fact.measure_id} ended"
    return type(fact).__name__


@pytest.mark.parametrize(
    ("expected", "findings"),
    [
        pytest.param(SPREADING_STALKING, STALKING, id="a"),
        pytest.param(BROKEN_WINDOW, WINDOW, id="b"),
        pytest.param(CUSTODY_FIGHT, CUSTODY, id="c"),
    ],
)
def test_what_the_rules_see_at_the_end(expected: Expected, findings: Found) -> None:
    *_, (_, found) = seen_over_time(expected)
    assert found == findings


def test_the_view_shows_what_the_watch_is_told() -> None:
    rows = MemoryRows()
    for position, fact in enumerate(facts(plan_of(SPREADING_STALKING)), start=1):
        for each in PATTERNS.projections:
            each.handle(fact, position, rows)
    family_id, now = SPREADING_STALKING.family_id, simulation_of(SPREADING_STALKING).now
    view = patterns(rows, family_id, now)
    assert view is not None
    assert [(one.rule, one.key, one.title_nl) for one in view.patterns] == [
        ("widening-circle", "rick", "De kring van slachtoffers wordt groter"),
        ("repeat-report", "family", "Hermelding"),
        (
            "partner-violence-with-child-abuse",
            "family",
            "Partnergeweld en kindermishandeling samen",
        ),
        ("relapse-during-measure", "M-AANWIJZING", "Opnieuw tijdens een lopende maatregel"),
    ]
    assert view.patterns[0].about == ("rick", "sanne", "lotte", "ria", "daan")


def test_the_circle_around_rick_grows_with_each_victim_and_not_with_each_incident() -> None:
    # The incident of line 79 waits until Ria is a member in line 86. Line 114, which is about an
    # earlier night, moves the order and adds nobody.
    assert levels(SPREADING_STALKING, "widening-circle", "rick") == [
        ("SCH-INC-2025-07", 1),
        ("PL0900-2025112418", 2),
        ("PL0900-2025141077", 3),
    ]


def test_it_became_more_frequent_in_spring_and_did_not_stay_so() -> None:
    # As the incidents come to be known:
    # - 22 March: three in 90 days (10 and 24 February, 22 March), none before.
    # - 8 April: four. 10 May: five, since 10 February was 89 days ago. None before.
    # - 14 June: four (22 March, 8 April, 10 May, 14 June), and two in the 90 days before 17 March;
    #   that is twice as many.
    # - 16 August: two in the 90 days up to it (14 June, 16 August). It is over.
    assert levels(SPREADING_STALKING, "rising-frequency", "rick") == [
        ("PL0900-2025075930", 1),
        ("PL0900-2025194406", 0),
    ]


def test_what_becomes_clear_late_counts_from_then_on() -> None:
    # Who pulled Tijn's arms: at first Paul alone (line 32); line 62 adds Esther, who had already
    # shouted at Linda (54). Only then has she reached two people, in two forms of violence.
    became_clear = [("VT-I-2025-0088 clarified", 1)]
    assert levels(CUSTODY_FIGHT, "widening-circle", "esther") == became_clear
    assert levels(CUSTODY_FIGHT, "violence-together", "esther") == became_clear


def test_a_measure_of_which_nobody_said_that_it_ended_still_runs() -> None:
    # The archive's fine of 2023 arrives in line 57 and its end, of before the window, in line 58.
    assert levels(BROKEN_WINDOW, "relapse-during-measure", "M-BOETE-2023") == [
        ("M-BOETE-2023", 1),
        ("M-BOETE-2023 ended", 0),
    ]


@pytest.mark.parametrize(
    ("expected", "rule", "key"),
    [
        pytest.param(SPREADING_STALKING, "widening-circle", "rick", id="a-137"),
        pytest.param(CUSTODY_FIGHT, "repeat-report", "family", id="c-146"),
    ],
)
def test_the_signal_that_the_lead_deals_with_is_one_of_these(
    expected: Expected, rule: str, key: str
) -> None:
    """The waiting line of the file names the first signal of a rule that does find it."""
    *_, (_, found) = seen_over_time(expected)
    (waiting,) = simulation_of(expected).waiting
    assert (rule, key) in found
    assert waiting.body["data"]["signal_id"] == signal_id(expected.family_id, rule, key, 1)
