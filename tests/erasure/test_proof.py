"""The proof: after an erasure no file holds a marked value any more, on either database.

Every event type with a mark in all its texts goes through the real intake, watch, projector and
relay, and these go on while the erasure is carried out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from domain.context import Provenance
from domain.erasure import ErasureGround, ErasureScope, ErasureTarget
from domain.personal import ERASED
from domain.values import Role
from services.audit.verify import verify
from services.bus.connect import connected
from services.bus.publish import publish_file
from services.bus.streams import AGENCY_EVENTS, DEAD_LETTERS, PARTY_VIEWS, PLAN_EVENTS
from services.clock import utc_now
from services.erasure.certificate import CertificateError, certificate_of
from services.erasure.desk import ErasureDesk
from services.erasure.preview import preview
from services.erasure.streams import StreamPurge
from services.settings import Settings
from services.store.application import OnePlan
from services.web.visits import Visits
from tests.contracts.test_contracts import example
from tests.contracts.test_examples_over_nats import (
    FAMILY,
    ORDER,
    UP_TO_THE_SIGNALS,
    open_the_other_family,
    signals_raised,
    taking_in,
    watched,
)
from tests.projections.support import wait_until
from tests.relay.support import contents
from tests.relay.test_relay_service import relay_running
from tests.support.bus import make_streams, running_bus
from tests.support.events import cloud_event
from tests.support.files import files_with
from tests.support.world import World, new_world

MARK = "Mérkteken-Zwaluw"
OTHER_MARK = "Andere-Ooievaar7"
STAFF_MARK = "Beroepskracht-Reiger3"
OTHER = "GEZIN-0003"

LATER = datetime(2099, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.anyio


def marked(value: Any) -> Any:
    """JSON data with the mark in all texts: what has a blank in it, or is a capitalised word.

    The names of professionals get another: they are not the family's.
    """
    if isinstance(value, dict):
        names = {"professional"} | ({"name"} if value.get("agency") else set())
        staff = dict.fromkeys(names & value.keys(), STAFF_MARK)
        codes = {key: value[key] for key in ("postcode", "country") if key in value}
        return {key: marked(one) for key, one in value.items()} | staff | codes
    if isinstance(value, list):
        return [marked(one) for one in value]
    is_text = isinstance(value, str) and (" " in value or (value.isalpha() and value[0].isupper()))
    return f"{value} {MARK}" if is_text else value


def story(types: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{**one, "data": marked(one["data"])} for one in map(example, types)]


def strays() -> list[dict[str, Any]]:
    """What is rejected or held, what comes twice, and another family."""
    about = {"agency": "police", "subject": FAMILY}
    early = {"note_id": "n-9", "about": ["niemand"], "text": f"te vroeg: {MARK}"}
    other = {
        "reason": "Schoolverzuim.",
        "members": [{"member_id": "son", "name": OTHER_MARK, "role": "child"}],
        "parties": [{"agency": "school", "task": "aanwezigheid"}],
    }
    return [
        cloud_event("note.added", {"text": f"zonder id: {MARK}"}, **about),
        cloud_event("note.added", early, **about),
        cloud_event("plan.opened", other, agency="school", subject=OTHER),
    ]


async def send(bus: Settings, events: list[dict[str, Any]], folder: Path) -> list[str]:
    path = folder / "events.jsonl"
    path.write_bytes(b"\n".join(map(orjson.dumps, events)))
    results = [str(line.result) for line in (await publish_file(bus, path)).lines]
    path.unlink()
    return results


@contextmanager
def places_to_look(settings: Settings) -> Iterator[list[Path]]:
    """The folders of everything that stores something, PostgreSQL set as the docs say."""
    if settings.database_url is None:
        yield [settings.data_dir]
        return
    with psycopg.connect(settings.database_url, autocommit=True) as operator:
        operator.execute("ALTER SYSTEM SET wal_recycle = off")
        operator.execute("SELECT pg_reload_conf()")
        row = operator.execute("SHOW data_directory").fetchone()
        assert row is not None
        yield [settings.data_dir, Path(row[0])]


def stored(application: OnePlan) -> list[StoredEvent]:
    return list(application.recorder.select_notifications(start=1, limit=10_000))


def found_in(folders: list[Path], mark: str) -> list[str]:
    return [path for folder in folders for path in files_with(folder, mark)]


def by(actor: str) -> Provenance:
    return Provenance(
        actor=actor, role=Role.ADMINISTRATOR, correlation_id="proof", causation_id="proof"
    )


async def until_published(bus: Settings, application: OnePlan) -> None:
    """Wait until the relay has published the last event of the family."""
    last = application.events_of(FAMILY)[-1].originator_version
    async with asyncio.timeout(30), connected(bus) as client:
        while True:
            found = [body for at, body in await contents(client, PLAN_EVENTS) if FAMILY in at]
            if max((body["planversion"] for body in found), default=0) >= last:
                return
            await asyncio.sleep(0.1)


async def until_each_party_has_its_view(bus: Settings, application: OnePlan) -> None:
    """Wait until the relay has sent the plan anew to all who take part in it."""
    plan = application.plan(FAMILY)
    assert plan is not None
    async with asyncio.timeout(30), connected(bus) as client:
        while True:
            subjects = [at for at, _ in await contents(client, PARTY_VIEWS) if FAMILY in at]
            if {at.split(".")[1] for at in subjects} == set(plan.parties):
                return
            await asyncio.sleep(0.1)


async def test_after_an_erasure_no_file_holds_what_was_erased(
    settings: Settings, application: OnePlan, tmp_path: Path
) -> None:
    with (
        places_to_look(settings) as folders,
        running_bus(settings) as bus,
        new_world(settings, application) as world,
    ):
        await make_streams(bus)
        async with taking_in(bus), relay_running(bus):
            with watched(world, bus):
                await play(bus, application, tmp_path)
                await until_published(bus, application)
                before = stored(application)
                keys = application.keys.store.below({f"family/{FAMILY}"})
                visits = visited(world)
                assert_it_is_where_it_should_be(folders, before, settings)

                notes = await erase(application, world, bus)

                await until_each_party_has_its_view(bus, application)
        world.catch_up()
        assert await asyncio.to_thread(wait_for_nothing, folders) == []
        assert notes == []
        assert stored(application)[: len(before)] == before
        assert len(keys) > 10
        assert application.keys.store.below({f"family/{FAMILY}"}) == set()
        assert list(visits.places("karim", [FAMILY, OTHER], LATER)) == [OTHER]
        assert verify(application, world.engine).findings == []
        assert_the_history_is_still_there(application)
        await assert_the_parties_see_that_it_was_erased(bus)
        assert found_in(folders, OTHER_MARK), "the other family is still there"
        assert STAFF_MARK in repr(application.events_of(FAMILY))
        assert OTHER_MARK in repr(application.events_of(OTHER))


def visited(world: World) -> Visits:
    """Somebody has looked at both families on a page."""
    visits = Visits(world.engine)
    visits.create_table()
    for family_id in (FAMILY, OTHER):
        visits.note("karim", family_id, 1, utc_now())
    return visits


async def play(bus: Settings, application: OnePlan, folder: Path) -> None:
    split = len(UP_TO_THE_SIGNALS)
    open_the_other_family(application)
    first = await send(bus, story(ORDER[:split]), folder)
    await asyncio.to_thread(wait_until, lambda: signals_raised(application))
    second = await send(bus, story(ORDER[split:]), folder)
    assert {*first, *second} == {"accepted"}
    await send(bus, strays(), folder)
    assert await send(bus, story(ORDER[3:4]), folder) == ["duplicate"]


def assert_it_is_where_it_should_be(
    folders: list[Path], before: list[StoredEvent], settings: Settings
) -> None:
    """In the read model and the streams in the clear, in the event store never."""
    if settings.database_url is not None:
        with psycopg.connect(settings.database_url, autocommit=True) as operator:
            operator.execute("CHECKPOINT")  # what was only in memory comes to be in its file
    files = found_in(folders, MARK)
    for stream in (AGENCY_EVENTS, PLAN_EVENTS, PARTY_VIEWS, DEAD_LETTERS):
        assert any(f"/{stream}/" in path for path in files), stream
    database = "oneplan.sqlite" if settings.database_url is None else "base/"
    assert any(path.startswith(database) for path in files)
    assert not any(MARK.encode() in event.state for event in before)
    assert not any(b"Zwaluw9" in event.state for event in before)


async def erase(application: OnePlan, world: World, bus: Settings) -> list[str]:
    desk = ErasureDesk(application, world.engine, bus)
    target = ErasureTarget(scope=ErasureScope.FAMILY, family_id=FAMILY)
    shown, found = preview(application, target, bus, utc_now())
    desk.request("e-1", target, ErasureGround.AT_REQUEST, "Verzoek.", by("dirk"))
    desk.approve("e-1", by("eva"))
    async with connected(bus) as client:
        counted = await StreamPurge(client.jetstream(), bus, found).count()
        notes = await desk.carry_out("e-1", by("dirk"), client.jetstream())
    certificate = certificate_of(desk.events_of("e-1"), bus)
    certificate.verify(certificate.public_key)
    assert certificate == certificate_of(desk.events_of("e-1"), bus)
    assert certificate.destroyed.messages == counted
    assert (certificate.destroyed.events, certificate.destroyed.fields) == (
        shown.events,
        shown.fields,
    )
    assert certificate.digest == found.digest
    forged = certificate.model_copy(update={"approved_by": "fred"})
    with pytest.raises(CertificateError, match="was changed"):
        forged.verify(certificate.public_key)
    return notes


def wait_for_nothing(folders: list[Path]) -> list[str]:
    """What still holds the mark: what PostgreSQL's checkpointer lets go of may take a moment."""
    for _ in range(20):
        if not (left := found_in(folders, MARK)):
            return []
    return left


def assert_the_history_is_still_there(application: OnePlan) -> None:
    events = application.events_of(FAMILY)
    assert MARK not in repr(events)
    assert ERASED in repr(events)
    assert "PersonalDataErased" in {type(event).__name__ for event in events}
    plan = application.plan(FAMILY)
    assert plan is not None
    assert plan.items["report"].keys() == {"melding-1", "melding-2"}
    assert {one.name for one in plan.members.values()} == {ERASED}


async def assert_the_parties_see_that_it_was_erased(bus: Settings) -> None:
    async with connected(bus) as client:
        views = [body for subject, body in await contents(client, PARTY_VIEWS) if FAMILY in subject]
        others = [subject for subject, _ in await contents(client, PARTY_VIEWS) if OTHER in subject]
    assert len(views) == 5
    assert all(ERASED in repr(view) for view in views)
    assert len(others) == 1
