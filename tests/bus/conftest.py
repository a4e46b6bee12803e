"""One nats-server with all streams for the tests of a module."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.settings import Settings
from tests.support.bus import make_streams, running_bus


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that point at a server of their own with the streams in place."""
    folder: Path = tmp_path_factory.mktemp("bus")
    with running_bus(Settings(data_dir=folder / "data")) as settings:
        asyncio.run(make_streams(settings))
        yield settings
