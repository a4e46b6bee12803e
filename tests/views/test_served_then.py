"""What was served at a moment is what is asked of that moment later, and what a rebuild makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from pydantic import BaseModel

from domain.need_to_know.audience import Audience
from domain.need_to_know.viewer import Viewer
from projections.registry import FAMILY_VIEWS
from projections.sql import SqlReader
from services.read_model.engine import open_read_engine, reading, sqlite_engine
from services.read_model.projector import Projector
from services.read_model.source import RecordedEvent
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.store.event_log import EventLog
from services.views import party_views
from services.views.errors import ViewError
from services.views.party_views import PartyViews
from services.views.past import AsOf
from tests.projections.strategies import histories
from tests.store.test_histories import event_of
from tests.support.postgres import drop_database, new_database
from tests.support.viewers import AUDITOR, agency, member

EXAMPLES = {"sqlite": 3, "postgres": 2}


class Served(NamedTuple):
    """The views of a family as somebody was answered at a moment."""

    at: datetime
    family_id: str
    viewer: Viewer
    audience: Audience
    answers: list[BaseModel]


@contextmanager
def empty_database(url: str | None, folder: Path) -> Iterator[Settings]:
    """Settings on a new SQLite file, or a new database of this PostgreSQL server."""
    data_dir = Path(mkdtemp(dir=folder))
    if url is None:
        yield Settings(data_dir=data_dir)
        return
    keys_url = f"sqlite:///{data_dir / 'credentials' / 'keys.sqlite'}"
    database = new_database(url)
    yield Settings(data_dir=data_dir, database_url=database, keys_url=keys_url)
    drop_database(url, database)


def serve(views: PartyViews, family_id: str, at: datetime) -> Iterator[Served]:
    """Each view of the family for whoever has business with it at the moment."""
    for viewer in (AUDITOR, agency("police"), member("m0", family_id)):
        try:
            audience = views.admit(viewer, family_id, "test")
        except ViewError:
            continue
        answers = [views.ask(view, viewer, family_id).view for view in FAMILY_VIEWS]
        yield Served(at, family_id, viewer, audience, answers)


class Until:
    """The store's events as it held them at a moment."""

    def __init__(self, log: EventLog, at: datetime) -> None:
        self._log, self._at = log, at

    def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        found = self._log.after(position, limit)
        return [one for one in found if one.event.recorded_at <= self._at]

    def last_position(self) -> int:
        return self._log.last_position()


def rebuilt(application: OnePlan, one: Served, folder: Path) -> list[BaseModel | None]:
    """The views, built from nothing out of what the store held then."""
    engine = sqlite_engine(Path(mkdtemp(dir=folder)) / "rebuilt.sqlite")
    projector = Projector(engine, Until(EventLog(application), one.at))
    while projector.catch_up():
        pass
    with reading(engine) as connection:
        reader = SqlReader(connection)
        found = [view.read(reader, one.family_id, one.at) for view in FAMILY_VIEWS]
    engine.dispose()
    return found


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_what_was_served_at_a_moment_can_be_asked_and_built_again(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = None if database == "sqlite" else request.getfixturevalue("postgres_url")
    compared = 0

    @hypothesis_settings(
        max_examples=EXAMPLES[database],
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(events=histories(max_size=16, joins=True))
    def check(events: list[RecordedEvent]) -> None:
        nonlocal compared
        with (
            empty_database(url, tmp_path) as settings,
            open_read_engine(settings) as engine,
            open_application(settings) as application,
            pytest.MonkeyPatch.context() as patch,
        ):
            views = PartyViews(engine, application)
            projector = Projector(engine, EventLog(application))
            served: list[Served] = []
            for at, group in groupby(map(event_of, events), lambda one: one.recorded_at):
                told = list(group)
                application.events.put(told)
                while projector.catch_up():
                    pass
                patch.setattr(party_views, "utc_now", lambda at=at: at)
                for family_id in {one.family_id for one in told}:
                    served += serve(views, family_id, at)
            # Asked much later: what counts as now must be the moment itself.
            patch.undo()
            for one in served:
                compared += asked_again(views, one)
            of_auditor = [one for one in served if one.viewer is AUDITOR]
            middle = of_auditor[len(of_auditor) // 2]
            assert rebuilt(application, middle, tmp_path) == middle.answers

    check()
    assert compared > 10


def asked_again(views: PartyViews, one: Served) -> bool:
    """Ask for what was known then. Who may see more or less since is answered something else."""
    try:
        (past,) = views.past(one.viewer, one.family_id, "test", [AsOf(one.at)])
    except ViewError:
        return False
    if past.audience != one.audience:
        return False
    assert [past.view(view) for view in FAMILY_VIEWS] == one.answers
    return True
