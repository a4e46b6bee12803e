"""News of events and of views: told at once, and missed without harm."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text

from services.read_model.engine import open_read_engine, writing
from services.read_model.news import (
    FALLBACK_SECONDS,
    News,
    ToldNews,
    news_of_events,
    news_of_views,
)
from services.read_model.projector import Projector
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog
from tests.projections.support import running, wait_until
from tests.support.events import cloud_event
from tests.support.world import World, new_world, two_families

ON_POSTGRESQL = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
LONG = 20.0
"""Seconds after which a test gives up: who is told does not wait so long."""
CATCH_UP_SECONDS = 5.0
"""What every projection is allowed when it was not told: the requirement."""


@pytest.fixture
def world(settings: Settings, application: OnePlan) -> Iterator[World]:
    with new_world(settings, application) as made:
        yield made


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with open_read_engine(settings) as made:
        yield made


def until_quiet(news: News) -> None:
    """Let everything be told that is known already."""
    while news.wait(0.05):
        pass


def test_who_waits_is_told_of_events_and_of_views(world: World, engine: Engine) -> None:
    world.catch_up()
    with (
        news_of_events(engine, world.application.events_table) as events,
        news_of_views(engine) as views,
    ):
        until_quiet(events)
        until_quiet(views)
        # What comes before the wait counts as much as what comes meanwhile.
        world.take(two_families()[0], catch_up=False)
        assert events.wait(LONG)
        assert not views.wait(0.01)
        later = threading.Timer(0.05, world.catch_up)
        later.start()
        assert views.wait(LONG)
        later.join()
        until_quiet(views)
        assert not events.wait(0.01)


@ON_POSTGRESQL
def test_a_connection_that_breaks_is_made_anew(world: World, engine: Engine) -> None:
    with news_of_events(engine, world.application.events_table) as events:
        until_quiet(events)
        cut(engine)
        assert not events.wait(0.01)
        assert events.wait(LONG), "what was told meanwhile is not known"
        until_quiet(events)
        world.take(two_families()[0], catch_up=False)
        assert events.wait(LONG)


@ON_POSTGRESQL
@pytest.mark.parametrize("lost", ["the connection is cut", "nothing ever comes"])
def test_every_projection_catches_up_by_itself_when_it_was_not_told(
    world: World, engine: Engine, lost: str
) -> None:
    world.take(*two_families())
    table = world.application.events_table
    news = ToldNews(engine, table if lost == "the connection is cut" else "nobody")
    projector = Projector(engine, EventLog(world.application))
    with closing_at_the_end(news), running(projector, news, FALLBACK_SECONDS):
        wait_until(lambda: listeners(engine) == 1)
        if lost == "the connection is cut":
            cut(engine)
        world.take(cloud_event("note.added", {"note_id": "n1", "text": "Later."}), catch_up=False)
        last = world.log.last_position()
        wait_until(lambda: set(projector.positions().values()) == {last}, CATCH_UP_SECONDS)


@contextmanager
def closing_at_the_end(news: News) -> Iterator[None]:
    try:
        yield
    finally:
        news.close()


LISTENING = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%'
"""


def listeners(engine: Engine) -> int:
    with writing(engine) as connection:
        return len(connection.execute(text(LISTENING)).all())


def cut(engine: Engine) -> None:
    """End every session that listens, as a network or a restarting database does."""
    with writing(engine) as connection:
        ended = [
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid}).scalar_one()
            for (pid,) in connection.execute(text(LISTENING)).all()
        ]
    assert any(ended)
