"""Persons through the real service: a real nats-server, real intakes, both databases."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from projections.person_index import MatchRow, PersonRow, open_matches
from projections.sql import SqlReader
from services.audit.verify import verify
from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS
from services.intake.desk import Desk
from services.intake.intake import Intake
from services.persons.resolution import resolve
from services.read_model.engine import reading
from services.settings import Settings
from services.store.application import OnePlan
from tests.intake.test_intake_service import intake_running, kept
from tests.persons.events import described, noted
from tests.persons.people import PSEUDONYM
from tests.persons.test_describing import by_a_lead
from tests.projections.support import wait_until
from tests.support.bus import make_streams, publish, receipts, running_bus
from tests.support.events import plan_opened
from tests.support.world import World, new_world

pytestmark = pytest.mark.anyio

BSN = "123456782"
GIVEN = [
    "Anna",
    "Bram",
    "Chris",
    "Daan",
    "Els",
    "Floor",
    "Gijs",
    "Hugo",
    "Iris",
    "Joost",
    "Kees",
    "Loes",
]


@pytest.fixture
def bus(settings: Settings) -> Iterator[Settings]:
    with running_bus(settings) as reachable:
        yield reachable


@pytest.fixture
def world(bus: Settings, application: OnePlan) -> Iterator[World]:
    with new_world(bus, application) as made:
        yield made


def people(world: World) -> list[PersonRow]:
    world.catch_up()
    with reading(world.engine) as connection:
        return SqlReader(connection).select(PersonRow, where={})


def questions(world: World) -> list[MatchRow]:
    world.catch_up()
    with reading(world.engine) as connection:
        return open_matches(SqlReader(connection))


async def test_what_waits_for_a_doubt_is_taken_once_it_is_resolved(
    bus: Settings, world: World
) -> None:
    await make_streams(bus)
    doubtful = described("S-1", agency="school", subject="S-CASE", given_names=None)
    notes = [noted(number, agency="school", subject="S-CASE") for number in range(5)]
    async with (
        intake_running(bus),
        connected(bus, "police") as police,
        connected(bus, "school") as school,
    ):
        await publish(police, "police", plan_opened())
        await publish(police, "police", described("P-1", subject="F1", member_id="mother"))
        await receipts(police, "police", 2)
        for event in (*notes[:3], doubtful, *notes[3:]):
            await publish(school, "school", event)
        first = await receipts(school, "school", 6)
        (question,), (person,) = questions(world), people(world)
        await asyncio.to_thread(
            resolve,
            world.application,
            UUID(question.match_id),
            UUID(person.person_id),
            "Gebeld met de school.",
            by_a_lead(),
        )
        then = await receipts(school, "school", 5)
        # A letter goes once its receipt was sent.
        await asyncio.to_thread(wait_until, lambda: not asyncio.run(kept(bus)))

    assert Counter(one.status for one in first) == {"held": 5, "accepted": 1}
    assert [(one.status, one.family_id) for one in then] == [("accepted", "F1")] * 5
    plan = world.application.plan("F1")
    assert plan is not None
    assert sorted(plan.items["note"]) == [f"n{number}" for number in range(5)]
    assert plan.version == 6
    world.catch_up()
    assert verify(world.application, world.engine).findings == []


async def test_two_workers_make_one_person_of_one_number(bus: Settings, world: World) -> None:
    await make_streams(bus)
    agencies = ("police", "school", "halt", "shelter")
    events = [
        (
            agency,
            described(
                f"{agency}-{number}",
                agency=agency,
                subject=f"CASE-{number}",
                pseudonyms=[f"k1-{number:064x}"],
                given_names=None if agency == "halt" else GIVEN[number],
                postcode=None,
                birth_date=f"19{50 + 2 * number}-03-{1 + 2 * number:02d}",
            ),
        )
        for number in range(12)
        for agency in agencies
    ]
    async with intake_running(bus.model_copy(update={"intake_batch": 4}), workers=2):
        async with connected(bus) as service:
            await asyncio.gather(*(publish(service, agency, event) for agency, event in events))
        for agency in agencies:
            async with connected(bus, agency) as client:
                found = await receipts(client, agency, 12)
                assert [one for one in found if one.status != "accepted"] == []

    found_people = people(world)
    assert len(found_people) == 12
    for person in found_people:
        assert sorted(one.agency for one in person.descriptions) == sorted(agencies)
        assert len({one.description.pseudonyms for one in person.descriptions}) == 1
    assert questions(world) == []
    assert verify(world.application, world.engine).findings == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_raw_number_is_nowhere_on_disk_after_it_was_refused(
    bus: Settings, world: World
) -> None:
    await make_streams(bus)
    with_number = described("P-1")
    with_number["data"]["bsn"] = BSN
    in_words = noted(1)
    in_words["data"]["text"] = f"Zijn BSN is {BSN}."
    async with connected(bus, "police") as police:
        await publish(police, "police", with_number)
        await publish(police, "police", in_words)
        await publish(police, "police", b'{"bsn": "' + BSN.encode() + b'"')
        await publish(police, "police", plan_opened())
        assert files_with(bus.data_dir, BSN)
        async with intake_running(bus):
            found = await receipts(police, "police", 4)
            await publish(police, "police", described("P-1", pseudonyms=[PSEUDONYM]))
            await receipts(police, "police", 1)
        async with connected(bus) as service:
            state = (await service.jetstream().stream_info(AGENCY_EVENTS)).state
            intake = Intake(world.application, bus.agency_of_source)
            desk = Desk(world.application, intake, service)
            # What is left of them can be taken again: nothing left to erase is no fault.
            again = await desk.resubmit(await kept(bus))
    assert [one and one.status for one in again] == ["rejected", "held", "rejected"]
    assert [one.status for one in found] == ["rejected"] * 3 + ["accepted"]
    assert [one.field for one in found[:3]] == ["data.bsn", "data.text", "(message)"]
    assert found[0].reason is not None
    assert "persons.<agency>.pseudonym" in found[0].reason
    assert (state.messages, len(await kept(bus))) == (2, 3)
    assert files_with(bus.data_dir, BSN) == []


def files_with(folder: Path, text: str) -> list[Path]:
    """The files below a folder in which this text is, as bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if text.encode() in path.read_bytes()]
