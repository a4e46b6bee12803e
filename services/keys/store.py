"""The key store: makes, finds and destroys the keys of subjects, in a database of its own."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    delete,
    func,
    select,
    text,
    update,
)

from domain.personal import covering
from services.keys.engine import key_engine
from services.keys.master import KEY_BYTES, KeysError, MasterFiles, MasterKey
from services.keys.statements import (
    at_or_below,
    insert_missing,
    insert_missing_returning,
    next_generation,
)
from services.keys.tables import METADATA, STATE, SUBJECT_KEY, TOMBSTONE, home_of
from services.read_model.engine import reading, writing
from services.settings import Settings

_SCHEMA_LOCK = 0x0E_71_A7
"""Our key for PostgreSQL's advisory lock while the tables are made."""
ONE = 1
AT_ONCE = 500
"""Subjects in one statement: SQLite takes 32,766 parameters at most."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The keys of a family or an agency, and what was erased there, with all below it."""

    keys: dict[str, bytes]
    erased: set[str]

    def is_alive(self, subject: str) -> bool:
        """Whether this subject was not erased."""
        return not self.erased or self.erased.isdisjoint(covering(subject))


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A subject that was erased, with all below it; ``erased_at`` in UTC."""

    subject: str
    erased_at: datetime
    erasure_id: str


class KeyStore:
    """The keys of subjects. May be used by several threads and processes at once.

    Any method raises sqlalchemy.exc.SQLAlchemyError when the database fails.
    """

    def __init__(self, engine: Engine, masters: MasterFiles) -> None:
        self.engine = engine
        self._masters = masters
        self._known: dict[str, MasterKey] = {}
        self._prepare()

    def generation(self) -> int:
        """Rises whenever keys were destroyed, or wrapped anew."""
        with reading(self.engine) as connection:
            return int(connection.execute(select(STATE.c.generation)).scalar_one())

    def load(self, homes: Collection[str]) -> dict[str, Loaded]:
        """The keys below these homes (families, agencies), and the subjects that were erased.

        Raises:
            KeysError: when a key cannot be unwrapped.
        """
        return self._loaded(SUBJECT_KEY.c.home, homes, set(homes))

    def load_only(self, subjects: Collection[str]) -> dict[str, Loaded]:
        """As :meth:`load`, with the keys of these subjects and no others.

        A family with a long history has thousands, each of which takes an unwrapping.
        """
        return self._loaded(SUBJECT_KEY.c.subject, subjects, {home_of(one) for one in subjects})

    def make(self, subjects: Collection[str]) -> dict[str, bytes]:
        """Make the keys that are missing, but none for what was erased. Then they are on disk.

        Returns those that it made itself.
        """
        made: dict[str, bytes] = {}
        with writing(self.engine) as connection:
            self._hold(connection, for_change=False)
            for some in _in_turns(subjects):
                made |= self._make_some(connection, some)
        return made

    def below(self, subjects: Iterable[str]) -> set[str]:
        """Those subjects and all below them that have a key now."""
        with reading(self.engine) as connection:
            return {
                found
                for one in subjects
                for found in connection.execute(
                    select(SUBJECT_KEY.c.subject).where(at_or_below(SUBJECT_KEY, one))
                ).scalars()
            }

    def destroy(self, subjects: Collection[str], erasure_id: str, now: datetime) -> int:
        """Destroy the keys of subjects and of all below them, for ever. Returns how many.

        They are overwritten before they are deleted. A second call does no harm. What the
        database's files still hold is for :func:`services.keys.scrub.scrub`.
        """
        with writing(self.engine) as connection:
            self._hold(connection, for_change=True)
            destroyed = sum(
                self._destroy_one(connection, subject, erasure_id, now)
                for subject in sorted(subjects)
            )
            next_generation(connection)
        return destroyed

    def tombstones(self) -> list[Tombstone]:
        """All that was erased, the oldest first."""
        with reading(self.engine) as connection:
            rows = connection.execute(
                select(TOMBSTONE).order_by(TOMBSTONE.c.erased_at, TOMBSTONE.c.subject)
            ).all()
        return [
            Tombstone(row.subject, row.erased_at.replace(tzinfo=UTC), row.erasure_id)
            for row in rows
        ]

    def count(self) -> int:
        """How many keys there are."""
        with reading(self.engine) as connection:
            counted = select(func.count()).select_from(SUBJECT_KEY)
            return int(connection.execute(counted).scalar_one())

    def rotate_master(self) -> int:
        """Wrap all keys by a new master key, and destroy the old one. Returns how many keys.

        When it is broken off it can be done again: a key names the master that wrapped it.
        """
        new = self._masters.begin_next()
        with writing(self.engine) as connection:
            self._hold(connection, for_change=True)
            rows = connection.execute(select(SUBJECT_KEY)).all()
            for row in rows:
                wrapped = new.wrap(self._unwrap(row), row.subject)
                connection.execute(
                    update(SUBJECT_KEY)
                    .where(SUBJECT_KEY.c.subject == row.subject)
                    .values(master=new.id, wrapped=wrapped)
                )
            next_generation(connection)
        self._masters.put_next_in_use()
        return len(rows)

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    def _prepare(self) -> None:
        with writing(self.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK}
                )
            METADATA.create_all(connection)
            insert_missing(connection, STATE, [{"id": ONE, "generation": 0}])
            is_new = connection.execute(select(SUBJECT_KEY.c.subject).limit(1)).first() is None
        if is_new:
            self._masters.create()
        else:
            self._masters.current()

    def _make_some(self, connection: Connection, subjects: Collection[str]) -> dict[str, bytes]:
        above = {one for subject in subjects for one in covering(subject)}
        erased = set(
            connection.execute(
                select(TOMBSTONE.c.subject).where(TOMBSTONE.c.subject.in_(above))
            ).scalars()
        )
        master = self._masters.current()
        keys = {
            subject: secrets.token_bytes(KEY_BYTES)
            for subject in subjects
            if erased.isdisjoint(covering(subject))
        }
        rows = [
            {
                "subject": subject,
                "home": home_of(subject),
                "master": master.id,
                "wrapped": master.wrap(key, subject),
            }
            for subject, key in keys.items()
        ]
        if not rows:
            return {}
        inserted = insert_missing_returning(connection, SUBJECT_KEY, rows, SUBJECT_KEY.c.subject)
        return {subject: keys[subject] for subject in inserted}

    def _destroy_one(
        self, connection: Connection, subject: str, erasure_id: str, now: datetime
    ) -> int:
        row = {
            "subject": subject,
            "home": home_of(subject),
            "erased_at": now,
            "erasure_id": erasure_id,
        }
        insert_missing(connection, TOMBSTONE, [row])
        gone = at_or_below(SUBJECT_KEY, subject)
        for length in connection.execute(
            select(func.length(SUBJECT_KEY.c.wrapped)).where(gone).distinct()
        ).scalars():
            same_length = func.length(SUBJECT_KEY.c.wrapped) == length
            connection.execute(
                update(SUBJECT_KEY)
                .where(gone, same_length)
                .values(wrapped=secrets.token_bytes(length))
            )
        return connection.execute(delete(SUBJECT_KEY).where(gone)).rowcount

    def _hold(self, connection: Connection, *, for_change: bool) -> None:
        """Making keys goes on side by side, destroying waits for it. SQLite has one writer."""
        statement = select(STATE.c.generation).with_for_update(read=not for_change)
        connection.execute(statement)

    def _loaded(
        self, column: Column[str], wanted: Collection[str], homes: set[str]
    ) -> dict[str, Loaded]:
        """The keys whose column is one of these, and all that was erased below these homes."""
        found = {home: Loaded({}, set()) for home in homes}
        with reading(self.engine) as connection:
            for some in _in_turns(wanted):
                keys = select(SUBJECT_KEY).where(column.in_(some))
                for row in connection.execute(keys):
                    found[row.home].keys[row.subject] = self._unwrap(row)
            for some in _in_turns(homes):
                erased = select(TOMBSTONE).where(TOMBSTONE.c.home.in_(some))
                for row in connection.execute(erased):
                    found[row.home].erased.add(row.subject)
        return found

    def _unwrap(self, row: Any) -> bytes:
        if row.master not in self._known:
            self._known = self._masters.present()
        if row.master not in self._known:
            raise KeysError(
                f"the keys were wrapped by the master key {row.master}, which is not the one in "
                f"{self._masters.path}"
            )
        return self._known[row.master].unwrap(row.wrapped, row.subject)


def _in_turns(names: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(names)
    for begin in range(0, len(ordered), AT_ONCE):
        yield ordered[begin : begin + AT_ONCE]


def open_key_store(settings: Settings) -> KeyStore:
    """The key store of the settings.

    Raises:
        KeysError: when it is not said where it is, or the master key is missing or not private.
        SQLAlchemyError: when its database cannot be reached.
    """
    return KeyStore(key_engine(settings), MasterFiles(settings))
