"""Evidence: is every row of the event store still what the notary wrote down and signed?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from eventsourcing.persistence import StoredEvent
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from services.notary.book import Book
from services.notary.checkpoint import BadCheckpoint, opened
from services.notary.entry import BEGINNING, Entry, chain_hash
from services.notary.key import public_key
from services.notary.merkle import Frontier, leaf_hash
from services.notary.rows import RawRow, raw_rows
from services.settings import Settings
from services.store.application import OnePlan

ONCE = "oneplan.receipt."
"""Topics of aggregates that have one event for ever: nothing follows them in a chain."""


@dataclass
class Evidence:
    """How many events the signature covers, how many came after it, and what is wrong."""

    covered: int = 0
    not_covered_yet: int = 0
    findings: list[str] = field(default_factory=list)


def examine(rows: Iterable[RawRow], book: Book, key: Ed25519PublicKey) -> Evidence:
    """Compare all rows with the book, and the book with its last signed checkpoint.

    Args:
        rows: of :func:`services.notary.rows.raw_rows`, from the first on.
    """
    found = Evidence()
    signed_size = _compare_with_signature(found, book, key)
    if found.findings:
        return found
    found.covered = signed_size
    try:
        _Comparison(found, book.entries(signed_size)).run(iter(rows))
    except SQLAlchemyError as error:
        found.findings.append(f"the event store cannot be read: {type(error).__name__}")
    return found


def examine_store(settings: Settings, application: OnePlan, engine: Engine) -> Evidence | None:
    """What :func:`examine` finds in the store of the settings; None where no notary has worked.

    Raises:
        CredentialsError: when the notary's key is damaged or can be read by others.
    """
    key = public_key(settings)
    if key is None:
        return None
    return examine(raw_rows(engine, application.events_table), Book(settings.notary), key)


def _compare_with_signature(found: Evidence, book: Book, key: Ed25519PublicKey) -> int:
    note = book.checkpoint()
    if note is None:
        found.findings.append(
            f"nothing was signed yet in {book.folder}; start the notary: oneplan up"
        )
        return 0
    try:
        signed = opened(note, key)
    except BadCheckpoint as error:
        found.findings.append(f"{book.folder}/checkpoint: {error}")
        return 0
    tree = Frontier(leaf_hash(entry.packed()) for entry in book.entries(signed.size))
    if (tree.size, tree.root()) != (signed.size, signed.root):
        found.findings.append(
            f"the book in {book.folder} is not the one that was signed with {signed.size} events; "
            "put back a copy of it, then verify again"
        )
    return signed.size


class _Comparison:
    """Rows beside entries, both in the order of their positions."""

    def __init__(self, found: Evidence, entries: Iterator[Entry]) -> None:
        self._found = found
        self._entries = entries
        self._heads: dict[UUID, bytes] = {}

    def run(self, rows: Iterator[RawRow]) -> None:
        entry, row = next(self._entries, None), next(rows, None)
        while entry is not None:
            if row is None or row.position > entry.position:
                self._report(entry, "is missing")
                self._heads[entry.aggregate] = entry.chain
                entry = next(self._entries, None)
            elif row.position < entry.position:
                self._found.findings.append(
                    f"position {row.position}: an event that was not there when it was signed"
                )
                row = next(rows, None)
            else:
                self._compare(entry, row)
                entry, row = next(self._entries, None), next(rows, None)
        while row is not None:
            self._found.not_covered_yet += 1
            row = next(rows, None)

    def _compare(self, entry: Entry, row: RawRow) -> None:
        event = row.event()
        head = self._heads.pop(entry.aggregate, BEGINNING)
        if event is None:
            self._report(entry, "is no event any more")
        elif not _is_of(event, entry):
            self._report(entry, "has another event in its place")
        elif chain_hash(head, event) != entry.chain:
            self._report(entry, "was changed")
        elif event.topic.startswith(ONCE):
            return
        # What was signed counts: one changed event is one finding, not one for all after it.
        self._heads[entry.aggregate] = entry.chain

    def _report(self, entry: Entry, what: str) -> None:
        self._found.findings.append(
            f"position {entry.position}: version {entry.version} of aggregate {entry.aggregate} "
            f"{what} since it was signed"
        )


def _is_of(event: StoredEvent, entry: Entry) -> bool:
    return (event.originator_id, event.originator_version) == (entry.aggregate, entry.version)
