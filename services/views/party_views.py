"""PartyViews: the one gate through which NATS, HTTP and the command line read the views.

Every question names the agency that asks, and the answer holds only what it takes part in now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine

from domain.values import utc
from projections.agency_families import AgencyFamily, is_party
from projections.family_timeline import TimelinePage, timeline
from projections.lead_caseload import Caseload, CaseRow, caseload
from projections.paging import cursor, place
from projections.rows import Reader
from projections.sql import SqlReader
from projections.views import AgencyView, CommonView, FamilyView
from services.clock import utc_now
from services.read_model.engine import open_read_engine, reading
from services.read_model.timetravel import view_known_at
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.store.histories import joined_then
from services.views.errors import (
    BadQuestion,
    MergedFamily,
    NotAParty,
    NothingKnownYet,
    ViewError,
)
from services.views.questions import MOST_FAMILIES

V = TypeVar("V", bound=BaseModel)

BAD_CURSOR = "this is no place in the list; take it from `next` of the page before"


class FamiliesPage(BaseModel):
    """Families an agency takes part in, the longest first; ``next`` is None on the last page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: str
    families: tuple[AgencyFamily, ...]
    next: str | None


class PartyViews:
    """The views, for one agency at a time. May be used by several threads at once.

    Any method raises sqlalchemy.exc.SQLAlchemyError when the database cannot be read.

    Args:
        engine: of :func:`services.read_model.engine.create_read_engine`.
        application: the event store, for what was known earlier.
    """

    def __init__(self, engine: Engine, application: OnePlan) -> None:
        # Whether the agency is a party and what it is shown must be of one moment. SQLite reads
        # that way by itself.
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        self._engine = engine
        self._application = application

    def family(
        self, view: FamilyView[V], agency: str, family_id: str, known_at: datetime | None = None
    ) -> V:
        """A view of a family as it is, or as it was at a moment in what was known then.

        An agency that is a party now sees all of it, also from before it joined.

        Raises:
            NotAParty: when the agency takes no part now, or there is no such family.
            MergedFamily: when the family is part of one in whose plan the agency takes part.
            NothingKnownYet: when nothing had been recorded at ``known_at``.
            BadQuestion: for a ``known_at`` that lies in the future, or in a time when the family
                was merged with one that it has been split from since.
            ValueError: for a ``known_at`` without an offset.
        """
        with self._as_party(agency, family_id) as reader:
            if known_at is None:
                current = view.read(reader, family_id, utc_now())
                if current is None:
                    raise LookupError(f"family {family_id} has parties and no {view.name}")
                return current
        require_past(known_at)
        if joined_then(family_id, self._application.stream_of, utc(known_at)):
            raise BadQuestion(
                "known_at",
                "this family was merged with another one then, and has been split from it since; "
                "ask for a moment before the merge or after the split",
            )
        events = self._application.events_of(family_id, utc(known_at))
        earlier = view_known_at(view, events, family_id, known_at)
        if earlier is None:
            raise NothingKnownYet
        return earlier

    def timeline(
        self, agency: str, family_id: str, limit: int = 100, after: str | None = None
    ) -> TimelinePage:
        """A page of the family's timeline.

        Raises:
            NotAParty: when the agency takes no part now, or there is no such family.
            BadQuestion: for a limit below 1, or an ``after`` that no page gave.
        """
        with self._as_party(agency, family_id) as reader:
            _require_positive(limit)
            with _own_cursor():
                return timeline(reader, family_id, limit=limit, after=after)

    def agency(
        self, view: AgencyView[V], agency: str, limit: int = MOST_FAMILIES, after: str | None = None
    ) -> V:
        """A page of a view of the agency's own work; empty for a stranger.

        Raises:
            BadQuestion: for a limit below 1, or an ``after`` that no page gave.
        """
        _require_positive(limit)
        with reading(self._engine) as connection, _own_cursor():
            return view.read(SqlReader(connection), agency, utc_now(), limit, after)

    def common(self, view: CommonView[V]) -> V:
        """A view over all families together, the same for every agency."""
        with reading(self._engine) as connection:
            return view.read(SqlReader(connection), utc_now())

    def families(
        self, agency: str, limit: int = MOST_FAMILIES, after: str | None = None
    ) -> FamiliesPage:
        """A page of the families the agency takes part in now; empty for a stranger.

        Raises:
            BadQuestion: for a limit below 1, or an ``after`` that no page gave.
        """
        _require_positive(limit)
        with reading(self._engine) as connection, _own_cursor():
            found = SqlReader(connection).select(
                AgencyFamily,
                where={"agency": agency},
                order=("joined_at", "family_id"),
                limit=limit + 1,
                after=None if after is None else place(after),
            )
        page = tuple(found[:limit])
        more = len(found) > limit
        return FamiliesPage(
            agency=agency,
            families=page,
            next=cursor(page[-1].joined_at, page[-1].family_id) if more else None,
        )

    def caseload(self, agency: str, person_id: str) -> Caseload:
        """The families that this person leads for the asking agency.

        Empty, without a name, for anybody who leads none for it: another agency's lead cannot be
        told from a person who does not exist.
        """
        with reading(self._engine) as connection:
            reader = SqlReader(connection)
            found = caseload(reader, person_id)
            rows = reader.select(
                CaseRow, where={"person_id": person_id}, order=("since", "family_id")
            )
        # Two agencies may have given the same id to two people, so the name is filtered as well.
        names = [
            row.lead.name for row in rows if row.lead is not None and row.lead.agency == agency
        ]
        own = tuple(family for family in found.families if family.agency == agency)
        return found.model_copy(update={"families": own, "name": names[-1] if names else None})

    @contextmanager
    def _as_party(self, agency: str, family_id: str) -> Iterator[Reader]:
        with reading(self._engine) as connection:
            reader = SqlReader(connection)
            if not is_party(reader, agency, family_id):
                raise self._why_not(reader, agency, family_id)
            yield reader

    def _why_not(self, reader: Reader, agency: str, family_id: str) -> ViewError:
        plan = self._application.plan(family_id)
        into = None if plan is None else plan.merged_into
        if into is not None and is_party(reader, agency, into):
            return MergedFamily(family_id, into)
        return NotAParty()


@contextmanager
def open_party_views(settings: Settings) -> Iterator[PartyViews]:
    """The gate on the database of the settings. Raises as ``open_application`` does."""
    with open_read_engine(settings) as engine, open_application(settings) as application:
        yield PartyViews(engine, application)


def require_past(known_at: datetime) -> None:
    """What will be known is not known yet.

    Raises:
        BadQuestion: for a moment that lies in the future.
        ValueError: for one without an offset.
    """
    if utc(known_at) > utc_now():
        raise BadQuestion(
            "known_at", "this moment lies in the future; leave it out for what is known now"
        )


def _require_positive(limit: int) -> None:
    if limit < 1:
        raise BadQuestion("limit", f"{limit} is less than 1")


@contextmanager
def _own_cursor() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise BadQuestion("after", BAD_CURSOR) from error
