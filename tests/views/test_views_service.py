"""The views service on a real nats-server: every question gets exactly one answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from sqlalchemy import text
from structlog.testing import capture_logs

from projections.current_plan import PLAN
from services.bus.agencies import AgencyRegister
from services.bus.connect import connected
from services.read_model.engine import writing
from services.settings import Settings
from services.views.service import TOPICS, Desk, make_views
from tests.support.bus import running_bus
from tests.support.viewers import agency as viewer
from tests.support.world import World, left

pytestmark = pytest.mark.anyio
ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

TOPIC = {topic.name: topic for topic in TOPICS}


@pytest.fixture
def bus(world: World) -> Iterator[Settings]:
    """The world's settings, with a nats-server."""
    with running_bus(world.settings) as reachable:
        yield reachable


@asynccontextmanager
async def views_running(settings: Settings, instances: int = 1) -> AsyncIterator[None]:
    """The service in this process until the end of the block, ready to answer."""
    applications = [make_views(settings) for _ in range(instances)]
    started = [asyncio.Event() for _ in applications]
    for application, event in zip(applications, started, strict=True):
        application.after_startup(event.set)
    tasks = [asyncio.create_task(application.run()) for application in applications]
    try:
        await asyncio.gather(*(asyncio.wait_for(event.wait(), 20) for event in started))
        yield
    finally:
        for application in applications:
            application.exit()
        await asyncio.gather(*tasks)


async def ask(client: Client, topic: str, question: object, agency: str = "police") -> Any:
    """The answer to a question; bytes go out as they are."""
    body = question if isinstance(question, bytes) else orjson.dumps(question)
    reply = await client.request(f"views.{agency}.{topic}", body, timeout=10)
    return orjson.loads(reply.data)


async def test_a_party_is_shown_its_views_and_nobody_another_s(world: World, bus: Settings) -> None:
    async with views_running(bus), connected(bus, "police") as police:
        plan = await ask(police, "plan", {"family_id": "F1"})
        assert plan == {
            "status": "ok",
            "view": world.views.family(PLAN, viewer("police"), "F1").model_dump(mode="json"),
            "withheld": ["signals"],
            "partly": plan["partly"],
        }
        assert {"reports", "health"} <= set(plan["partly"])
        earlier = await ask(
            police, "plan", {"family_id": "F1", "known_at": "2026-03-02T13:00:00+01:00"}
        )
        assert earlier == plan
        timeline = await ask(police, "timeline", {"family_id": "F1", "limit": 1})
        assert [entry["type"] for entry in timeline["view"]["entries"]] == ["PlanOpened"]
        families = await ask(police, "families", b"")
        assert [row["family_id"] for row in families["view"]["families"]] == ["F1"]
        caseload = await ask(police, "caseload", {"person_id": "lead-1"})
        assert [row["family_id"] for row in caseload["view"]["families"]] == ["F1"]

        for topic, more in (
            ("plan", {}),
            ("plan", {"known_at": "2026-03-05T00:00:00Z"}),
            ("timeline", {}),
        ):
            theirs, nobodys = [
                await ask(police, topic, {"family_id": family, **more}) for family in ("F2", "F9")
            ]
            assert theirs == nobodys
            assert (theirs["status"], theirs["field"]) == ("error", "family_id")
        assert (await ask(police, "caseload", {"person_id": "lead-2"}))["view"]["families"] == []

        world.take(left("veilig-thuis"))
        async with connected(bus, "veilig-thuis") as gone:
            for topic in ("plan", "timeline"):
                answer = await ask(gone, topic, {"family_id": "F1"}, "veilig-thuis")
                assert answer["field"] == "family_id"


@ON_SQLITE
async def test_an_error_names_the_field_and_repeats_nothing(bus: Settings) -> None:
    wrong: list[tuple[str, object, str]] = [
        ("plan", b'{"family_id": "F1"', "(message)"),
        ("plan", b"\xff\x00", "(message)"),
        ("plan", b"", "family_id"),
        ("plan", ["F1"], "(message)"),
        ("plan", {"family_id": "Anna de Vries"}, "family_id"),
        ("plan", {"family_id": "F1", "known_at": "Anna"}, "known_at"),
        ("plan", {"family_id": "F1", "known_at": "2026-03-02T12:00:00"}, "known_at"),
        ("plan", {"family_id": "F1", "known_at": "2020-01-01T00:00:00Z"}, "known_at"),
        ("timeline", {"family_id": "F1", "limit": 0}, "limit"),
        ("timeline", {"family_id": "F1", "limit": 501}, "limit"),
        ("timeline", {"family_id": "F1", "after": "Anna"}, "after"),
        ("families", {"after": "Anna"}, "after"),
        ("families", {"page": 2}, "page"),
        ("caseload", {}, "person_id"),
    ]
    async with views_running(bus), connected(bus, "police") as police:
        for topic, question, field in wrong:
            answer = await ask(police, topic, question)
            assert (answer["status"], answer["field"]) == ("error", field), question
            assert answer["reason"]
            assert "Anna" not in answer["reason"]


async def test_a_fault_is_answered_and_the_service_goes_on(world: World, bus: Settings) -> None:
    with capture_logs() as logs:
        async with views_running(bus), connected(bus, "police") as police:
            with writing(world.engine) as connection:
                connection.execute(text("ALTER TABLE agency_families RENAME TO hidden"))
            answer = await ask(police, "plan", {"family_id": "F1"})
            with writing(world.engine) as connection:
                connection.execute(text("ALTER TABLE hidden RENAME TO agency_families"))
            again = await ask(police, "plan", {"family_id": "F1"})

    assert (answer["status"], answer["field"]) == ("error", "(service)")
    (logged,) = [line for line in logs if line["event"] == "views.fault"]
    assert logged["reference"] in answer["reason"]
    assert again["status"] == "ok"


@ON_SQLITE
async def test_instances_share_the_questions(bus: Settings) -> None:
    answers: asyncio.Queue[Msg] = asyncio.Queue()
    async with views_running(bus, instances=2), connected(bus, "police") as police:
        inbox = police.new_inbox()
        await police.subscribe(inbox, cb=answers.put)
        for _ in range(40):
            await police.publish("views.police.plan", b'{"family_id":"F1"}', reply=inbox)
        async with asyncio.timeout(20):
            found = [await answers.get() for _ in range(40)]
        await asyncio.sleep(0.3)

    assert answers.empty()
    assert {orjson.loads(one.data)["status"] for one in found} == {"ok"}


@ON_SQLITE
async def test_a_view_that_does_not_fit_is_answered_with_where_to_read_it(world: World) -> None:
    desk = Desk()
    desk.views, desk.largest = world.views, 100
    desk.register = AgencyRegister(world.settings)
    answer = orjson.loads(await desk.answer(TOPIC["plan"], "police", b'{"family_id":"F1"}'))
    assert (answer["status"], answer["field"]) == ("error", "(message)")
    assert "HTTP" in answer["reason"]
