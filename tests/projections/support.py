"""What the tests of the views share: a store in memory, plans to put in it, and table dumps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from pydantic import BaseModel
from sqlalchemy import Engine, MetaData, inspect, text

from domain.context import Context, Provenance
from domain.events import DomainEvent
from domain.family_plan import FamilyPlan, PlanEvent
from domain.need_to_know.audience import EVERYTHING
from domain.values import FamilyMember, FamilyRole, Party, Role
from projections.projection import Projection
from projections.registry import ALL
from projections.rows import MemoryRows, Row
from projections.sql import SqlReader
from projections.views import FamilyView
from services.read_model.engine import reading, writing
from services.read_model.projector import Projector
from services.read_model.source import RecordedEvent
from services.views.past import AsOf, past_of

ANNA = FamilyMember(member_id="anna", name="Anna", role=FamilyRole.PARENT)
BRAM = FamilyMember(member_id="bram", name="Bram", role=FamilyRole.CHILD)
POLICE = Party(agency="police", task="safety")
SCHOOL = Party(agency="school", task="attendance")

Dump = dict[str, list[Row]]
V = TypeVar("V", bound=BaseModel)


class ListSource:
    """The events of a store, in memory. Safe to use from several threads."""

    def __init__(self, events: Iterable[RecordedEvent] = ()) -> None:
        self._events = list(events)
        self._lock = threading.Lock()

    def add(self, events: Iterable[RecordedEvent]) -> None:
        with self._lock:
            self._events.extend(events)

    def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        with self._lock:
            return [one for one in self._events if one.position > position][:limit]

    def last_position(self) -> int:
        with self._lock:
            return self._events[-1].position if self._events else 0


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in March 2026, UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def context(
    occurred: datetime,
    recorded: datetime | None = None,
    *,
    agency: str | None = "police",
    role: Role = Role.AGENCY,
    actor: str | None = None,
) -> Context:
    return Context(
        provenance=Provenance(
            actor=actor or agency or "oneplan",
            role=role,
            agency=agency,
            correlation_id="correlation",
            causation_id="causation",
        ),
        occurred_at=occurred,
        recorded_at=recorded or occurred,
    )


def opened(family_id: str = "F1", when: datetime | None = None) -> FamilyPlan:
    """A plan of Anna and Bram with the police and the school."""
    return FamilyPlan.open(
        family_id,
        reason="Second report in a month",
        members=(ANNA, BRAM),
        parties=(POLICE, SCHOOL),
        context=context(when or at(2)),
    )


def events_of(*plans: FamilyPlan) -> list[DomainEvent]:
    return [cast("DomainEvent", event) for plan in plans for event in plan.collect_events()]


def recorded(events: Iterable[DomainEvent], *, start: int = 1, gap: int = 1) -> list[RecordedEvent]:
    """The events with positions, ``gap`` apart."""
    return [RecordedEvent(start + place * gap, event) for place, event in enumerate(events)]


def view_known_at(
    view: FamilyView[V], events: Iterable[DomainEvent], family_id: str, known_at: datetime
) -> V | None:
    """The view of a family that was never merged as its lead is answered for a moment."""
    own = recorded(
        one for one in events if isinstance(one, PlanEvent) and one.family_id == family_id
    )
    past = past_of(family_id, EVERYTHING, AsOf(known_at), lambda _family: own, known_at)
    return past.view(view) if past.known else None


def folded(events: Iterable[RecordedEvent], projections: Sequence[Projection] = ALL) -> MemoryRows:
    """The rows as they come out of applying the events one by one."""
    rows = MemoryRows()
    for one in events:
        for projection in projections:
            if one.history is None or projection.over_families:
                projection.handle(one.event, one.position, rows)
            else:
                _fold_anew(rows, projection, one)
    return rows


def _fold_anew(rows: MemoryRows, projection: Projection, one: RecordedEvent) -> None:
    """A family that was merged or split: nothing of what was shown of it before stays."""
    family_id = getattr(one.event, "family_id")  # noqa: B009
    for row in list(rows.all()):
        if type(row) in projection.rows and getattr(row, "family_id", "") == family_id:
            rows.delete(type(row), *row.key_values())
    fresh = MemoryRows()
    for told in one.history or ():
        projection.handle(told.event, told.position, fresh)
    for row in fresh.all():
        rows.put(row)


def dump_memory(rows: MemoryRows, projections: Sequence[Projection] = ALL) -> Dump:
    return {
        row_type.table: rows.select(row_type, where={}, order=row_type.key)
        for projection in projections
        for row_type in projection.rows
    }


def dump_sql(engine: Engine, projections: Sequence[Projection] = ALL) -> Dump:
    with reading(engine) as connection:
        reader = SqlReader(connection)
        return {
            row_type.table: reader.select(row_type, where={}, order=row_type.key)
            for projection in projections
            for row_type in projection.rows
        }


def wipe(engine: Engine) -> None:
    """Drop all tables."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:
            metadata = MetaData()
            metadata.reflect(connection)
            metadata.drop_all(connection)


@contextmanager
def running(projector: Projector, *args: Any) -> Iterator[None]:
    """The projector in a thread of its own, stopped at the end; ``args`` are those after stop."""
    stop = threading.Event()
    thread = threading.Thread(target=projector.run, args=(stop, *args))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive(), "the projector does not stop"


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that another thread brings about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def names_of_tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())
