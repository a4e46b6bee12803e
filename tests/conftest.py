"""Fixtures that several test folders share: real databases, and settings that point at them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from services.logs import configure_logs
from services.settings import Settings
from services.store.application import OnePlan, open_application
from tests.support.postgres import drop_database, new_database, postgres_server

# How long one example takes says nothing on a machine that others use too.
hypothesis.settings.register_profile("oneplan", deadline=None)
hypothesis.settings.load_profile("oneplan")


@pytest.fixture(autouse=True)
def _logs_as_in_production() -> None:
    configure_logs(Settings(log_format="json", log_level="WARNING"))


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as the services do."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the test session."""
    with (
        tempfile.TemporaryDirectory(prefix="oneplan-pg-", ignore_cleanup_errors=True) as folder,
        postgres_server(Path(folder)) as url,
    ):
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings on an empty database: each test that asks for them runs on both databases."""
    data_dir = tmp_path / "data"
    if request.param == "sqlite":
        yield Settings(data_dir=data_dir)
        return
    server_url: str = request.getfixturevalue("postgres_url")
    url = new_database(server_url)
    keys_url = f"sqlite:///{data_dir / 'credentials' / 'keys.sqlite'}"
    yield Settings(data_dir=data_dir, database_url=url, keys_url=keys_url)
    drop_database(server_url, url)


@pytest.fixture
def application(settings: Settings) -> Iterator[OnePlan]:
    """The application on an empty database."""
    with open_application(settings) as opened:
        yield opened
