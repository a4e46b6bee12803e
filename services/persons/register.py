"""The person register as somebody sees it who is about to decide who is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from eventsourcing.persistence import PersistenceError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.events import DomainEvent
from domain.persons.blocking import blocking_keys
from domain.persons.description import PersonDescription
from domain.persons.judge import KnownPerson, Verdict, judge
from domain.persons.person import Reference
from projections.person_index import (
    MatchRow,
    PersonRow,
    ReferenceRow,
    match_id,
    named,
    people_in_blocks,
    projection,
)
from projections.rows import Reader
from projections.sql import SqlReader
from services.persons.overlay import Overlay
from services.read_model.engine import create_read_engine, reading
from services.read_model.projector import Projector
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog


class Sight:
    """The register at one moment, and what was decided since. Of no use after its block."""

    def __init__(self, reader: Reader) -> None:
        self._rows = Overlay(reader)

    def judge(self, reference: Reference, description: PersonDescription) -> Verdict:
        """Who is meant by a description under an agency's own reference."""
        own = self.person_of(reference)
        found = people_in_blocks(self._rows, blocking_keys(description))
        if own is not None:
            found.add(own)
        return judge(description, self._known(found, reference, own))

    def person_of(self, reference: Reference) -> str | None:
        """The id of the person whom this reference stands for."""
        row = self._rows.get(ReferenceRow, *reference)
        return None if row is None else row.person_id

    def person(self, person_id: UUID) -> PersonRow | None:
        """What is known of a person."""
        return self._rows.get(PersonRow, str(person_id))

    def is_asked(self, reference: Reference) -> bool:
        """Whether the question whom this reference stands for is open."""
        row = self._rows.get(MatchRow, match_id(*reference))
        return row is not None and row.is_open

    def learn(self, events: Iterable[DomainEvent]) -> None:
        """Let what was just decided count for what is decided next."""
        for event in events:
            projection.handle(event, 0, self._rows)

    def _known(
        self, person_ids: Iterable[str], reference: Reference, own: str | None
    ) -> Iterator[KnownPerson]:
        for person_id in person_ids:
            row = self._rows.get(PersonRow, person_id)
            if row is not None and row.descriptions:
                yield known_person(row, reference, same_reference=person_id == own)


def known_person(
    row: PersonRow, reference: Reference, *, same_reference: bool = False
) -> KnownPerson:
    """Somebody of the register as the domain judges them."""
    return KnownPerson(
        UUID(row.person_id),
        tuple(one.description for one in row.descriptions),
        same_reference=same_reference,
        ruled_out=named(*reference) in row.unlinked,
    )


class PersonRegister:
    """Keeps the register up to date with the store, and shows it.

    The projector does so too; whoever comes second finds nothing left to do.
    """

    def __init__(self, engine: Engine, application: OnePlan) -> None:
        self._engine = engine
        self._projector = Projector(engine, EventLog(application), [projection])

    @contextmanager
    def sight(self) -> Iterator[Sight]:
        """The register with all that is in the store now.

        Raises:
            PersistenceError: when the database cannot be used.
        """
        with database_faults():
            while self._projector.catch_up(limit=2000):
                pass
            with reading(self._engine) as connection:
                yield Sight(SqlReader(connection))


@contextmanager
def database_faults() -> Iterator[None]:
    """What the read model's library raises comes out as the store's own kind of error."""
    try:
        yield
    except SQLAlchemyError as error:
        raise PersistenceError(type(error).__name__) from error


def person_register(settings: Settings, application: OnePlan) -> PersonRegister:
    """The register on the application's database, until the application is closed."""
    engine = create_read_engine(settings)
    application.on_close(engine.dispose)
    return PersonRegister(engine, application)
