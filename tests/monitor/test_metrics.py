"""What is counted: by the work itself, in the database, and in the streams."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY, CollectorRegistry

from projections.sql import SqlReader
from projections.terms import duties
from services.bus.connect import connected
from services.monitor.bus import count_streams
from services.monitor.store import StoreCollector
from services.read_model.engine import reading
from services.read_model.projector import Projector
from services.settings import Settings
from services.web.app import create_app
from tests.support.bus import make_streams, publish, receipts, running_bus
from tests.support.events import NOW, cloud_event, plan_opened
from tests.support.reports import reported
from tests.support.world import World
from tests.upgrade.next_release import next_release
from tests.upgrade.test_rolling import ON_SQLITE, intake_running
from tests.upgrade.test_rolling import world as world  # noqa: PLC0414 - a fixture

Sample = Callable[..., float | None]


def counted(name: str, **labels: str) -> float:
    """What the work of this process has counted so far."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


@ON_SQLITE
@pytest.mark.anyio
async def test_intake_and_streams(settings: Settings) -> None:
    outcomes = ("accepted", "duplicate", "rejected", "held")
    before = [counted("oneplan_intake_events_total", outcome=one) for one in outcomes]
    batches = counted("oneplan_intake_batch_seconds_count")
    with running_bus(settings) as bus:
        await make_streams(bus)
        async with connected(bus, "police") as police, intake_running(bus):
            opened = plan_opened()
            early = cloud_event("note.added", {"note_id": "n", "text": "x"}, subject="LATER")
            for event in (opened, opened, b"{", early):
                await publish(police, "police", event)
            await receipts(police, "police", 4)
        async with connected(bus) as client:
            await count_streams(client.jetstream())
    after = [counted("oneplan_intake_events_total", outcome=one) for one in outcomes]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1, 1]
    assert 1 <= counted("oneplan_intake_batch_seconds_count") - batches <= 4
    assert counted("oneplan_dead_letters", status="held") == 1
    assert counted("oneplan_dead_letters", status="rejected") == 1
    assert counted("oneplan_stream_messages", stream="AGENCY_EVENTS") == 4
    here = {"stream": "PARTY_RECEIPTS", "consumer": "school"}
    assert REGISTRY.get_sample_value("oneplan_consumer_pending", here) == 0
    intake = {"stream": "AGENCY_EVENTS", "consumer": "intake"}
    assert counted("oneplan_consumer_unacknowledged", **intake) == 0


def test_how_far_the_views_are_and_which_terms_are_over(world: World) -> None:
    """The last event was written by a newer release: how old it is can be told all the same."""
    now = [NOW + timedelta(seconds=30)]
    projector = Projector(world.engine, world.log)
    registry = CollectorRegistry()
    registry.register(StoreCollector(world.engine, world.log, projector, clock=lambda: now[0]))

    def told(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    plan = {"projection": "current_plan"}
    assert told("oneplan_projection_behind_events", **plan) is None
    while projector.positions()["current_plan"] < world.log.last_position() - 2:
        projector.catch_up()
    assert told("oneplan_projection_behind_events", **plan) == 2
    assert told("oneplan_projection_behind_seconds", **plan) == 30

    with next_release():
        world.take(reported())
        assert told("oneplan_projection_behind_events", **plan) == 0
        assert told("oneplan_projection_behind_seconds", **plan) == 0
        assert told("oneplan_projection_failing", **plan) == 0
        assert told("oneplan_terms_overdue", agency="veilig-thuis") is None
        now[0] = NOW + timedelta(days=30)
        with reading(world.engine) as connection:
            page = duties(SqlReader(connection), "veilig-thuis", now[0], 100, None)
        overdue = sum(duty.overdue for duty in page.duties)
        assert overdue > 1
        assert told("oneplan_terms_overdue", agency="veilig-thuis") == overdue
        with world.watching(lambda: NOW) as watch:
            assert told("oneplan_follower_behind_events", follower="watch") == told(
                "oneplan_stored_position"
            )
            while watch.step():
                pass
        # What the watch has said itself since is still to come.
        behind = told("oneplan_follower_behind_events", follower="watch")
        assert behind is not None
        assert behind < world.log.last_position()


@ON_SQLITE
def test_requests_are_counted_by_route_and_never_by_path(settings: Settings, world: World) -> None:
    route = "/api/v1/families/{family_id}/plan"
    labels = {"method": "GET", "route": route, "status": "401"}
    before = counted("oneplan_http_requests_total", **labels)
    other = counted("oneplan_http_requests_total", method="other", route="(none)", status="404")
    with TestClient(create_app(world.settings)) as client:
        client.get("/api/v1/families/F1/plan")
        client.request("BREW", "/api/v1/families/F1")
        client.request("BREW", "/coffee/F1")
    assert counted("oneplan_http_requests_total", **labels) == before + 1
    assert (
        counted("oneplan_http_requests_total", method="other", route="(none)", status="404") > other
    )
    assert counted("oneplan_http_request_seconds_count", route=route) >= 1
    told = [sample for family in REGISTRY.collect() for sample in family.samples]
    assert not any("F1" in value for one in told for value in one.labels.values())
