"""The examples that agencies are shown tell one story, and it goes through the real service.

Every event type has its example in it; each is sent by its own agency through a real nats-server
to the real intake, while the watch raises the signals that two of them answer.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from domain.context import Context, Provenance
from domain.family_plan import FamilyPlan
from domain.keys import signal_id
from domain.values import FamilyMember, FamilyRole, Party, PlanStatus, Role
from services.audit.verify import verify
from services.bus.publish import publish_file
from services.bus.publish_report import LineResult, Result
from services.contracts.data import DATA_BY_TYPE
from services.intake.service import make_intake
from services.read_model.projector import Projector
from services.settings import Settings
from services.store.application import OnePlan
from tests.contracts.test_contracts import example
from tests.projections.support import running, wait_until
from tests.support.bus import make_streams, running_bus
from tests.support.world import World, new_world
from tests.watch.test_watch_service import watch_running

FAMILY = "GEZIN-0001"

UP_TO_THE_SIGNALS = (
    "plan.opened.v1",
    "case-reference.linked.v1",
    "incident.recorded.v1",
    "note.added.v1",
    "lead.assigned.v1",
    "variant.chosen.v1",
    "report.received.v1",
    "concern.raised.v1",
    "member.added.v1",
    "agency.joined.v1",
    "conversation.held.v1",
    "phase.entered.v1",
    "measure.started.v1",
    "goal.set.v1",
    "action.agreed.v1",
    "own-words.recorded.v1",
    "consent.given.v1",
    "strength.noted.v1",
    "objection.made.v1",
    "objection.answered.v1",
    "action.completed.v1",
    "consent.withdrawn.v1",
    "concern.resolved.v1",
    "measure.ended.v1",
    "goal.ended.v1",
    "outcome.recorded.v1",
    "plan.closed.v1",
    "meldcode-step.taken.v1",
    "report.received.v2",
    "plan.reopened.v1",
    "incident.recorded.v2",
    "question.asked.v1",
    "report.triaged.v1",
    "question.assigned.v1",
    "conference.called.v1",
    "safety-agreement.made.v1",
    "conference.decided.v1",
    "conference.closed.v1",
    "question.answered.v1",
    "incident.clarified.v1",
    "action.cancelled.v1",
)
AFTER_THE_SIGNALS = (
    "signal.accepted.v1",
    "signal.set-aside.v1",
    "question.dropped.v1",
    "goal.set.v2",
    "action.agreed.v2",
    "lead.handed-over.v1",
    "emergency-access.taken.v1",
    "address.recorded.v1",
    "emergency-access.reviewed.v1",
    "address.shown.v1",
    "address.hidden.v1",
    "investigation.completed.v1",
    "feedback.given.v1",
    "family.merged.v1",
    "address.ended.v1",
    "family.split.v1",
    "review.held.v1",
    "member.removed.v1",
    "agency.left.v1",
    "safety-agreement.ended.v1",
    "lead.released.v1",
    "plan.closed.v2",
    "look-back.recorded.v1",
    "person.described.v1",
)
ORDER = tuple(f"nl.oneplan.{one}" for one in (*UP_TO_THE_SIGNALS, *AFTER_THE_SIGNALS))
"""The story: all types, each once, in the order in which their examples happened."""

HELD_FIRST = {"nl.oneplan.meldcode-step.taken.v1", "nl.oneplan.report.received.v2"}
"""What school saw and reported comes in while the plan is closed, and waits for its reopening."""

SIGNALS = {
    # Father's stalking on 10 January was against mother and against Bram.
    "nl.oneplan.signal.accepted.v1": signal_id(
        FAMILY, "partner-violence-with-child-abuse", "family", 1
    ),
    # The school's report of 2 June came within a year of the neighbour's.
    "nl.oneplan.signal.set-aside.v1": signal_id(FAMILY, "repeat-report", "family", 1),
}
"""What the watch finds in the examples themselves."""


def test_the_story_has_every_type_once() -> None:
    assert sorted(ORDER) == sorted(DATA_BY_TYPE)


def test_the_examples_follow_each_other() -> None:
    events = [example(type_) for type_ in ORDER]
    assert {event["subject"] for event in events} == {FAMILY}
    times = [datetime.fromisoformat(event["time"]) for event in events]
    assert times == sorted(times)
    assert len({(event["source"], event["id"]) for event in events}) == len(events)
    for source in {event["source"] for event in events}:
        sequences = [event["sequence"] for event in events if event["source"] == source]
        assert sequences == sorted(set(sequences)), source


def test_the_examples_answer_the_signals_that_they_raise() -> None:
    assert {type_: example(type_)["data"]["signal_id"] for type_ in SIGNALS} == SIGNALS


@pytest.mark.anyio
async def test_every_example_is_accepted_over_nats(
    settings: Settings, application: OnePlan, tmp_path: Path
) -> None:
    split = len(UP_TO_THE_SIGNALS)
    with running_bus(settings) as bus, new_world(settings, application) as world:
        await make_streams(bus)
        open_the_other_family(application)
        async with taking_in(bus):
            with watched(world, bus):
                first = await send(bus, ORDER[:split], tmp_path)
                await asyncio.to_thread(wait_until, lambda: signals_raised(application))
                second = await send(bus, ORDER[split:], tmp_path)
            after_once = application.events_of(FAMILY)
            again = await send(bus, ORDER, tmp_path)
        world.catch_up()
        found = verify(application, world.engine)

    assert not_as([*first, *second], Result.ACCEPTED) == []
    assert not_as(again, Result.DUPLICATE) == []
    assert application.events_of(FAMILY) == after_once
    assert (found.findings, found.families, found.receipts) == ([], 2, len(ORDER))
    assert_the_story_has_ended(application)


@pytest.mark.anyio
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_what_comes_in_while_the_plan_is_closed_is_held(
    settings: Settings, application: OnePlan, tmp_path: Path
) -> None:
    reopening = ORDER.index("nl.oneplan.plan.reopened.v1")
    with running_bus(settings) as bus:
        await make_streams(bus)
        async with taking_in(bus):
            lines = await send(bus, ORDER[:reopening], tmp_path)
    waiting = [ORDER[line.line - 1] for line in lines if line.result is Result.HELD]
    assert set(waiting) == HELD_FIRST
    assert len(not_as(lines, Result.ACCEPTED)) == len(HELD_FIRST)
    plan = application.plan(FAMILY)
    assert plan is not None
    assert plan.status is PlanStatus.CLOSED


def open_the_other_family(application: OnePlan) -> None:
    """The one that is taken for a part of this family for a week."""
    municipality = Provenance(
        actor="jsmit",
        role=Role.LEAD,
        agency="municipality",
        correlation_id="zaak-2",
        causation_id="zaak-2",
    )
    opened_at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    plan = FamilyPlan.open(
        "GEZIN-0002",
        reason="Aanmelding door de huisarts.",
        members=(
            FamilyMember(member_id="mama", name="Sanne", role=FamilyRole.PARENT),
            FamilyMember(member_id="kind-1", name="Bo", role=FamilyRole.CHILD),
        ),
        parties=(Party(agency="municipality", task="regie"),),
        context=Context(provenance=municipality, occurred_at=opened_at, recorded_at=opened_at),
    )
    application.save(plan)


@asynccontextmanager
async def taking_in(bus: Settings) -> AsyncIterator[None]:
    """The real intake, stopped in order at the end."""
    intake = make_intake(bus)
    running_intake = asyncio.create_task(intake.run())
    try:
        yield
    finally:
        intake.exit()
        await running_intake


@contextmanager
def watched(world: World, settings: Settings) -> Iterator[None]:
    """The projector and the watch, each in a thread of its own."""
    projector = Projector(world.engine, world.log)
    with running(projector), watch_running(settings, threading.Event()):
        yield


async def send(bus: Settings, types: Sequence[str], folder: Path) -> tuple[LineResult, ...]:
    """Send the examples of these types in this order, each as its agency."""
    path = folder / "examples.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps(example(type_)) for type_ in types))
    return (await publish_file(bus, path)).lines


def not_as(lines: Sequence[LineResult], expected: Result) -> list[LineResult]:
    """The lines with another result; they show what is wrong."""
    return [line for line in lines if line.result is not expected]


def signals_raised(application: OnePlan) -> bool:
    """Whether the watch has raised all that the story answers."""
    plan = application.plan(FAMILY)
    return plan is not None and set(SIGNALS.values()) <= plan.items["signal"].keys()


def assert_the_story_has_ended(application: OnePlan) -> None:
    """What the examples say, read from their files by hand."""
    plan = application.plan(FAMILY)
    assert plan is not None
    assert plan.status is PlanStatus.CLOSED
    assert plan.lead is None  # Marije, then Karim, who stepped back on the last day
    assert plan.parties.keys() == {"veilig-thuis", "police", "municipality", "school", "halt"}
    assert plan.members.keys() == {"moeder", "zoon-1", "kind-1", "kind-2", "oma"}
    # Of the other family, which was part of this one for a week, nothing stayed.
    assert plan.former_members == {"vader"}
    assert plan.items["goal"] == {"doel-1": False, "doel-2": True}
    # The conference's decision became an action, which was no longer needed.
    assert plan.items["action"] == {"actie-1": False, "actie-2": True, "besluit-1": False}
    # One asked by school; two that raised themselves, as the doer of each incident was unknown.
    assert list(plan.items["question"].values()) == [False, False, False]
    assert plan.items["measure"] == {"maatregel-1": False}
    assert plan.items["agreement"] == {"afspraak-1": False}
    assert plan.items["conference"] == {"overleg-1": False}
    assert plan.items["address"] == {"adres-1": False}
    assert plan.items["emergency-access"] == {"nood-1": False}
    assert plan.items["report"].keys() == {"melding-1", "melding-2"}
    assert not any(plan.items["signal"][one] for one in SIGNALS.values())
