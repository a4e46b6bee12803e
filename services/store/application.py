"""The application: where aggregates are loaded from and saved to, in one transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import EventStore, Mapper, Notification, Recording, StoredEvent

from domain.case_reference import CaseReference, CaseReferenceLinked
from domain.events import DomainEvent
from domain.family_plan import FamilyPlan, PlanEvent
from domain.family_plan.merging import MergedInto
from domain.keys import case_reference_id, plan_id
from domain.persons.match import MatchQuestion
from domain.persons.person import Person
from domain.receipt import EventAccepted
from services.keys.ring import KeyRing, open_key_ring
from services.read_model.source import RecordedEvent
from services.settings import Settings
from services.store.histories import history
from services.store.mapper import OrjsonTranscoder, PydanticMapper
from services.store.seal import Seal
from services.store.snapshots import EVERY, Snapshots

NEWEST = 20
"""Events that are read at once from the end of a plan."""


def events_table(settings: Settings) -> str:
    """What the library calls the table of events on this database."""
    return "stored_events" if settings.database_url is None else f"{OnePlan.name}_events"


class AnswersMore(Protocol):
    """What this application asks of a recorder besides the library's own questions."""

    events_table_name: str

    def select_first_events(self, originator_ids: Sequence[UUID]) -> list[StoredEvent]:
        """The first events of those aggregates that exist."""

    def select_later_events(self, versions: Mapping[UUID, int]) -> list[StoredEvent]:
        """What came after the given version of each aggregate, in order."""

    def select_last_events(self, originator_ids: Sequence[UUID], topic: str) -> list[StoredEvent]:
        """The last events of those aggregates whose last event is of this topic."""

    def select_to_tell(self, position: int, limit: int) -> list[Notification]:
        """The next rows past a position; the aggregate's id is a text, with its hyphens."""

    def select_positions(self, originator_id: UUID) -> list[int]:
        """The position of each event of an aggregate, in the order of their versions."""


class SealingEventStore(EventStore[UUID]):
    """The library's event store; the keys of what is put in are on disk before it is."""

    def put(
        self, domain_events: Sequence[DomainEventProtocol[UUID]], **kwargs: Any
    ) -> list[Recording[UUID]]:
        """Store events; see the library's method. Nobody asks for what it would return."""
        mapper = cast("PydanticMapper", self.mapper)
        stored = mapper.to_stored_events(cast("Sequence[DomainEvent]", domain_events))
        self.recorder.insert_events(stored, **kwargs)
        return []


