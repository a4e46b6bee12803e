"""The read model after an erasure: built anew, and the old rows leave the files."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine

from projections.registry import ALL, FAMILY_VIEWS
from projections.sql import SqlReader
from services.clock import utc_now
from services.keys.scrub import scrub
from services.read_model.engine import reading, writing
from services.read_model.projector import Projector
from services.read_model.timetravel import view_replayed
from services.store.application import OnePlan
from services.store.event_log import EventLog
from services.web import visits

ATTEMPTS = 3
TABLES = tuple(row_type.table for projection in ALL for row_type in projection.rows)
"""All tables of the read model."""
BESIDE = (visits.VISITS.name,)
"""Tables beside it from which something goes."""


class ViewsDifferError(Exception):
    """After building them anew three times, views still differ from what the events say."""


def purge_read_model(
    application: OnePlan, engine: Engine, families: Iterable[str], people: Iterable[str] = ()
) -> list[str]:
    """Build all views anew and scrub the database. The keys are destroyed before.

    All of them, since a view over all families may hold something of each. Afterwards the views of
    these families are compared with the events: a projector that had read an event before its key
    was destroyed may have written it since. Who had looked at these families until where is
    forgotten, and where these people (professionals) had been.

    Returns:
        What could not be done (see :func:`services.keys.scrub.scrub`).

    Raises:
        ViewsDifferError: when something keeps writing old data.
        ProjectionFailed: when a projection's code fails.
    """
    ordered = sorted(families)
    with writing(engine) as connection:
        visits.forget(connection, ordered, people)
    for _ in range(ATTEMPTS):
        projector = Projector(engine, EventLog(application))
        projector.rebuild(None, lambda _done, _total: None)
        while projector.catch_up():
            pass
        if all(_agrees(application, engine, family_id) for family_id in ordered):
            return scrub(engine, (*TABLES, *BESIDE))
    raise ViewsDifferError(
        "the views still differ from the events; look at the projector's log, then try again"
    )


def _agrees(application: OnePlan, engine: Engine, family_id: str) -> bool:
    """Whether no view was changed by others meanwhile and holds what its events no longer say."""
    now = utc_now()
    for view in FAMILY_VIEWS:
        with reading(engine) as connection:
            served = view.read(SqlReader(connection), family_id, now)
        if served != view_replayed(view, application.events_of(family_id), family_id, now):
            return False
    return True
