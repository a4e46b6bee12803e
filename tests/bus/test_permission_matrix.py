"""Every agency x every subject x every verb on a real server: what is not its own is refused by it.

Also for an agency that was added while the server ran, and after new keys and a revocation.
One connection does a whole row of the matrix; the server names each subject that it refuses.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.bus.agencies import read_agencies
from services.bus.agency_changes import add_agency, revoke_agency, rotate_agency
from services.bus.connect import NotConnectedError, connect, connected
from services.bus.credentials import SERVICE_USER, SYSTEM_USER, key_files
from services.bus.in_force import bring_into_force
from services.clock import utc_now
from services.settings import AGENCIES, Settings
from tests.bus.matrix import CODES, LATE, publishing, refusals, subscribing
from tests.support.bus import make_streams, running_bus

pytestmark = pytest.mark.anyio

REFUSED = re.compile(r'permissions violation for (publish|subscription) to "([^"]+)"')


@dataclass
class Row:
    """One user's connection, what the server refused on it, and what came in."""

    user: str
    client: Client
    refused: dict[str, Counter[str]] = field(
        default_factory=lambda: {"publish": Counter(), "subscription": Counter()}
    )
    came: list[Msg] = field(default_factory=list)

    async def take(self, message: Msg) -> None:
        self.came.append(message)

    async def settle(self) -> None:
        """Until the server has dealt with all that was sent: the first PING may overtake it."""
        for _ in range(2):
            await self.client.flush()


@asynccontextmanager
async def row(bus: Settings, user: str) -> AsyncIterator[Row]:
    """A connection as this user; the client writes what the server refuses in small letters."""
    opened: list[Row] = []

    async def on_error(error: Exception) -> None:
        found = REFUSED.search(str(error))
        assert found is not None, error
        opened[0].refused[found[1]][found[2]] += 1

    client = await connect(bus, user, error_cb=on_error)
    opened.append(Row(user, client))
    try:
        yield opened[0]
    finally:
        await client.close()


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A server that runs, and then an agency is added to it."""
    folder: Path = tmp_path_factory.mktemp("matrix")
    with running_bus(Settings(data_dir=folder / "data")) as settings:
        asyncio.run(make_streams(settings))
        added = add_agency(settings, LATE, utc_now())
        asyncio.run(bring_into_force(settings, added))
        yield settings


async def try_all(bus: Settings, user: str) -> Row:
    """Try every verb on every subject as this user, once the service has told each agency."""
    async with row(bus, user) as made:
        for subject in subscribing(user):
            await made.client.subscribe(subject, cb=made.take)
            await made.client.subscribe(subject, queue="q", cb=made.take)
        await made.settle()
        await told_by_the_service(bus)
        for subject in publishing(user):
            await made.client.publish(subject, b"{}")
            await made.client.publish(subject, b"{}", reply=made.client.new_inbox())
        await made.settle()
        return made


async def told_by_the_service(bus: Settings) -> None:
    """One message on each subject on which the service speaks to an agency or to itself."""
    async with connected(bus) as service:
        for code in CODES:
            for kind in ("receipt.E1", "plan.F1", "conference.F1.C1", "feedback.R1"):
                await service.publish(f"party.{code}.{kind}", b"for its agency only")
            await service.publish(f"_INBOX.{code}.x", b"not the reply to a question")
        for subject in ("plan.F1", "deadletter.held.police.1", "views.police.x"):
            await service.publish(subject, b"for the service only")
        for _ in range(2):
            await service.flush()


def check(made: Row) -> None:
    """The server refused what is not this agency's, all of it and nothing else."""
    user = made.user
    assert made.refused["publish"] == refusals(publishing(user), times=2)
    assert made.refused["subscription"] == refusals(subscribing(user), times=2)
    whose = {message.subject.split(".")[1] for message in made.came}
    assert whose == {user}, "something of another came in"
    prefixes = {message.subject.split(".")[0] for message in made.came}
    assert prefixes == {"party", "_INBOX"}  # what it is told, and answers to its own questions
    told = {message.subject for message in made.came if message.subject.startswith("party.")}
    assert told == {
        f"party.{user}.{kind}"
        for kind in ("receipt.E1", "plan.F1", "conference.F1.C1", "feedback.R1")
    }


async def test_each_agency_has_its_own_and_no_other(bus: Settings) -> None:
    rows = [await try_all(bus, user) for user in CODES]
    for made in rows:
        check(made)
    assert sum(one.refused["publish"].total() for one in rows) > 15_000
    async with connected(bus) as service:
        js = service.jetstream()
        events = await js.stream_info("AGENCY_EVENTS", subjects_filter=">")
        # Plain, and as a request: what the agency itself published, and nothing in its name.
        assert events.state.subjects == {f"agency.{code}.F1.published": 2 for code in CODES}
        for stream, kinds in {"PARTY_RECEIPTS": 1, "PARTY_NOTICES": 2}.items():
            info = await js.stream_info(stream)
            assert info.state.messages == kinds * len(CODES) * len(rows)  # the service's only
        for stream in ("DEAD_LETTERS", "PLAN_EVENTS"):
            told = await js.stream_info(stream, subjects_filter=">")
            assert len(told.state.subjects or {}) == 1


