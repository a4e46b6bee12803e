"""Changes on a running server while others work: nothing of theirs is cut off or lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from nats.js.errors import NoStreamResponseError

from domain.values import AgencyKind
from services.bus.agency_changes import add_agency, revoke_agency, rotate_agency
from services.bus.connect import connect, connected
from services.bus.in_force import InForce, bring_into_force
from services.clock import utc_now
from services.settings import AgencySettings, Settings
from tests.support.bus import make_streams, running_bus

pytestmark = pytest.mark.anyio


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Settings]:
    """A server of its own: these tests change who may do what."""
    with running_bus(Settings(data_dir=tmp_path / "data")) as settings:
        asyncio.run(make_streams(settings))
        yield settings


def school(code: str) -> AgencySettings:
    return AgencySettings(code=code, name=code, kind=AgencyKind.SCHOOL)


async def add(bus: Settings, code: str) -> InForce:
    added = await asyncio.to_thread(add_agency, bus, school(code), utc_now())
    return await bring_into_force(bus, added)


async def test_who_works_meanwhile_is_not_cut_off_and_loses_nothing(bus: Settings) -> None:
    lost: list[str] = []
    done = asyncio.Event()

    async def on_loss() -> None:
        lost.append("disconnected")

    async def publish() -> list[int]:
        """As an agency's client should: what is not acknowledged is sent again."""
        sequences: list[int] = []
        js = police.jetstream()
        while not done.is_set() or not sequences:
            headers = {"Nats-Msg-Id": f"E{len(sequences)}"}
            body = str(len(sequences)).encode()
            try:
                ack = await js.publish("agency.police.F1.test", body, timeout=5, headers=headers)
            except NoStreamResponseError:  # while the server reads its accounts
                continue
            sequences.append(ack.seq)
        return sequences

    police = await connect(bus, "police", disconnected_cb=on_loss)
    listener = await connect(bus, "halt", disconnected_cb=on_loss)
    told = await listener.subscribe("party.halt.>")
    await listener.flush()
    publishing = asyncio.create_task(publish())
    for number in range(3):
        await add(bus, f"school-{number}")
        rotated = await asyncio.to_thread(rotate_agency, bus, f"school-{number}", utc_now())
        await bring_into_force(bus, rotated)
    revoked = await asyncio.to_thread(revoke_agency, bus, "school-0", utc_now())
    await bring_into_force(bus, revoked)
    done.set()
    sequences = await publishing

    assert lost == []
    assert sequences == list(range(1, len(sequences) + 1))
    async with connected(bus) as service:
        js = service.jetstream()
        info = await js.stream_info("AGENCY_EVENTS")
        assert info.state.messages == len(sequences) > 20
        await js.publish("party.halt.receipt.E1", b"a receipt")
        assert (await told.next_msg(timeout=5)).data == b"a receipt"
    await police.close()
    await listener.close()


async def test_several_administrators_at_once_all_have_their_way(bus: Settings) -> None:
    codes = [f"school-{number}" for number in range(4)]
    await asyncio.gather(*(add(bus, code) for code in codes))
    for code in codes:
        async with connected(bus, code) as client:
            assert (await client.jetstream().publish(f"agency.{code}.F1.test", b"{}")).seq


async def test_a_server_that_starts_again_still_knows_who_came_and_who_went(
    tmp_path: Path,
) -> None:
    place = Settings(data_dir=tmp_path / "data")
    with running_bus(place) as bus:
        await make_streams(bus)
        await add(bus, "school-west")
        revoked = await asyncio.to_thread(revoke_agency, bus, "halt", utc_now())
        await bring_into_force(bus, revoked)
    with running_bus(place) as bus:
        accounts = bus.accounts_file.read_text()
        assert "AGENCY-halt" not in accounts
        async with connected(bus, "school-west") as client:
            receipts = await client.jetstream().consumer_info("PARTY_RECEIPTS", "school-west")
            assert receipts.name == "school-west"
