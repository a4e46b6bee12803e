"""Fifty at once want the lead: exactly one gets it."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from domain.context import Context, Provenance
from domain.errors import Refused
from domain.family_plan import FamilyPlan, LeadAssigned
from domain.values import LeadCaseworker, Role
from services.bus.connect import connected
from services.intake.intake import Intake
from services.intake.service import make_intake
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.store.plans import change_plan
from tests.support.bus import make_streams, publish, receipts, running_bus
from tests.support.events import NOW, cloud_event, delivery, lead, plan_opened

CANDIDATES = 50


@pytest.fixture
def with_plan(settings: Settings, application: OnePlan) -> Settings:
    Intake(application, settings.agency_of_source).take([delivery(plan_opened())], NOW)
    return settings


def leads_assigned(application: OnePlan) -> list[str]:
    return [
        event.lead.person_id
        for event in application.events_of("F1")
        if isinstance(event, LeadAssigned)
    ]


def test_fifty_caseworkers_take_the_lead_at_once(with_plan: Settings, application: OnePlan) -> None:
    def try_to_lead(number: int, through: OnePlan) -> str:
        person = f"lead-{number}"
        context = Context(
            provenance=Provenance(
                actor=person,
                role=Role.LEAD,
                agency="police",
                correlation_id=person,
                causation_id=person,
            ),
            occurred_at=datetime(2026, 3, 2, tzinfo=UTC),
            recorded_at=NOW,
        )
        lead_caseworker = LeadCaseworker(person_id=person, name="Naam", agency="police")

        def assign(plan: FamilyPlan) -> None:
            plan.assign_lead(lead_caseworker, context)

        try:
            change_plan(through, "F1", assign)
        except Refused:
            return "refused"
        return person

    with ExitStack() as stack, ThreadPoolExecutor(CANDIDATES) as pool:
        applications = [stack.enter_context(open_application(with_plan)) for _ in range(5)]
        results = Counter(
            pool.map(try_to_lead, range(CANDIDATES), applications * (CANDIDATES // 5))
        )

    assert results.pop("refused") == CANDIDATES - 1
    (winner,) = results
    assert leads_assigned(application) == [winner]


@pytest.mark.anyio
async def test_fifty_events_assign_the_lead_at_once(
    with_plan: Settings, application: OnePlan
) -> None:
    with running_bus(with_plan) as bus:
        await make_streams(bus)
        workers = [make_intake(bus.model_copy(update={"intake_batch": 5})) for _ in range(2)]
        running = [asyncio.create_task(worker.run()) for worker in workers]
        async with connected(bus, "police") as police:
            events = [
                cloud_event("lead.assigned", {"lead": lead(f"lead-{number}")})
                for number in range(CANDIDATES)
            ]
            await asyncio.gather(*(publish(police, "police", event) for event in events))
            found = await receipts(police, "police", CANDIDATES)
        for worker in workers:
            worker.exit()
        await asyncio.gather(*running)

    assert Counter(receipt.status for receipt in found) == {"accepted": 1, "rejected": 49}
    (winner,) = (receipt.event_id for receipt in found if receipt.status == "accepted")
    (assigned,) = leads_assigned(application)
    assert assigned == next(
        event["data"]["lead"]["person_id"] for event in events if event["id"] == winner
    )
