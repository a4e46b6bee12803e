"""Whatever is changed in the event store is found, and the finding says where."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from services.audit.evidence import examine
from services.notary.rows import LOWEST, RawRow, read_page
from services.settings import Settings
from tests.notary.conftest import Office

TAMPERINGS = 1000
"""On each database."""


class Forger:
    """Changes one thing in the event store, by chance; each returns the positions it touched."""

    def __init__(self, connection: Connection, table: str, chance: random.Random) -> None:
        self._connection = connection
        self._table = table
        self._chance = chance
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._position = "rowid" if self._is_sqlite else "notification_id"
        self._rows = read_page(connection, table, LOWEST)

    def tamper(self) -> set[int]:
        """Change something. Returns the positions at which something must be found."""
        ways: list[Callable[[], set[int]]] = [
            self.change_state,
            self.change_topic,
            self.change_aggregate,
            self.change_version,
            self.remove,
            self.insert,
            self.swap,
            self.move,
        ]
        return self._chance.choice(ways)()

    def change_state(self) -> set[int]:
        """Any one byte: changed, removed or added."""
        row = self._chance.choice(self._rows)
        state = bytearray(row.state or b"")
        place = self._chance.randrange(len(state))
        match self._chance.randrange(3):
            case 0:
                state[place] ^= 1 << self._chance.randrange(8)
            case 1:
                del state[place]
            case _:
                state.insert(place, self._chance.randrange(256))
        return self._update(row, "state", bytes(state))

    def change_topic(self) -> set[int]:
        row = self._chance.choice(self._rows)
        topic = list((row.topic or b"").decode())
        place = self._chance.randrange(len(topic))
        topic[place] = self._chance.choice([one for one in "abcXYZ.-" if one != topic[place]])
        return self._update(row, "topic", "".join(topic))

    def change_aggregate(self) -> set[int]:
        row = self._chance.choice(self._rows)
        digits = list((row.aggregate or b"").decode())
        place = self._chance.choice([i for i, one in enumerate(digits) if one != "-"])
        digits[place] = self._chance.choice([d for d in "0123456789abcdef" if d != digits[place]])
        return self._update(row, "originator_id", "".join(digits))

    def change_version(self) -> set[int]:
        row = self._chance.choice(self._rows)
        return self._update(row, "originator_version", self._chance.randint(100, 200))

    def remove(self) -> set[int]:
        row = self._chance.choice(self._rows)
        self._delete(row.position)
        return {row.position}

    def insert(self) -> set[int]:
        """A row of somebody's own making, at a position of before the signature."""
        row = self._chance.choice(self._rows)
        position = self._chance.choice([0, -1, -(2**40)])
        self._add(position, str(uuid4()), 1, row.topic, row.state)
        return {position}

    def swap(self) -> set[int]:
        """Two rows change places."""
        one, other = self._chance.sample(self._rows, 2)
        self._move(one.position, -5)
        self._move(other.position, one.position)
        self._move(-5, other.position)
        return {one.position, other.position}

    def move(self) -> set[int]:
        """A row goes to the end, as if it had come last."""
        row = self._chance.choice(self._rows)
        self._move(row.position, 10**6 + self._chance.randrange(1000))
        return {row.position}

    def _update(self, row: RawRow, column: str, value: object) -> set[int]:
        cast = "CAST(:value AS uuid)" if self._is_postgres_uuid(column) else ":value"
        if self._is_sqlite and column == "originator_id":
            value = str(value).replace("-", "")
        self._run(
            "UPDATE {table} SET {column} = {cast} WHERE {position} = :at".replace(
                "{column}", column
            ).replace("{cast}", cast),
            value=value,
            at=row.position,
        )
        return {row.position}

    def _move(self, position: int, to: int) -> None:
        self._run("UPDATE {table} SET {position} = :to WHERE {position} = :at", to=to, at=position)

    def _delete(self, position: int) -> None:
        self._run("DELETE FROM {table} WHERE {position} = :at", at=position)

    def _add(
        self, position: int, aggregate: str, version: int, topic: bytes | None, state: bytes | None
    ) -> None:
        cast = (
            "CAST(:aggregate AS uuid)" if self._is_postgres_uuid("originator_id") else ":aggregate"
        )
        self._run(
            "INSERT INTO {table} ({position}, originator_id, originator_version, topic, state) "
            "VALUES (:at, {cast}, :version, :topic, :state)".replace("{cast}", cast),
            at=position,
            aggregate=aggregate,
            version=version,
            topic=(topic or b"").decode(),
            state=state,
        )

    def _is_postgres_uuid(self, column: str) -> bool:
        return not self._is_sqlite and column == "originator_id"

    def _run(self, statement: str, **values: object) -> None:
        named = statement.format(table=self._table, position=self._position)
        done = self._connection.execute(text(named), values)
        assert done.rowcount == 1, statement


@pytest.fixture
def connection(office: Office) -> Iterator[Connection]:
    with office.world.engine.connect() as opened:
        yield opened


def _findings(office: Office, connection: Connection) -> list[str]:
    rows = read_page(connection, office.table, LOWEST)
    return examine(rows, office.book, office.key.public_key()).findings


def test_a_thousand_tamperings_are_found_and_placed(
    office: Office, connection: Connection, settings: Settings
) -> None:
    chance = random.Random(2026)
    for number in range(TAMPERINGS):
        with connection.begin() as transaction:
            touched = Forger(connection, office.table, chance).tamper()
            found = _findings(office, connection)
            transaction.rollback()
        places = {int(one.split(":")[0].removeprefix("position ")) for one in found}
        assert touched <= places, (number, touched, found)
        # What was changed is named, not all that comes after it.
        assert len(places) <= 2, (number, touched, found)
    assert _findings(office, connection) == []


@pytest.mark.parametrize("column", ["topic", "state"])
def test_a_value_that_was_taken_out_is_found(
    office: Office, connection: Connection, column: str
) -> None:
    with connection.begin() as transaction:
        emptied = "UPDATE {} SET {} = NULL".format(office.table, column)  # noqa: S608, UP032
        connection.execute(text(emptied))
        found = _findings(office, connection)
        transaction.rollback()
    assert len(found) == 22


def test_what_comes_after_the_signature_is_counted_and_not_believed(
    office: Office, connection: Connection
) -> None:
    with connection.begin() as transaction:
        Forger(connection, office.table, random.Random(1)).move()
        rows = read_page(connection, office.table, LOWEST)
        found = examine(rows, office.book, office.key.public_key())
        transaction.rollback()
    assert (len(found.findings), found.not_covered_yet) == (1, 1)
