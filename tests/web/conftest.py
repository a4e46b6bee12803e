"""A world with two families and a client of the web application, on both databases."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient

from services.bus.credentials import ensure_credentials
from services.settings import Settings
from services.store.application import OnePlan
from services.web import guard
from services.web.app import create_app
from tests.support.world import World, new_world, two_families
from tests.web.support import Asking


@pytest.fixture
def world(settings: Settings, application: OnePlan) -> Iterator[World]:
    """Two families, known to the views; no nats-server."""
    ensure_credentials(settings)
    nowhere = settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    with new_world(nowhere, application) as made:
        made.take(*two_families())
        yield made


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """The web application, started."""
    with TestClient(create_app(world.settings)) as started:
        yield started


@pytest.fixture
def ask(client: TestClient, world: World) -> Asking:
    """Asks as an agency."""
    return Asking(client, world.settings)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is logged about requests, whatever level the tests log at."""
    capture = structlog.testing.LogCapture()
    every_level = structlog.make_filtering_bound_logger(logging.DEBUG)
    logger = structlog.wrap_logger(None, processors=[capture], wrapper_class=every_level)
    monkeypatch.setattr(guard, "log", logger)
    entries: list[Any] = capture.entries
    return entries
