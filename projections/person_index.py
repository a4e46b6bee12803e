"""The person register: who is like whom, which reference stands for whom, and what is in doubt.

The intake brings it up to date itself before it matches. Only the service reads it: no agency may
find out who is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from domain.events import DomainEvent
from domain.keys import match_question_id
from domain.personal import ERASED
from domain.persons.blocking import blocking_keys
from domain.persons.description import PersonDescription
from domain.persons.match import Held, MatchDoubted, MatchDoubtedAgain, MatchEvent, MatchResolved
from domain.persons.person import (
    PersonDescribed,
    PersonEvent,
    PersonJoinedFamily,
    PersonReferenceLinked,
    PersonReferenceUnlinked,
    PersonRegistered,
)
from domain.values import AgencyCode, Token, UtcDateTime, Value
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing


class Description(Value):
    """What an agency said, under its own reference."""

    agency: AgencyCode
    person_reference: Token
    description: PersonDescription


class PersonRow(Row):
    """A person: all that was said of them, once each, and the families they are in.

    ``unlinked`` has ``agency person_reference`` of what was found not to be of this person.
    ``position`` is where in the store they were registered.
    """

    table: ClassVar[str] = "person_index"
    key: ClassVar[tuple[str, ...]] = ("person_id",)

    person_id: str
    position: int
    registered_at: UtcDateTime
    descriptions: tuple[Description, ...] = ()
    families: tuple[str, ...] = ()
    unlinked: tuple[str, ...] = ()


class BlockRow(Row):
    """Somebody is found under this blocking key."""

    table: ClassVar[str] = "person_index_blocks"
    key: ClassVar[tuple[str, ...]] = ("block", "person_id")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("person_id",),)

    block: str
    person_id: str


class ReferenceRow(Row):
    """An agency's own reference stands for somebody."""

    table: ClassVar[str] = "person_index_references"
    key: ClassVar[tuple[str, ...]] = ("agency", "person_reference")

    agency: AgencyCode
    person_reference: Token
    person_id: str


class MatchRow(Row):
    """A question whom an agency means, while it is open and after."""

    table: ClassVar[str] = "person_index_matches"
    key: ClassVar[tuple[str, ...]] = ("match_id",)
    indexed: ClassVar[tuple[str, ...]] = ("is_open", "asked_at")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("is_open", "asked_at", "match_id"),)

    match_id: str
    is_open: bool
    asked_at: UtcDateTime
    agency: AgencyCode
    person_reference: Token
    held: tuple[Held, ...] = ()
    person_id: str | None = None


projection = Projection("person_index", 2, rows=(PersonRow, BlockRow, ReferenceRow, MatchRow))


def people_in_blocks(reader: Reader, blocks: Iterable[str]) -> set[str]:
    """The ids of those who are found under one of these keys."""
    return {
        row.person_id for block in blocks for row in reader.select(BlockRow, where={"block": block})
    }


def open_matches(reader: Reader) -> list[MatchRow]:
    """The questions that somebody has to answer, the oldest first."""
    return reader.select(MatchRow, where={"is_open": True}, order=("asked_at", "match_id"))


def named(agency: str, person_reference: str) -> str:
    """A reference as ``unlinked`` has it."""
    return f"{agency} {person_reference}"


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, PersonEvent):
        yield PersonRow, (str(event.originator_id),)
    if isinstance(event, PersonReferenceUnlinked):
        yield ReferenceRow, (event.agency, event.person_reference)
    if isinstance(event, MatchEvent):
        yield MatchRow, (str(event.originator_id),)


@projection.on(PersonRegistered)
def _registered(event: PersonRegistered, position: int, rows: Rows) -> None:
    row = PersonRow(
        person_id=str(event.originator_id), position=position, registered_at=event.recorded_at
    )
    _put_description(rows, row, event)


@projection.on(PersonDescribed)
def _described(event: PersonDescribed, _position: int, rows: Rows) -> None:
    _put_description(rows, _person(rows, event), event)


@projection.on(PersonReferenceLinked)
def _linked(event: PersonReferenceLinked, _position: int, rows: Rows) -> None:
    rows.put(
        ReferenceRow(
            agency=event.agency,
            person_reference=event.person_reference,
            person_id=str(event.originator_id),
        )
    )
    row, name = _person(rows, event), named(event.agency, event.person_reference)
    if name in row.unlinked:
        remaining = tuple(one for one in row.unlinked if one != name)
        rows.put(row.model_copy(update={"unlinked": remaining}))


@projection.on(PersonJoinedFamily)
def _joined(event: PersonJoinedFamily, _position: int, rows: Rows) -> None:
    row = _person(rows, event)
    if event.family_id not in row.families:
        rows.put(row.model_copy(update={"families": (*row.families, event.family_id)}))


@projection.on(PersonReferenceUnlinked)
def _unlinked(event: PersonReferenceUnlinked, _position: int, rows: Rows) -> None:
    row, gone = _person(rows, event), (event.agency, event.person_reference)
    left = tuple(one for one in row.descriptions if (one.agency, one.person_reference) != gone)
    rows.put(
        row.model_copy(
            update={"descriptions": left, "unlinked": (*row.unlinked, named(*gone))},
        )
    )
    for block in _blocks(row) - _blocks(row.model_copy(update={"descriptions": left})):
        rows.delete(BlockRow, block, row.person_id)
    reference = rows.get(ReferenceRow, *gone)
    if reference is not None and reference.person_id == row.person_id:
        rows.delete(ReferenceRow, *gone)


@projection.on(MatchDoubted)
def _doubted(event: MatchDoubted, _position: int, rows: Rows) -> None:
    rows.put(
        MatchRow(
            match_id=str(event.originator_id),
            is_open=True,
            asked_at=event.recorded_at,
            agency=event.agency,
            person_reference=event.person_reference,
            held=(event.held,),
        )
    )


@projection.on(MatchDoubtedAgain)
def _doubted_again(event: MatchDoubtedAgain, _position: int, rows: Rows) -> None:
    row = existing(rows, MatchRow, str(event.originator_id))
    # One that was answered is asked anew, and has not waited since it was asked first.
    since = row.asked_at if row.is_open else event.recorded_at
    rows.put(
        row.model_copy(
            update={"is_open": True, "asked_at": since, "held": (*row.held, event.held)},
        )
    )


@projection.on(MatchResolved)
def _resolved(event: MatchResolved, _position: int, rows: Rows) -> None:
    row = existing(rows, MatchRow, str(event.originator_id))
    answered = {"is_open": False, "held": (), "person_id": str(event.person_id)}
    rows.put(row.model_copy(update=answered))


def match_id(agency: str, person_reference: str) -> str:
    """The key of the question about this reference."""
    return str(match_question_id(agency, person_reference))


def _put_description(rows: Rows, row: PersonRow, event: PersonRegistered | PersonDescribed) -> None:
    if event.description.family_name == ERASED:
        # Who was erased is like nobody: not like another who was erased either.
        rows.put(row)
        return
    said = Description(
        agency=event.agency,
        person_reference=event.person_reference,
        description=event.description,
    )
    if said not in row.descriptions:
        row = row.model_copy(update={"descriptions": (*row.descriptions, said)})
    rows.put(row)
    for block in blocking_keys(event.description):
        rows.put(BlockRow(block=block, person_id=row.person_id))


def _blocks(row: PersonRow) -> set[str]:
    return {block for one in row.descriptions for block in blocking_keys(one.description)}


def _person(rows: Rows, event: PersonEvent) -> PersonRow:
    return existing(rows, PersonRow, str(event.originator_id))
