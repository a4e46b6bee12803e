"""The watch as a service: it stops in order, and goes on when the database comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest
from structlog.testing import capture_logs

from domain.family_plan.signals import SignalRaised
from domain.values import Finding
from projections.current_plan import projection
from projections.rows import Reader
from projections.watching import Look, Watcher
from services.settings import Settings
from services.store.application import open_application
from services.watch import run_watch, service
from services.watch.watch import Watch
from tests.projections.support import wait_until
from tests.support.events import cloud_event, plan_opened
from tests.support.world import World, new_world


def always(_reader: Reader, _family_id: str, _now: object) -> Look:
    return Look((Finding(rule="always", key="x", detail="as ever", evidence=()),))


ALWAYS = Watcher("always", projection, always)


@contextmanager
def watch_running(settings: Settings, stop: threading.Event) -> Iterator[threading.Thread]:
    """The service in a thread; at the end it stops in order."""
    thread = threading.Thread(target=run_watch, args=(settings, stop), kwargs={"poll": 0.01})
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(15)
    assert not thread.is_alive()


@pytest.fixture
def _one_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single rule that finds something in every family."""
    monkeypatch.setattr(service, "Watch", partial(Watch, watchers=(ALWAYS,)))


def raised(world: World, family_id: str) -> Callable[[], bool]:
    """Whether the signal of this family was raised."""
    return lambda: any(
        isinstance(one, SignalRaised) for one in world.application.events_of(family_id)
    )


@pytest.mark.usefixtures("_one_rule")
def test_it_watches_until_it_is_stopped(settings: Settings) -> None:
    stop = threading.Event()
    with open_application(settings) as application, new_world(settings, application) as world:
        with watch_running(settings, stop):
            world.take(plan_opened("F1"))
            wait_until(raised(world, "F1"))
        world.take(plan_opened("F2"))
        assert not raised(world, "F2")()


@pytest.mark.usefixtures("_one_rule")
@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_it_goes_on_when_its_connections_were_cut(settings: Settings) -> None:
    stop = threading.Event()
    assert settings.database_url is not None
    with (
        capture_logs() as logs,
        open_application(settings) as application,
        new_world(settings, application) as world,
        watch_running(settings, stop),
    ):
        world.take(plan_opened("F1"))
        wait_until(raised(world, "F1"))
        cut_all_but_this(settings.database_url)
        world.take(plan_opened("F2"), cloud_event("plan.closed", {"reason": "x"}, subject="F2"))
        wait_until(raised(world, "F2"))
    assert {one["event"] for one in logs} <= {"watch.interrupted"}


def cut_all_but_this(url: str) -> None:
    """End all other sessions on this database, as a failing server does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
