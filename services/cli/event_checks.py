"""What ``oneplan doctor`` looks at in the event store: whether this release can read it."""

from __future__ import annotations

from itertools import islice

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from services.cli.checks import Check, error, ok, warning
from services.newer import UpgradeNeeded
from services.notary.rows import RawRow, last_position, raw_rows
from services.read_model import positions
from services.read_model.engine import open_read_engine, reading
from services.settings import Settings
from services.store.application import events_table
from services.store.mapper import require_known

NAME = "events"
MOST_LOOKED_AT = 5000
LAST = 1000
"""Events that are looked at although the views hold them: another release may have put them in."""


def check_events(settings: Settings) -> Check:
    """Whether this release can read the last events, and those that the views do not hold yet.

    It is there that a process of an older release stops. The database has to be in order.
    """
    try:
        with open_read_engine(settings) as engine:
            return _look(engine, events_table(settings))
    except SQLAlchemyError as problem:
        return error(NAME, type(problem).__name__, "look at the database first")


def _look(engine: Engine, table: str) -> Check:
    tables = inspect(engine)
    if not tables.has_table(table):
        return warning(NAME, "there is no event store yet", "oneplan up makes it")
    after = last_position(engine, table) - LAST
    if tables.has_table(positions.POSITIONS.name):
        with reading(engine) as connection:
            standings = positions.standings(connection).values()
        after = min([after, *(standing.position for standing in standings)])
    rows = list(islice(raw_rows(engine, table, after), MOST_LOOKED_AT))
    try:
        for row in rows:
            _require_known(row)
    except UpgradeNeeded as newer:
        return error(NAME, str(newer), "use the newer release, see docs/upgrading.md")
    except ValueError:
        return error(NAME, "a row is no event of ours", "run: oneplan audit verify")
    return ok(NAME, f"this release can read the last {len(rows)}")


def _require_known(row: RawRow) -> None:
    event = row.event()
    if event is None:
        raise ValueError("no event at all")
    require_known(event)
