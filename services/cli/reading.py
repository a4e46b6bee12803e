"""How the commands read a view: whole, as the lead sees it, or through the gate as another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Annotated, TypeVar

import typer
from pydantic import BaseModel

from domain.need_to_know.audience import EVERYTHING
from domain.need_to_know.categories import Category
from domain.need_to_know.viewer import Viewer, ViewerRole
from projections.sql import SqlReader
from projections.views import FamilyView
from services.access import AccessPath, open_access_log
from services.access.looks import Looks
from services.access.operator import operator
from services.bus.agencies import read_agencies
from services.cli.common import Moment
from services.clock import utc_now
from services.read_model.engine import open_read_engine, reading
from services.settings import Settings
from services.store.application import open_application
from services.views.party_views import UNSAID, open_party_views
from services.views.past import AsOf, Past, past_of
from services.views.records import Because, Look

V = TypeVar("V", bound=BaseModel)
MOMENT = "%Y-%m-%dT%H:%M:%SZ"

Party = Annotated[
    str | None,
    typer.Option(
        help="As the system of this agency sees it. Without it, and without --member, the whole "
        "as the lead sees it."
    ),
]
Member = Annotated[
    str | None, typer.Option(help="As this member of the family sees it (the member's id).")
]


KnownAt = Annotated[
    datetime | None,
    typer.Option(parser=Moment, metavar="T", help="As it was known then (RFC 3339)."),
]
HappenedUntil = Annotated[
    datetime | None,
    typer.Option(
        parser=Moment,
        metavar="T",
        help="Only what had happened by then, in what is known (or was, with --known-at).",
    ),
]


def viewer_of(
    settings: Settings, family: str, party: str | None, member: str | None
) -> Viewer | None:
    """Who is to be looked for; None for the whole.

    Raises:
        typer.BadParameter: when both a party and a member are named.
    """
    if party is not None and member is not None:
        raise typer.BadParameter("name a party or a member, not both")
    if party is not None:
        return agency_viewer(settings, party)
    if member is not None:
        return Viewer(role=ViewerRole.FAMILY_MEMBER, family_id=family, member_id=member)
    return None


def agency_viewer(settings: Settings, agency: str) -> Viewer:
    """An agency's own system."""
    known = read_agencies(settings).get(agency)
    kind = None if known is None else known.kind
    return Viewer(role=ViewerRole.AGENCY, agency=agency, agency_kind=kind)


def read_family(
    settings: Settings,
    view: FamilyView[V],
    family: str,
    viewer: Viewer | None,
    as_of: AsOf,
) -> V:
    """A view of a family: what a viewer may see of it, or all of it (None).

    Raises:
        LookupError: when there is no such family, or none was known at ``known_at``.
        ViewError: when the viewer may not see it, for a moment in the future, or one before the
            plan was opened.
    """
    if viewer is not None:
        with open_party_views(settings, AccessPath.CLI, "cli") as views:
            known_at, happened_until = as_of.known_at, as_of.happened_until
            return views.ask(view, viewer, family, known_at, happened_until=happened_until).view
    if not as_of.is_now:
        (past,) = whole_past(settings, family, view.name, (as_of,))
        return past.view(view)
    with open_read_engine(settings) as engine, reading(engine) as connection:
        found = view.read(SqlReader(connection), family, utc_now())
    if found is None:
        raise LookupError(f"family {family} has no plan")
    put_on_record(settings, family, view.name)
    return found


def read_past(
    settings: Settings,
    family: str,
    viewer: Viewer | None,
    what: str,
    moments: Sequence[AsOf],
    *,
    because: Because = UNSAID,
) -> list[Past]:
    """A family at these moments: what a viewer may see of it, or all of it (None).

    Raises:
        LookupError: when there is no such family, or nothing of it was known at the last of them.
        ViewError: when the viewer may not see it, or for a moment in the future.
    """
    if viewer is None:
        return whole_past(settings, family, what, moments, because=because)
    with open_party_views(settings, AccessPath.CLI, "cli") as views:
        return views.past(viewer, family, what, moments, because)


def whole_past(
    settings: Settings,
    family: str,
    what: str,
    moments: Sequence[AsOf],
    *,
    because: Because = UNSAID,
) -> list[Past]:
    """All of a family at these moments; it is put on record. Raises as :func:`read_past`."""
    now = utc_now()
    for as_of in moments:
        as_of.require_past(now)
    with open_application(settings) as application:
        streams = cache(application.stream_of)
        found = [past_of(family, EVERYTHING, one, streams, now) for one in moments]
    known_at = moments[-1].known_at
    if not found[-1].known:
        when = "" if known_at is None else f" that was known at {known_at:{MOMENT}}"
        raise LookupError(f"family {family} has no plan{when}")
    for as_of in moments:
        put_on_record(settings, family, what, as_of.known_at, because)
    return found


def put_on_record(
    settings: Settings,
    family: str,
    view: str,
    known_at: datetime | None = None,
    because: Because = UNSAID,
) -> None:
    """Put on record that whoever is logged in here sees the whole of something.

    Raises:
        AccessNotRecorded: when that cannot be; show nothing then.
    """
    with on_record(settings, view, known_at, because) as record:
        record((family,))


@contextmanager
def on_record(
    settings: Settings,
    view: str,
    known_at: datetime | None = None,
    because: Because = UNSAID,
) -> Iterator[Callable[[Sequence[str]], None]]:
    """Gives a function that does as :func:`put_on_record`, for some families at a time."""
    with open_access_log(settings) as access_log:
        looks = Looks(access_log, AccessPath.CLI, "cli")

        def record(families: Sequence[str]) -> None:
            who, everything = operator(), tuple(Category)
            looks.note(
                [Look(who, one, view, everything, because, known_at=known_at) for one in families]
            )

        yield record
