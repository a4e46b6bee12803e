"""A world, empty as yet, with a nats-server and its streams, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from services.settings import Settings
from services.store.application import OnePlan
from tests.support.bus import make_streams, running_bus
from tests.support.world import World, new_world


@pytest.fixture
def world(settings: Settings, application: OnePlan) -> Iterator[World]:
    """Settings that reach a server of their own; nothing has happened yet."""
    with running_bus(settings) as reachable, new_world(reachable, application) as made:
        asyncio.run(make_streams(reachable))
        yield made
