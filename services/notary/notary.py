"""The notary at work: writes down what came into the event store, and signs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from eventsourcing.persistence import StoredEvent
from sqlalchemy import Engine

from services.notary.book import Book, BookDamaged
from services.notary.checkpoint import BadCheckpoint, Checkpoint, opened, sign
from services.notary.entry import BEGINNING, Entry, chain_hash
from services.notary.merkle import Frontier, leaf_hash
from services.notary.rows import LOWEST, RawRow, raw_rows
from services.store.application import OnePlan

log = structlog.get_logger(__name__)

HEADS = 50_000
"""Aggregates whose last hash is kept in memory."""


class Notary:
    """Follows the event store with a book. One at a time on one book.

    Args:
        engine: on the database of the event store.
        clock: gives the moment at which something is signed (UTC).
    """

    def __init__(
        self,
        application: OnePlan,
        engine: Engine,
        book: Book,
        key: Ed25519PrivateKey,
        clock: Callable[[], datetime],
    ) -> None:
        self._application = application
        self._engine = engine
        self._table = application.events_table
        self._book = book
        self._key = key
        self._clock = clock
        self._heads: OrderedDict[UUID, bytes] = OrderedDict()
        self._tree = Frontier()
        self._position = LOWEST

    def open(self) -> None:
        """Read the book and compare it with what was signed last.

        Raises:
            BookDamaged: when they differ; then nothing more is signed.
        """
        note = self._book.checkpoint()
        size, root = 0, self._tree.root()
        if note is not None:
            signed = self._opened(note)
            size, root = signed.size, signed.root
        tree, position = Frontier(), LOWEST
        for entry in self._book.entries(size):
            tree.append(leaf_hash(entry.packed()))
            position = entry.position
        if (tree.size, tree.root()) != (size, root):
            raise BookDamaged(
                f"the book in {self._book.folder} is not the one that was signed with {size} "
                "events; find out who changed it: oneplan audit verify"
            )
        self._book.cut(size)
        self._tree, self._position = tree, position

    @property
    def size(self) -> int:
        """How many events the book holds."""
        return self._tree.size

    def step(self, limit: int = 5000) -> int:
        """Write down at most ``limit`` new events and sign; returns how many there were.

        Raises:
            sqlalchemy.exc.SQLAlchemyError, OSError: when the database or the disk fails.
            UnreadableRow: for a row that is no event.
        """
        rows = islice(raw_rows(self._engine, self._table, self._position), limit)
        entries = [self._entry(row) for row in rows]
        if not entries:
            return 0
        self._book.append(entries)
        for entry in entries:
            self._tree.append(leaf_hash(entry.packed()))
        self._position = entries[-1].position
        now = self._clock()
        note = sign(Checkpoint(self._tree.size, self._tree.root(), now), self._key)
        self._book.keep(note, f"{now:%Y-%m-%d}")
        return len(entries)

    def _opened(self, note: str) -> Checkpoint:
        try:
            return opened(note, self._key.public_key())
        except BadCheckpoint as error:
            raise BookDamaged(f"{self._book.folder}: {error}") from error

    def _entry(self, row: RawRow) -> Entry:
        event = row.event()
        if event is None:
            raise UnreadableRow(f"position {row.position} of the event store holds no event")
        aggregate = UUID(str(event.originator_id))
        chain = chain_hash(self._head(event), event)
        self._heads[aggregate] = chain
        self._heads.move_to_end(aggregate)
        if len(self._heads) > HEADS:
            self._heads.popitem(last=False)
        return Entry(row.position, aggregate, event.originator_version, chain)

    def _head(self, event: StoredEvent) -> bytes:
        """The hash of the event before this one, from memory or from the whole aggregate."""
        if event.originator_version == 1:
            return BEGINNING
        known = self._heads.get(UUID(str(event.originator_id)))
        if known is not None:
            return known
        head = BEGINNING
        for earlier in self._application.recorder.select_events(
            event.originator_id, lte=event.originator_version - 1
        ):
            head = chain_hash(head, earlier)
        return head


class UnreadableRow(Exception):
    """A row of the event store that is no event."""
