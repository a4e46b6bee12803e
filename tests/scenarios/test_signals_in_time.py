"""The scenarios in their own time: on which day the watch puts what before the lead.

Worked out by hand from the files' lines (numbers in brackets) and from the terms' last days, which
:mod:`tests.scenarios.expected_domain` holds. Days are Dutch calendar days of 2025. What is due on
a day is overdue on the next. Left to tests of their own are the signals that follow from every
due date (actions, questions, reviews, agreements, goals) and from who was not heard.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from domain.calendar import dutch_day
from domain.family_plan import PlanEvent
from domain.family_plan.signals import (
    SignalAccepted,
    SignalLapsed,
    SignalRaised,
    SignalSetAside,
    SignalStrengthened,
)
from domain.family_plan.terms import TermExpired
from domain.keys import signal_id, term_id
from services.settings import Settings
from services.store.application import OnePlan
from tests.scenarios.expected import BROKEN_WINDOW, CUSTODY_FIGHT, SPREADING_STALKING, Expected
from tests.scenarios.play import play
from tests.scenarios.simulate import read
from tests.support.world import new_world

END = datetime(2026, 1, 31, tzinfo=UTC)
EVERY_DAY = {
    "action-overdue",
    "agreement-review-due",
    "goal-past-target",
    "not-heard",
    "question-overdue",
    "review-overdue",
}

Told = tuple[int, int, str, str, str, int]
"""Month, day, what happened, rule, key and level (0 where a signal is over)."""


def investigation(report_id: str) -> str:
    return term_id(CUSTODY_FIGHT.family_id, "investigation", report_id)


STALKING: list[Told] = [
    # Municipality (14), Veilig Thuis (15) and police (17) visit from Monday to Wednesday.
    (3, 19, "raised", "several-visitors", "2025-W12", 1),
    # Three incidents (1, 2, 28) since 10 February; 28 waits for its reference until the 28th (29).
    (3, 28, "raised", "rising-frequency", "rick", 1),
    # Lotte after Sanne (43), the second report (42), and a child beside the ex-partner.
    (4, 9, "raised", "widening-circle", "rick", 1),
    (4, 9, "raised", "repeat-report", "family", 1),
    (4, 9, "raised", "partner-violence-with-child-abuse", "family", 1),
    # Daan is the third person and the second child (64).
    (5, 12, "grew", "widening-circle", "rick", 2),
    (5, 12, "grew", "partner-violence-with-child-abuse", "family", 2),
    # The school was to hear by 5 June what follows.
    (6, 6, "raised", "feedback-overdue", "VT-M-2025-0466", 1),
    # Ria becomes a member on the 19th, and with her come the incident (79) and the report (83).
    (6, 19, "grew", "widening-circle", "rick", 3),
    (6, 19, "grew", "repeat-report", "family", 2),
    # Nobody tells the doctor's practice anything: due on 20 June, 27 June and 8 July.
    (6, 21, "raised", "feedback-overdue", "VT-M-2025-0803", 1),
    (6, 28, "grew", "feedback-overdue", "VT-M-2025-0803", 2),
    (7, 9, "grew", "feedback-overdue", "VT-M-2025-0803", 3),
    # He comes to Ria during the order (101, 110). In the 90 days up to then are two incidents, not
    # three (14 June and 16 August), so they are no longer rising in number.
    (8, 16, "over", "rising-frequency", "rick", 0),
    (8, 16, "raised", "relapse-during-measure", "M-AANWIJZING", 1),
    # Both are told in September (125, 126).
    (9, 24, "over", "feedback-overdue", "VT-M-2025-0466", 0),
    (9, 24, "over", "feedback-overdue", "VT-M-2025-0803", 0),
    # The lead takes it up (137).
    (10, 9, "accepted", "widening-circle", "rick", 0),
    # Veilig Thuis looks in an emergency at night (140), and the lead reviews it on Monday (145).
    (10, 17, "raised", "emergency-access", "VT-NOOD-2025-014", 1),
    (10, 20, "over", "emergency-access", "VT-NOOD-2025-014", 0),
]

WINDOW: list[Told] = [
    # Due on 27 January and known since the plan was opened, on the 30th at 14:00: a day later.
    (1, 31, "raised", "feedback-overdue", "OM-A-25-0417", 1),
    (2, 7, "grew", "feedback-overdue", "OM-A-25-0417", 2),
    # The fine of 2023 becomes known (57) before its end does (58).
    (5, 6, "raised", "relapse-during-measure", "M-BOETE-2023", 1),
    (5, 12, "over", "relapse-during-measure", "M-BOETE-2023", 0),
    # What follows is told at last (105).
    (10, 20, "over", "feedback-overdue", "OM-A-25-0417", 0),
    # After-care, as agreed at the closing (106); nobody has dealt with it.
    (11, 18, "raised", "after-care-due", "2025-11-18", 1),
]

CUSTODY: list[Told] = [
    # With the plan of 12 February come two reports (2, 4) and then a third one (11).
    (2, 12, "raised", "repeat-report", "family", 1),
    (2, 12, "grew", "repeat-report", "family", 2),
    # A day after they became known: two terms each that were over (29 January and 5 February, 5 and
    # 12 February), and one of the third (10 February).
    (2, 13, "raised", "feedback-overdue", "VT-M-2025-0119", 2),
    (2, 13, "raised", "feedback-overdue", "VT-M-2025-0164", 2),
    (2, 13, "raised", "feedback-overdue", "VT-M-2025-0171", 1),
    # Due on 14 and 17 February.
    (2, 15, "grew", "feedback-overdue", "VT-M-2025-0119", 3),
    (2, 18, "grew", "feedback-overdue", "VT-M-2025-0171", 2),
    # The fourth report (30); its reporter hears on the 19th (42) what was due on the 14th.
    (3, 12, "grew", "repeat-report", "family", 3),
    (3, 15, "raised", "feedback-overdue", "VT-M-2025-0297", 1),
    (3, 19, "over", "feedback-overdue", "VT-M-2025-0297", 0),
    # The car (46): Paul's third incident, after the quarrel (1) and the arm (32).
    (3, 29, "raised", "widening-circle", "paul", 2),
    (3, 29, "raised", "rising-frequency", "paul", 1),
    (3, 29, "raised", "violence-together", "paul", 1),
    (3, 29, "raised", "partner-violence-with-child-abuse", "family", 2),
    (3, 29, "raised", "relapse-during-measure", "M-OMGANG", 1),
    # Two investigations were due on 23 and 24 April.
    (4, 24, "raised", "term-missed", investigation("VT-M-2025-0164"), 1),
    (4, 25, "raised", "term-missed", investigation("VT-M-2025-0171"), 1),
]


def told(events: Iterable[PlanEvent]) -> list[Told]:
    """What happened to the signals, in order, without those of every day."""
    places: dict[str, tuple[str, str]] = {}
    found: list[Told] = []
    for event in events:
        day = dutch_day(event.recorded_at)
        match event:
            case SignalRaised():
                signal = event.signal
                places[signal.signal_id] = (signal.rule, signal.key)
                what, signal_id_, level = "raised", signal.signal_id, signal.level
            case SignalStrengthened():
                what, signal_id_, level = "grew", event.signal_id, event.level
            case SignalLapsed():
                what, signal_id_, level = "over", event.signal_id, 0
            case SignalAccepted():
                what, signal_id_, level = "accepted", event.signal_id, 0
            case SignalSetAside():
                what, signal_id_, level = "set aside", event.signal_id, 0
            case _:
                continue
        rule, key = places[signal_id_]
        if rule not in EVERY_DAY:
            found.append((day.month, day.day, what, rule, key, level))
    return found


def played(settings: Settings, application: OnePlan, scenario: Expected) -> list[PlanEvent]:
    with new_world(settings, application) as world:
        return play(world, read(scenario.path), END)


def by_day(found: list[Told]) -> list[Told]:
    """What happens at one moment has no order that matters."""
    return sorted(found)


def test_a_stalking_that_spreads(settings: Settings, application: OnePlan) -> None:
    found = told(played(settings, application, SPREADING_STALKING))
    assert by_day(found) == by_day(STALKING)


def test_b_a_broken_window(settings: Settings, application: OnePlan) -> None:
    assert by_day(told(played(settings, application, BROKEN_WINDOW))) == by_day(WINDOW)


def test_c_a_custody_fight_up_to_the_mediation(settings: Settings, application: OnePlan) -> None:
    events = played(settings, application, CUSTODY_FIGHT)
    found = [one for one in told(events) if one[:2] < (5, 1)]
    assert by_day(found) == by_day(CUSTODY)
    repeat = signal_id(CUSTODY_FIGHT.family_id, "repeat-report", "family", 1)
    (aside,) = [one for one in events if isinstance(one, SignalSetAside)]
    assert aside.signal_id == repeat


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "scenario", [SPREADING_STALKING, BROKEN_WINDOW, CUSTODY_FIGHT], ids=lambda one: one.letter
)
def test_no_term_expires_twice_or_early(
    settings: Settings, application: OnePlan, scenario: Expected
) -> None:
    expired = [
        one for one in played(settings, application, scenario) if isinstance(one, TermExpired)
    ]
    assert expired
    assert len({one.term.term_id for one in expired}) == len(expired)
    assert all(one.recorded_at > one.term.due_at for one in expired)
    assert all(dutch_day(one.recorded_at) > dutch_day(one.term.due_at) for one in expired)