class OnePlan(Application[UUID]):
    """The event-sourced application on either database."""

    name = "oneplan"

    def __init__(self, settings: Settings, keys: KeyRing) -> None:
        """Raises as :func:`open_application`."""
        self.keys = keys
        super().__init__(env=database_environment(settings))
        self.settings = settings
        self._plan_snapshots = Snapshots(self.factory.aggregate_recorder("snapshots"), keys)
        self._on_close: list[Callable[[], Any]] = []

    def on_close(self, function: Callable[[], Any]) -> None:
        """Have something closed together with this application."""
        self._on_close.append(function)

    def close(self) -> None:
        """Close all connections."""
        for function in self._on_close:
            function()
        super().close()
        self.keys.close()

    def save(self, *objs: Any, **kwargs: Any) -> list[Recording[UUID]]:
        """Save what is pending in aggregates, and events, in one transaction.

        The library's method, but that asks of each object which protocols it fulfils: a tenth of
        what taking an event costs.

        Raises:
            IntegrityError: when somebody else saved one of them first; nothing is saved.
            PersistenceError: when the database cannot be used.
        """
        events: list[DomainEvent] = []
        long_plans: list[FamilyPlan] = []
        for one in objs:
            pending = [one] if isinstance(one, DomainEvent) else one.collect_events()
            events += pending
            if isinstance(one, FamilyPlan) and one.version % EVERY < len(pending):
                long_plans.append(one)
        recorded = self.events.put(events, **kwargs)
        for plan in long_plans:
            if plan.version >= EVERY:
                self._plan_snapshots.take(plan)
        return recorded

    def construct_mapper(self) -> Mapper[UUID]:
        """A mapper for pydantic events that seals what is personal."""
        made = self.factory.mapper(transcoder=OrjsonTranscoder(), mapper_class=PydanticMapper)
        mapper = cast("PydanticMapper", made)
        mapper.seal = Seal(self.keys)
        return mapper

    def construct_event_store(self) -> EventStore[UUID]:
        """An event store that makes all keys of what is saved together at once."""
        return SealingEventStore(self.mapper, self.recorder)

    @property
    def events_table(self) -> str:
        """The name of the table that holds the events."""
        name: str = cast("AnswersMore", self.recorder).events_table_name
        return name

    def plan(self, family_id: str) -> FamilyPlan | None:
        """The plan of this family, or None when it has none."""
        originator_id = plan_id(family_id)
        stored = self.recorder.select_events(originator_id, limit=EVERY)
        plan: FamilyPlan | None = None
        known = 0
        if len(stored) == EVERY:
            plan = self._plan_snapshots.newest(originator_id)
            known = EVERY if plan is None else plan.version
            later = self.recorder.select_events(originator_id, gt=known)
            stored = later if plan is not None else [*stored, *later]
        for one in stored:
            plan = cast("PlanEvent", self.mapper.to_domain_event(one)).mutate(plan)
        if plan is not None and len(stored) >= EVERY:
            self._plan_snapshots.take(plan)
        return plan

    def bring_up_to_date(self, plans: Collection[FamilyPlan]) -> None:
        """Apply to plans without pending events what others have saved since, in one query."""
        if not plans:
            return
        by_id = {plan.id: plan for plan in plans}
        versions = {plan.id: plan.version for plan in plans}
        for event in self.later_events(versions):
            event.mutate(by_id[event.originator_id])

    def later_events(self, versions: Mapping[UUID, int]) -> list[PlanEvent]:
        """What came after the given version of each plan, in one query, in order for each."""
        stored = cast("AnswersMore", self.recorder).select_later_events(versions)
        return [cast("PlanEvent", self.mapper.to_domain_event(one)) for one in stored]

    def family_of(self, agency: str, reference: str) -> str | None:
        """The family behind an agency's own case reference, or None."""
        try:
            link: CaseReference = self.repository.get(case_reference_id(agency, reference))
        except AggregateNotFoundError:
            return None
        return link.family_id

    def families_named(self, references: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The families that agencies mean, in one query: by an id, or by a linked case reference.

        Args:
            references: an agency with what it calls a family, each.

        Returns:
            The family's id for each that stands for one.
        """
        if not references:
            return {}
        plans = {name: plan_id(name) for _, name in references}
        links = {one: case_reference_id(*one) for one in references}
        stored = cast("AnswersMore", self.recorder).select_first_events(
            list({*plans.values(), *links.values()})
        )
        found = {cast("UUID", one.originator_id): one for one in stored}
        families = {one: one[1] for one in references if plans[one[1]] in found}
        for reference in links.keys() - families.keys():
            if (first := found.get(links[reference])) is not None:
                linked = cast("CaseReferenceLinked", self.mapper.to_domain_event(first))
                families[reference] = linked.family_id
        return families

    def hosts_of(self, family_ids: Collection[str]) -> dict[str, str]:
        """The family whose plan each of these families is part of now, in one query.

        Those that are no part of another one, or do not exist, are left out.
        """
        by_id = {plan_id(one): one for one in family_ids}
        # Nothing follows a merge but a split.
        stored = cast("AnswersMore", self.recorder).select_last_events(
            list(by_id), MergedInto.TOPIC
        )
        return {
            by_id[cast("UUID", one.originator_id)]: cast(
                "MergedInto", self.mapper.to_domain_event(one)
            ).into
            for one in stored
        }

    def person(self, person_id: UUID) -> Person | None:
        """Somebody in the register, or None."""
        try:
            person: Person = self.repository.get(person_id)
        except AggregateNotFoundError:
            return None
        return person

    def match_question(self, question_id: UUID) -> MatchQuestion | None:
        """A question whom an agency means, or None."""
        try:
            question: MatchQuestion = self.repository.get(question_id)
        except AggregateNotFoundError:
            return None
        return question

    def receipts(self, receipt_ids: Sequence[UUID]) -> dict[UUID, EventAccepted]:
        """Those of the receipts that exist."""
        found = cast("AnswersMore", self.recorder).select_first_events(receipt_ids)
        return {
            cast("UUID", stored.originator_id): cast(
                "EventAccepted", self.mapper.to_domain_event(stored)
            )
            for stored in found
        }

    def events_of(self, family_id: str, known_at: datetime | None = None) -> list[PlanEvent]:
        """The family's history (:mod:`services.store.histories`), in the order to fold it.

        For a family that was never merged these are all events of its plan.

        Args:
            known_at: only what was known at that moment (UTC).
        """
        told = history(family_id, self.stream_of, known_at=known_at)
        return [cast("PlanEvent", one.event) for one in told]

    def newest_of(self, family_id: str) -> Iterator[PlanEvent]:
        """The events of a family's own plan, the newest first, read as far as they are taken."""
        before: int | None = None
        while True:
            stored = self.recorder.select_events(
                plan_id(family_id), lte=before, desc=True, limit=NEWEST
            )
            for one in stored:
                yield cast("PlanEvent", self.mapper.to_domain_event(one))
            if len(stored) < NEWEST:
                return
            before = stored[-1].originator_version - 1

    def merged_into(self, family_id: str) -> str | None:
        """The family whose plan this one is part of now, None for any other family.

        One query, whether there is such a family or not: nothing follows a merge but a split.
        """
        last = self.recorder.select_events(plan_id(family_id), desc=True, limit=1)
        event = self.mapper.to_domain_event(last[0]) if last else None
        return event.into if isinstance(event, MergedInto) else None

    def stream_of(self, family_id: str) -> list[RecordedEvent]:
        """All events that were recorded in a family's own plan, with their positions."""
        originator_id = plan_id(family_id)
        events = [cast("PlanEvent", event) for event in self.events.get(originator_id)]
        positions = cast("AnswersMore", self.recorder).select_positions(originator_id)
        # What was saved between the two questions comes with the next one.
        return [RecordedEvent(*one) for one in zip(positions, events, strict=False)]


def open_application(settings: Settings) -> OnePlan:
    """The application on the database of the settings.

    Raises:
        ValueError: when ``database_url`` is not a PostgreSQL URL.
        KeysError: when the keys of persons are not where they should be, or not private.
        OSError, OperationalError, SQLAlchemyError: when a database cannot be reached.
    """
    return OnePlan(settings, open_key_ring(settings))


def database_environment(settings: Settings) -> dict[str, str]:
    """The settings in eventsourcing's words."""
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return {
            "PERSISTENCE_MODULE": "services.store.sqlite:Factory",
            "SQLITE_DBNAME": f"file:{settings.sqlite_path}",
        }
    url = urlsplit(settings.database_url)
    if url.scheme != "postgresql":
        raise ValueError(
            "database_url: must begin with postgresql://; leave it out for the embedded SQLite"
        )
    options = {key: values[-1] for key, values in parse_qs(url.query).items()}
    return {
        "PERSISTENCE_MODULE": "services.store.postgres:Factory",
        "POSTGRES_DBNAME": url.path.lstrip("/"),
        "POSTGRES_HOST": url.hostname or options.get("host", "localhost"),
        "POSTGRES_PORT": str(url.port or 5432),
        "POSTGRES_USER": unquote(url.username or "postgres"),
        "POSTGRES_PASSWORD": unquote(url.password or os.environ.get("PGPASSWORD", "")),
        "POSTGRES_SCHEMA": options.get("schema", ""),
        "POSTGRES_LOCK_TIMEOUT": "30",
        # When the server drops its connections, the pool tries the idle ones one after the other
        # with ever longer pauses: five of them took 30 seconds, one takes none. Broken ones are
        # found by the recorder's own retries.
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": "14",
    }
