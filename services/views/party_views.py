"""PartyViews: the one gate through which NATS, HTTP and the command line read the views.

Every question names who asks. The answer holds what the policy table lets them see of what they
have business with now, and nothing else: see :mod:`domain.need_to_know`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any, Self, TypeVar

from pydantic import BaseModel
from sqlalchemy import Engine

from domain.family_plan import PlanEvent
from domain.family_plan.merging import FamilyMerged
from domain.need_to_know.audience import Audience
from domain.need_to_know.viewer import Viewer
from domain.values import utc
from projections.current_plan import plan_version
from projections.family_timeline import TimelinePage, timeline
from projections.rows import Reader
from projections.sql import SqlReader
from projections.views import CommonView, FamilyView
from services.access.log import open_access_log
from services.access.looks import Looks
from services.access.record import AccessPath
from services.clock import utc_now
from services.read_model.engine import open_read_engine, reading
from services.read_model.timetravel import view_replayed
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.store.histories import Streams, joined_then
from services.views.entry import enter, is_family_id
from services.views.errors import (
    BadQuestion,
    MergedFamily,
    NotAParty,
    ViewError,
)
from services.views.glances import GlanceReads
from services.views.histories import Histories, History, Told
from services.views.paging import own_cursor, require_positive
from services.views.past import AsOf, Past, existing, is_blank, told_by
from services.views.records import Because, Look, Records
from services.views.several import Several
from services.views.shown import Shown, shown

V = TypeVar("V", bound=BaseModel)
UNSAID = Because()
NOW = AsOf()


class PartyViews(GlanceReads):
    """The views, for one viewer at a time. May be used by several threads at once.

    Any method raises sqlalchemy.exc.SQLAlchemyError or eventsourcing's PersistenceError when a
    database cannot be read.

    Args:
        engine: of :func:`services.read_model.engine.create_read_engine`.
        application: the event store, for what a viewer may see and for what was known earlier.
        records: where each look is put on record, None where nobody keeps one.
    """

    def __init__(
        self, engine: Engine, application: OnePlan, records: Records | None = None
    ) -> None:
        # Whether somebody gets in and what they are shown must be of one moment. SQLite reads
        # that way by itself.
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        super().__init__(engine, records, Histories(application))
        self.application = application

    def recorded_by(self, records: Records) -> Self:
        """The same gate, with the same histories in memory, for answers that leave another way."""
        other = copy(self)
        other._records = records  # noqa: SLF001 - a copy of itself
        return other

    def ask(
        self,
        view: FamilyView[V],
        viewer: Viewer,
        family_id: str,
        known_at: datetime | None = None,
        because: Because = UNSAID,
        *,
        happened_until: datetime | None = None,
    ) -> Shown[V]:
        """A view of a family as it is, or as it was at a moment.

        What somebody may see is decided on what holds now, also for what was known earlier.

        Args:
            known_at: as it was in what was known then; None for all that is known.
            happened_until: of that only what had happened by then, None for all of it; what that
                is says :mod:`domain.need_to_know.happened`.

        Raises:
            NotAParty: when the viewer has no business with the family, or there is none.
            NothingKnownYet: when nothing had been recorded at ``known_at``.
            NothingHappenedYet: when the plan had not been opened at ``happened_until``.
            BadQuestion: for a moment that lies in the future, or a ``known_at`` in a time when the
                family was merged with one that it has been split from since.
            ValueError: for a moment without an offset.
        """
        as_of = AsOf(known_at, happened_until)
        if not as_of.is_now:
            (past,) = self.past(viewer, family_id, view.name, (as_of,), because)
            return shown(past.view(view), past.audience)
        now = utc_now()
        with self._entered(viewer, family_id, view.name, now) as (reader, audience):
            whole = view.read(reader, family_id, now) if audience.sees_all else None
        # The disk is waited for without a connection, of which there are fewer than askers.
        self._note(_look(viewer, family_id, view.name, audience, because))
        if audience.sees_all:
            return shown(existing(view, whole, family_id), audience)
        return shown(self._now(view, family_id, audience, now), audience)

    def ask_all(
        self,
        views: Sequence[FamilyView[Any]],
        viewer: Viewer,
        family_id: str,
        because: Because = UNSAID,
    ) -> Several:
        """Several views of a family as they are, of one moment: one look, and one record of it.

        Args:
            views: each stands in the record; somebody who is refused is there with the first.

        Raises:
            NotAParty: when the viewer has no business with the family, or there is none.
        """
        now = utc_now()
        with self._entered(viewer, family_id, views[0].name, now) as (reader, audience):
            look = _look(viewer, family_id, views[0].name, audience, because)
            self._note(replace(look, also=tuple(view.name for view in views[1:])))
            if audience.sees_all:
                return Several(
                    {
                        view.name: shown(
                            existing(view, view.read(reader, family_id, now), family_id), audience
                        )
                        for view in views
                    }
                )
        return Several(
            {
                view.name: shown(self._now(view, family_id, audience, now), audience)
                for view in views
            }
        )

    def version(self, viewer: Viewer, family_id: str, because: Because = UNSAID) -> int:
        """How many events the plan of a family has, as far as the views are.

        Raises:
            NotAParty: when the viewer has no business with the family, or there is none.
        """
        with self._entered(viewer, family_id, "version", utc_now()) as (reader, audience):
            look = _look(viewer, family_id, "version", audience, because)
            self._note(replace(look, categories=()))
            return plan_version(reader, family_id)

    def holds(self, family_id: str, version: int) -> bool:
        """Whether the views hold this event of a plan. It tells nothing of the family."""
        with reading(self._engine) as connection:
            return plan_version(SqlReader(connection), family_id) >= version

    def family(
        self, view: FamilyView[V], viewer: Viewer, family_id: str, known_at: datetime | None = None
    ) -> V:
        """The view of :meth:`ask` by itself. Raises the same."""
        return self.ask(view, viewer, family_id, known_at).view

    def past(
        self,
        viewer: Viewer,
        family_id: str,
        what: str,
        moments: Sequence[AsOf],
        because: Because = UNSAID,
    ) -> list[Past]:
        """A family at each of these moments, for more than one view of it.

        Args:
            what: the name under which it is put on record, once for each moment.

        Raises:
            As :meth:`ask`; that nothing was known or had happened only when a view is read.
        """
        now = utc_now()
        with self._entered(viewer, family_id, what, now) as (_, audience):
            look = _look(viewer, family_id, what, audience, because)
        for as_of in moments:
            as_of.require_past(now)
        told = self._told(family_id, audience, [one.known_at for one in moments])
        self._note(*(replace(look, known_at=one.known_at) for one in moments))
        return [
            Past(family_id, audience, as_of, one, now)
            for as_of, one in zip(moments, told, strict=True)
        ]

    def timeline(
        self,
        viewer: Viewer,
        family_id: str,
        limit: int = 100,
        after: str | None = None,
        because: Because = UNSAID,
        *,
        as_of: AsOf = NOW,
    ) -> Shown[TimelinePage]:
        """A page of the family's timeline; a past one shows what happened before the plan too.

        Raises:
            As :meth:`ask`, but never NothingHappenedYet.
            BadQuestion: for a limit below 1, or an ``after`` that no page gave, as well.
        """

        def page(rows: Reader) -> TimelinePage:
            with own_cursor():
                return timeline(rows, family_id, limit=limit, after=after)

        if not as_of.is_now:
            (past,) = self.past(viewer, family_id, "timeline", (as_of,), because)
            require_positive(limit)
            return shown(past.timeline(limit, after), past.audience)
        with self._entered(viewer, family_id, "timeline", utc_now()) as (reader, audience):
            require_positive(limit)
            self._note(_look(viewer, family_id, "timeline", audience, because))
            if audience.sees_all:
                return shown(page(reader), audience)
        return shown(self._histories.read(family_id, audience, page), audience)

    def admit(
        self, viewer: Viewer, family_id: str, what: str, because: Because = UNSAID
    ) -> Audience:
        """Let a viewer in to something that is kept beside the views; it is put on record.

        Args:
            what: the name under which it is put on record.

        Raises:
            NotAParty: when the viewer has no business with the family, or there is none.
        """
        with self._entered(viewer, family_id, what, utc_now()) as (_, audience):
            look = _look(viewer, family_id, what, audience, because)
            self._note(replace(look, categories=()))
        return audience

    def history(self, viewer: Viewer, family_id: str, because: Because = UNSAID) -> list[PlanEvent]:
        """The family's events as far as this viewer may see them, in the order of recording.

        Raises:
            NotAParty: when the viewer has no business with the family, or there is none.
        """
        with self._entered(viewer, family_id, "history", utc_now()) as (_, audience):
            self._note(_look(viewer, family_id, "history", audience, because))
        return self._histories.seen(family_id, audience)

    def as_member_now(self, viewer: Viewer) -> Viewer:
        """A member whose family was merged into another one, as a member of that one.

        Anybody else is who they are. It tells nothing of a family and decides nothing: what they
        may see there is decided as for each of its members.
        """
        if viewer.family_id is None or viewer.member_id is None:
            return viewer
        into = self.application.merged_into(viewer.family_id)
        if into is None:
            return viewer
        member_id = self._histories.look(into, partial(_member_of, viewer))
        if member_id is None:
            return viewer
        return viewer.model_copy(update={"family_id": into, "member_id": member_id})

    def common(self, view: CommonView[V]) -> V:
        """A view over all families together, the same for everybody."""
        with reading(self._engine) as connection:
            return view.read(SqlReader(connection), utc_now())

    def forget(self, family_id: str) -> None:
        """Keep nothing of a family in memory, for what was erased or put under another family."""
        self._histories.forget(family_id)

    def _told(
        self, family_id: str, audience: Audience, moments: Sequence[datetime | None]
    ) -> list[Told]:
        told = self._histories.told(family_id, audience, moments)
        if told is not None:
            return told
        # Each stream is read once: to decide whether it may be shown, and to show it.
        streams = cache(self.application.stream_of)
        for known_at in moments:
            if known_at is not None:
                _require_not_joined_then(family_id, streams, known_at)
        return [told_by(family_id, streams, one) for one in moments]

    def _now(self, view: FamilyView[V], family_id: str, audience: Audience, now: datetime) -> V:
        if is_blank(view, audience):
            first = self._histories.seen(family_id, audience)[:1]
            return existing(view, view_replayed(view, first, family_id, now), family_id)

        found = self._histories.view(view, family_id, audience, now)
        return existing(view, found, family_id)

    @contextmanager
    def _entered(
        self, viewer: Viewer, family_id: str, view: str, now: datetime
    ) -> Iterator[tuple[Reader, Audience]]:
        with self._refusals(viewer, family_id, view), reading(self._engine) as connection:
            reader = SqlReader(connection)
            try:
                audience = enter(reader, self._histories, viewer, family_id, now)
            except NotAParty:
                raise self._why_not(reader, viewer, family_id, now) from None
            yield reader, audience

    @contextmanager
    def _refusals(self, viewer: Viewer, family_id: str, view: str) -> Iterator[None]:
        """Put on record that somebody was refused, too."""
        try:
            yield
        except (NotAParty, MergedFamily):
            if is_family_id(family_id):
                self._note(Look(viewer, family_id, view, (), UNSAID, refused=True))
            raise

    def _why_not(self, reader: Reader, viewer: Viewer, family_id: str, now: datetime) -> ViewError:
        """That a family was merged is told to whoever may see the one that goes on."""
        into = self.application.merged_into(family_id) if is_family_id(family_id) else None
        if into is None:
            return NotAParty()
        try:
            enter(reader, self._histories, viewer, into, now)
        except NotAParty as error:
            return error
        return MergedFamily(family_id, into)


@contextmanager
def open_party_views(settings: Settings, path: AccessPath, system: str) -> Iterator[PartyViews]:
    """The gate on the database of the settings, which puts every look on record.

    Args:
        path: the way by which the answers leave.
        system: the service that answers.

    Raises:
        OSError, OperationalError, ValueError: as ``open_application`` does.
    """
    with (
        open_read_engine(settings) as engine,
        open_application(settings) as application,
        open_access_log(settings) as access_log,
    ):
        yield PartyViews(engine, application, Looks(access_log, path, system))


def _require_not_joined_then(family_id: str, streams: Streams, known_at: datetime) -> None:
    """What was known of two families together is not for whoever may see one of them now."""
    if joined_then(family_id, streams, utc(known_at)):
        raise BadQuestion(
            "known_at",
            "this family was merged with another one then, and has been split from it since; "
            "ask for a moment before the merge or after the split",
        )


def _member_of(viewer: Viewer, history: History) -> str | None:
    """Who somebody of a family that is part of this one is here."""
    for event, _ in reversed(history.events):
        if isinstance(event, FamilyMerged) and event.other == viewer.family_id:
            return event.member_here(viewer.member_id or "")
    return None


def _look(viewer: Viewer, family_id: str, view: str, audience: Audience, because: Because) -> Look:
    return Look(
        viewer=viewer,
        family_id=family_id,
        view=view,
        categories=audience.categories,
        because=because,
        emergency=audience.emergency,
    )
