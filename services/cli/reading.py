"""How the commands read a view: as the operator, or through the gate as a party."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel

from domain.values import utc
from projections.sql import SqlReader
from projections.views import FamilyView
from services.clock import utc_now
from services.read_model.engine import open_read_engine, reading
from services.read_model.timetravel import view_known_at
from services.settings import Settings
from services.store.application import open_application
from services.views.party_views import open_party_views, require_past

V = TypeVar("V", bound=BaseModel)


def read_family(
    settings: Settings,
    view: FamilyView[V],
    family: str,
    party: str | None,
    known_at: datetime | None,
) -> V:
    """A view of a family: what a party may see of it, or all of it for the operator (None).

    Raises:
        LookupError: when there is no such family, or none was known at ``known_at``.
        ViewError: when the party may not see it, or for a ``known_at`` in the future.
    """
    if party is not None:
        with open_party_views(settings) as views:
            return views.family(view, party, family, known_at)
    found = (
        _now(settings, view, family)
        if known_at is None
        else _then(settings, view, family, known_at)
    )
    if found is None:
        when = "" if known_at is None else f" that was known at {known_at:%Y-%m-%dT%H:%M:%SZ}"
        raise LookupError(f"family {family} has no plan{when}")
    return found


def _now(settings: Settings, view: FamilyView[V], family: str) -> V | None:
    with open_read_engine(settings) as engine, reading(engine) as connection:
        return view.read(SqlReader(connection), family, utc_now())


def _then(settings: Settings, view: FamilyView[V], family: str, known_at: datetime) -> V | None:
    require_past(known_at)
    with open_application(settings) as application:
        return view_known_at(view, application.events_of(family, utc(known_at)), family, known_at)
