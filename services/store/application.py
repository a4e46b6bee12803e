"""The application: where aggregates are loaded from and saved to, in one transaction."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, cast
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import Mapper, StoredEvent

from domain.case_reference import CaseReference
from domain.family_plan import FamilyPlan, PlanEvent
from domain.keys import case_reference_id, plan_id
from domain.receipt import EventAccepted
from services.read_model.source import RecordedEvent
from services.settings import Settings
from services.store.histories import history
from services.store.mapper import OrjsonTranscoder, PydanticMapper


class AnswersMore(Protocol):
    """What this application asks of a recorder besides the library's own questions."""

    def select_first_events(self, originator_ids: Sequence[UUID]) -> list[StoredEvent]:
        """The first events of those aggregates that exist."""

    def select_later_events(self, versions: Mapping[UUID, int]) -> list[StoredEvent]:
        """What came after the given version of each aggregate, in order."""

    def select_positions(self, originator_id: UUID) -> list[int]:
        """The position of each event of an aggregate, in the order of their versions."""


class OnePlan(Application[UUID]):
    """The event-sourced application on either database."""

    name = "oneplan"

    def construct_mapper(self) -> Mapper[UUID]:
        """A mapper for pydantic events."""
        return self.factory.mapper(transcoder=OrjsonTranscoder(), mapper_class=PydanticMapper)

    def plan(self, family_id: str) -> FamilyPlan | None:
        """The plan of this family, or None when it has none."""
        try:
            plan: FamilyPlan = self.repository.get(plan_id(family_id))
        except AggregateNotFoundError:
            return None
        return plan

    def bring_up_to_date(self, plans: Collection[FamilyPlan]) -> None:
        """Apply to plans without pending events what others have saved since, in one query."""
        if not plans:
            return
        by_id = {plan.id: plan for plan in plans}
        versions = {plan.id: plan.version for plan in plans}
        for stored in cast("AnswersMore", self.recorder).select_later_events(versions):
            event = cast("PlanEvent", self.mapper.to_domain_event(stored))
            event.mutate(by_id[event.originator_id])

    def family_of(self, agency: str, reference: str) -> str | None:
        """The family behind an agency's own case reference, or None."""
        try:
            link: CaseReference = self.repository.get(case_reference_id(agency, reference))
        except AggregateNotFoundError:
            return None
        return link.family_id

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
        OSError, OperationalError: when the database cannot be reached.
    """
    return OnePlan(env=database_environment(settings))


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