async def test_the_administrator_may_have_the_accounts_read_again_and_nothing_else(
    bus: Settings,
) -> None:
    async with row(bus, SYSTEM_USER) as made:
        subjects = {*publishing(SYSTEM_USER)} - {f"_INBOX.{SYSTEM_USER}.x"}
        for subject in subjects:
            await made.client.publish(subject, b"{}")
        for subject in subscribing(SYSTEM_USER):
            await made.client.subscribe(subject, cb=made.take)
        await made.settle()
    allowed = {"$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.x.RELOAD"}
    assert set(made.refused["publish"]) == {one.lower() for one in subjects - allowed}
    heard = set(map(str.lower, subscribing(SYSTEM_USER))) - set(made.refused["subscription"])
    assert heard == {f"_inbox.{SYSTEM_USER}.>"}


async def test_the_service_may_do_everything_on_its_own_account(bus: Settings) -> None:
    async with row(bus, SERVICE_USER) as made:
        for subject in publishing("police"):
            if not any(word in subject for word in (".STREAM.", ".DELETE.", "STEPDOWN", ".PURGE.")):
                await made.client.publish(subject, b"")
        for subject in subscribing("police"):
            await made.client.subscribe(subject, cb=made.take)
        await made.settle()
        assert made.refused == {"publish": Counter(), "subscription": Counter()}


async def is_let_in(bus: Settings, user: str) -> bool:
    try:
        await (await connect(bus, user, patience=0.3)).close()
    except NotConnectedError as error:
        if "Authorization Violation" not in str(error):
            raise
        return False
    return True


@asynccontextmanager
async def until_cut_off(bus: Settings, user: str) -> AsyncIterator[asyncio.Event]:
    """A live connection as this user, and whether the server has closed it."""
    cut = asyncio.Event()

    async def on_loss() -> None:
        cut.set()

    async with AsyncExitStack() as stack:
        options = {"disconnected_cb": on_loss, "allow_reconnect": False}
        await stack.enter_async_context(connected(bus, user, **options))
        yield cut


def old_keys(bus: Settings, tmp_path: Path, user: str) -> Settings:
    """Settings of who kept a copy of this user's seed."""
    copy = bus.model_copy(update={"credentials_dir": tmp_path / "kept"})
    copy.credentials.mkdir(mode=0o700)
    seed = copy.credentials / f"{user}.nk"
    seed.touch(mode=0o600)
    seed.write_bytes(key_files(bus, user)[0].read_bytes())
    return copy


@pytest.mark.parametrize("user", ["halt", LATE.code])
async def test_new_keys_shut_out_the_old_ones_and_give_the_same_rights(
    bus: Settings, tmp_path: Path, user: str
) -> None:
    kept = old_keys(bus, tmp_path, user).model_copy(update={"agencies": (*AGENCIES, LATE)})
    assert await is_let_in(kept, user)
    async with until_cut_off(bus, "police") as other, until_cut_off(bus, user) as cut:
        rotated = rotate_agency(bus, user, utc_now())
        await bring_into_force(bus, rotated)
        await asyncio.wait_for(cut.wait(), 5)
        assert not other.is_set()
    assert not await is_let_in(kept, user)
    check(await try_all(bus, user))
    check(await try_all(bus, "school"))  # of another nothing changed


@pytest.mark.parametrize("user", ["shelter", LATE.code])
async def test_who_is_revoked_is_cut_off_and_kept_out_and_nothing_is_lost(
    bus: Settings, tmp_path: Path, user: str
) -> None:
    kept = old_keys(bus, tmp_path, user).model_copy(update={"agencies": (*AGENCIES, LATE)})
    assert await is_let_in(kept, user)
    before = read_agencies(bus).get(user)
    assert before is not None
    async with connected(bus, user) as client, connected(bus) as service:
        await client.jetstream().publish(f"agency.{user}.F9.kept", b"{}")
        was_there = await service.jetstream().consumer_info("PARTY_VIEWS", user)
        assert was_there.name == user
    async with until_cut_off(bus, "police") as other, until_cut_off(bus, user) as cut:
        await bring_into_force(bus, revoke_agency(bus, user, utc_now()))
        await asyncio.wait_for(cut.wait(), 5)
        assert not other.is_set()
    assert not await is_let_in(kept, user)
    check(await try_all(bus, "police"))  # of another nothing changed
    async with connected(bus) as service:
        js = service.jetstream()
        info = await js.stream_info("AGENCY_EVENTS", subjects_filter=f"agency.{user}.F9.kept")
        assert info.state.subjects == {f"agency.{user}.F9.kept": 1}
        consumers = {one.name for one in await js.consumers_info("PARTY_VIEWS")}
        assert user not in consumers
        assert "police" in consumers
    # With new keys it may come back, to its own.
    await bring_into_force(bus, add_agency(bus, before, utc_now()))
    check(await try_all(bus, user))
