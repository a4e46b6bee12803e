"""A provider and a web service for the pages, and Karim of the municipality in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.bus.credentials import ensure_credentials
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.web.app import create_app
from tests.identity.support import Browser, Clock, Provider, free_port, running_provider, serving
from tests.support.events import NOW, cloud_event, lead, plan_opened
from tests.support.long_story import long_story
from tests.support.world import World, new_world

LONG = "F2"
"""The family with a long history."""
HERE = Path(__file__).parent


# Before xdist looks for the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those of one module in one worker: one goes on from what the other did."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="package")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The identity provider."""
    with running_provider(tmp_path_factory.mktemp("pages"), Clock()) as running:
        yield running


@pytest.fixture(scope="package")
def page_settings(provider: Provider) -> Settings:
    """SQLite; no NATS."""
    return provider.settings.model_copy(
        update={"http_port": free_port(), "rate_sign_in": "1000/minute"}
    )


@pytest.fixture(scope="package")
def page_application(page_settings: Settings) -> Iterator[OnePlan]:
    """The event store."""
    ensure_credentials(page_settings)
    with open_application(page_settings) as opened:
        yield opened


@pytest.fixture(scope="package")
def page_world(page_settings: Settings, page_application: OnePlan) -> Iterator[World]:
    """Family F1, and F2 with its long history; Karim leads both."""
    opened = plan_opened("F1")
    opened["data"]["parties"].append({"agency": "municipality", "task": "regie"})
    karim = {"lead": lead("karim-benali", "municipality")}
    with new_world(page_settings, page_application) as world:
        world.take(opened, cloud_event("lead.assigned", karim, agency="municipality"))
        world.take(*long_story(LONG))
        with world.watching(lambda: NOW) as watch:
            while watch.step():
                world.catch_up()
        yield world


@pytest.fixture(scope="package")
def page_url(page_settings: Settings, page_world: World) -> Iterator[str]:
    """The web service."""
    with serving(create_app(page_settings), page_settings.http_port):
        yield f"http://127.0.0.1:{page_settings.http_port}"


@pytest.fixture
def browser(page_url: str) -> Iterator[Browser]:
    """A browser in which Karim is signed in."""
    one = Browser(page_url)
    with one.http:
        one.sign_in()
        yield one
