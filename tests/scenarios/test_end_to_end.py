"""The three scenarios through real NATS and the real intake, on both databases."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from domain.values import PlanStatus
from services.bus.connect import connected
from services.bus.publish import publish_file
from services.bus.publish_report import Result
from services.intake.dead_letters import DeadLetters
from services.intake.service import make_intake
from services.settings import Settings
from services.store.application import OnePlan
from tests.scenarios.expected import SCENARIOS, Expected
from tests.support.bus import make_streams, running_bus

pytestmark = pytest.mark.anyio


async def play(settings: Settings, path: Path) -> Counter[Result]:
    """Publish a scenario as its agencies, with an intake running; counts of the last receipts."""
    intake = make_intake(settings)
    running = asyncio.create_task(intake.run())
    try:
        report = await publish_file(settings, path)
    finally:
        intake.exit()
        await running
    return Counter(line.result for line in report.lines)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.letter)
@pytest.mark.parametrize("batch", [7, 200])
async def test_a_scenario_ends_as_worked_out_by_hand(
    settings: Settings, application: OnePlan, scenario: Expected, batch: int
) -> None:
    with running_bus(settings) as bus:
        await make_streams(bus)
        counts = await play(bus.model_copy(update={"intake_batch": batch}), scenario.path)
        async with connected(bus) as client:
            kept = [one async for one in DeadLetters(client.jetstream()).letters()]

    assert counts == Counter(
        {
            Result.ACCEPTED: scenario.accepted,
            Result.DUPLICATE: scenario.duplicates,
            Result.REJECTED: 1,
            Result.HELD: len(scenario.waiting_for_signal_lines),  # nobody watches here
        }
    )
    assert sum(counts.values()) == scenario.lines
    assert [letter.outcome.field for letter in kept] == [
        scenario.rejected_field,
        *["data.signal_id" for _ in scenario.waiting_for_signal_lines],
    ]
    plan = application.plan(scenario.family_id)
    assert plan is not None
    assert plan.status is scenario.status
    assert (plan.lead.person_id if plan.lead else None) == scenario.lead
    assert plan.parties.keys() == scenario.parties
    assert plan.members.keys() == scenario.members
    assert {one for one, is_open in plan.items["goal"].items() if is_open} == scenario.open_goals
    assert {one for one, is_open in plan.items["action"].items() if is_open} == (
        scenario.open_actions
    )
    assert {one for one, is_open in plan.items["concern"].items() if is_open} == (
        scenario.open_concerns
    )
    assert len(plan.items["incident"]) == sum(scenario.incidents.values())
    assert len(plan.items["report"]) == scenario.reports
    assert len(plan.items["note"]) == scenario.notes
    times = [event.occurred_at for event in application.events_of(scenario.family_id)]
    assert min(times) == scenario.first_occurred_at
    assert max(times) == scenario.last_occurred_at


async def test_playing_them_again_changes_nothing(settings: Settings, application: OnePlan) -> None:
    scenario = SCENARIOS[0]
    with running_bus(settings) as bus:
        await make_streams(bus)
        await play(bus, scenario.path)
        before = application.events_of(scenario.family_id)
        again = await play(bus, scenario.path)
    waiting = len(scenario.waiting_for_signal_lines)
    assert again == {
        Result.DUPLICATE: scenario.lines - waiting - 1,
        Result.REJECTED: 1,
        Result.HELD: waiting,
    }
    assert application.events_of(scenario.family_id) == before
    plan = application.plan(scenario.family_id)
    assert plan is not None
    assert plan.status is PlanStatus.OPEN
