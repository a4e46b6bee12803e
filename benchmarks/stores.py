"""Empty stores for a benchmark, on SQLite or the PostgreSQL of the tests; and what fills them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from uuid import UUID, uuid5

from eventsourcing.persistence import StoredEvent

from benchmarks.load import NOW
from services.contracts.receipt import Status
from services.intake.delivery import Delivery
from services.intake.intake import Intake
from services.read_model import positions
from services.read_model.engine import open_read_engine, writing
from services.read_model.positions import Standing
from services.read_model.projector import Projector, create_tables
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.store.event_log import EventLog
from tests.support.postgres import drop_database, new_database, postgres_server

FILLED = UUID("00000000-0000-5000-8000-0000000000f1")
AGGREGATE_EVENTS = 100
"""Events of one aggregate in what fills a store."""
FILL_BATCH = 5000
PREFILL_BATCH = 1000

T = TypeVar("T")


class Database(StrEnum):
    """Where a benchmark runs."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Stores:
    """Makes empty stores in one folder; the PostgreSQL server starts when it is first needed."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._count = 0
        self._server: str | None = None

    def __enter__(self) -> Self:
        made = tempfile.TemporaryDirectory(prefix="oneplan-bench-", ignore_cleanup_errors=True)
        self._folder = Path(self._open.enter_context(made))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.__exit__(kind, error, trace)

    @contextmanager
    def empty(self, database: Database) -> Iterator[Settings]:
        """Settings on an empty store, which is gone at the end of the block."""
        self._count += 1
        data_dir = self._folder / f"store-{self._count}"
        # What a benchmark asks for, one agency's system may ask for too.
        given = {"data_dir": data_dir, "rate_api": "1000000/minute", "log_level": "WARNING"}
        if database is Database.SQLITE:
            yield Settings.model_validate(given)
            return
        server = self.server()
        url = new_database(server)
        keys = f"sqlite:///{data_dir / 'credentials' / 'keys.sqlite'}"
        yield Settings.model_validate({**given, "database_url": url, "keys_url": keys})
        drop_database(server, url)

    def server(self) -> str:
        """The PostgreSQL server's URL."""
        if self._server is None:
            # As root it runs as a user of its own, who must be able to enter the folder.
            self._folder.chmod(0o755)
            self._server = self._open.enter_context(postgres_server(self._folder / "pg"))
        return self._server


def in_batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in their order, at most ``size`` together."""
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]


def take(intake: Intake, batch: Sequence[Delivery]) -> None:
    """Take a batch, of which each event must be accepted: else nothing was measured."""
    left, outcomes = list(batch), []
    while left:
        taken = intake.take(left, NOW)
        outcomes += taken
        left = left[len(taken) :]
    refused = [one for one in outcomes if one.status is not Status.ACCEPTED]
    if refused:
        raise RuntimeError(f"an event was {refused[0].status}: {refused[0].reason}")


def make_intake(application: OnePlan) -> Intake:
    """An intake with nothing in its memory."""
    return Intake(application, application.settings.agency_of_source)


def prefill(
    settings: Settings,
    made: Sequence[Delivery],
    *,
    views: bool = True,
    batch: int = PREFILL_BATCH,
) -> None:
    """Take these events and bring the views up to date, before anything is measured.

    Args:
        batch: events taken together; those of one family are stored one after the other then.
    """
    with open_application(settings) as application:
        intake = make_intake(application)
        for some in in_batches(made, batch):
            take(intake, some)
        if views:
            with open_read_engine(settings) as engine:
                catch_up(Projector(engine, EventLog(application)))


def catch_up(projector: Projector) -> int:
    """Until every view holds every event; how many batches that took."""
    batches = 0
    while projector.catch_up():
        batches += 1
    return batches


def fill(application: OnePlan, rows: int) -> None:
    """Put rows in the store that nobody reads: those that are there, under other ids, again.

    What is personal in them is sealed for another place and cannot be opened. They weigh on the
    table and its indexes as any others do.
    """
    recorder = application.recorder
    sample = recorder.select_notifications(start=1, limit=1000)
    for begin in range(0, rows, FILL_BATCH):
        recorder.insert_events(
            [
                StoredEvent(
                    originator_id=uuid5(FILLED, str(number // AGGREGATE_EVENTS)),
                    originator_version=number % AGGREGATE_EVENTS + 1,
                    topic=sample[number % len(sample)].topic,
                    state=sample[number % len(sample)].state,
                )
                for number in range(begin, min(rows, begin + FILL_BATCH))
            ]
        )


def stand_at_the_end(settings: Settings, application: OnePlan) -> None:
    """Let the views and those behind them stand at the last event, as if they had seen all."""
    last = EventLog(application).last_position()
    with open_read_engine(settings) as engine:
        create_tables(engine)
        with writing(engine) as connection:
            for name, at in positions.standings(connection).items():
                positions.put(connection, name, Standing(at.version, last))
