"""The reckoning: what was acknowledged is there once, everywhere it should be, and nothing else.

It judges facts and reads nothing itself, so that it can be shown to find each kind of fault.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from services.contracts.receipt import ReceiptMessage, Status
from services.intake.bsn_guard import REASON as HELD_A_BSN
from tests.chaos.facts import Facts
from tests.chaos.messages import Sent

FEW = 5
"""So many of a kind of fault are named; the others are counted."""
ONCE_TAKEN = (Status.ACCEPTED, Status.DUPLICATE)


class Kind(StrEnum):
    """What can be wrong."""

    PUBLISHED = "acknowledged by the stream and not in it"
    STRANGER = "in the stream and never sent"
    RECEIPT = "no final receipt, or two that differ"
    FATE = "another fate than it should have"
    STORED = "not stored exactly once"
    EFFECT = "stored without an effect in a plan"
    ORDER = "a family's events in another order than in the stream"
    LETTER = "dead letters are not exactly what was rejected"
    BEHIND = "a view or one behind the views is not at the end of the log"
    VIEW = "a view is not what its events make"
    PLAN_EVENT = "PLAN_EVENTS is not what the plans' events are"
    PARTY_VIEW = "PARTY_VIEWS does not end with the view as it is"
    AUDIT = "oneplan audit verify"


@dataclass(frozen=True)
class Finding:
    """Something that is wrong."""

    kind: Kind
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


def reckon(sent: Sequence[Sent], acknowledged: Mapping[int, int], facts: Facts) -> list[Finding]:
    """All that is wrong, of each kind a few.

    Args:
        sent: all that was ever published in this deployment.
        acknowledged: for each place in ``sent`` the sequence with which the stream confirmed it.
        facts: what there is now that all is quiet.
    """
    book = _Book(sent, acknowledged, facts)
    checks: dict[Kind, Callable[[_Book], Iterator[str]]] = {
        Kind.PUBLISHED: _published,
        Kind.STRANGER: _strangers,
        Kind.RECEIPT: _receipts,
        Kind.FATE: _fates,
        Kind.STORED: _stored,
        Kind.EFFECT: _effects,
        Kind.ORDER: _order,
        Kind.LETTER: _letters,
        Kind.BEHIND: _behind,
        Kind.VIEW: lambda book: iter(book.facts.differing),
        Kind.PLAN_EVENT: _plan_events,
        Kind.PARTY_VIEW: _party_views,
        Kind.AUDIT: lambda book: iter(book.facts.audit),
    }
    return [
        Finding(kind, what) for kind, check in checks.items() for what in _some(list(check(book)))
    ]


def _some(found: list[str]) -> list[str]:
    more = len(found) - FEW
    return found if more <= 0 else [*found[:FEW], f"and {more} more"]


@dataclass(frozen=True)
class _Book:
    """The facts, looked up by what they are about."""

    sent: Sequence[Sent]
    acknowledged: Mapping[int, int]
    facts: Facts

    @cached_property
    def by_digest(self) -> dict[str, Sent]:
        return {one.digest: one for one in self.sent}

    @cached_property
    def at(self) -> dict[int, Sent]:
        """What was sent, by its sequence in the stream."""
        found = {
            sequence: self.by_digest[body]
            for sequence, body in self.facts.stream.items()
            if body in self.by_digest
        }
        # What held a BSN is erased there: only who got the acknowledgement knows what it was.
        return {seq: self.sent[place] for place, seq in self.acknowledged.items()} | found

    @cached_property
    def erased(self) -> set[int]:
        return set(range(1, self.facts.last_sequence + 1)) - self.facts.stream.keys()

    @cached_property
    def receipts(self) -> dict[int, list[ReceiptMessage]]:
        found: defaultdict[int, list[ReceiptMessage]] = defaultdict(list)
        for _, receipt in self.facts.receipts:
            found[receipt.stream_sequence].append(receipt)
        return found

    @cached_property
    def final(self) -> dict[int, ReceiptMessage]:
        return {sequence: receipts[-1] for sequence, receipts in self.receipts.items()}

    @cached_property
    def early(self) -> set[int]:
        """Where events stand in the stream that came before an older one of their family.

        Such a one may have had to wait, and who held it may have died before saying so.
        """
        found: set[int] = set()
        oldest_behind: dict[str, int] = {}
        for sequences in sorted(self.copies.values(), reverse=True):
            one = self.at[sequences[0]]
            number = int((one.event_id or "").rsplit("-", 1)[-1])
            if number > oldest_behind.get(one.family, number):
                found.add(sequences[0])
            oldest_behind[one.family] = min(number, oldest_behind.get(one.family, number))
        return found

    @cached_property
    def copies(self) -> dict[tuple[str, str], list[int]]:
        """The sequences of each event that is to be accepted."""
        found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for sequence, one in sorted(self.at.items()):
            if one.fault is None and one.event_id is not None:
                found[one.agency, one.event_id].append(sequence)
        return found


def _published(book: _Book) -> Iterator[str]:
    for place, one in enumerate(book.sent):
        sequence = book.acknowledged.get(place)
        if sequence is None:
            yield f"message {place} was never acknowledged"
        elif book.facts.stream.get(sequence) != one.digest and not _was_erased(book, sequence):
            yield f"message {place}, acknowledged as {sequence}"


def _was_erased(book: _Book, sequence: int) -> bool:
    receipt = book.final.get(sequence)
    return (
        sequence in book.erased
        and receipt is not None
        and (receipt.status, receipt.reason) == (Status.REJECTED, HELD_A_BSN)
    )


def _strangers(book: _Book) -> Iterator[str]:
    for sequence, body in book.facts.stream.items():
        if body not in book.by_digest:
            yield f"sequence {sequence}"
    for sequence in book.erased:
        if not _was_erased(book, sequence):
            yield f"sequence {sequence} is gone and held no BSN"


def _receipts(book: _Book) -> Iterator[str]:
    for sequence in range(1, book.facts.last_sequence + 1):
        last = [one.status for one in book.receipts.get(sequence, ())]
        finals = {status for status in last if status is not Status.HELD}
        if not last or last[-1] is Status.HELD:
            yield f"sequence {sequence} has {last or 'none'}"
        elif len(finals) > 1:
            yield f"sequence {sequence} has {last}"
    for sequence in book.receipts:
        if not 1 <= sequence <= book.facts.last_sequence:
            yield f"a receipt for sequence {sequence}, which there is not"
    for agency, receipt in book.facts.receipts:
        one = book.at.get(receipt.stream_sequence)
        if one is not None and one.agency != agency:
            yield f"the receipt of {one.agency} for {receipt.stream_sequence} went to {agency}"


def _fates(book: _Book) -> Iterator[str]:
    for sequence, one in book.at.items():
        receipt = book.final.get(sequence)
        if receipt is None:
            continue
        if one.fault is None and receipt.status not in ONCE_TAKEN:
            yield f"{one.event_id} at {sequence} is {receipt.status}: {receipt.reason}"
        if one.fault is not None and (receipt.status, receipt.field) != (
            Status.REJECTED,
            one.fault,
        ):
            yield f"the poison at {sequence} is {receipt.status} for {receipt.field}"
        if one.event_id is not None and receipt.event_id != one.event_id:
            yield f"the receipt for {one.event_id} at {sequence} names {receipt.event_id}"


def _stored(book: _Book) -> Iterator[str]:
    stored: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for one in book.facts.accepted:
        stored[one.agency, one.event_id].append(one.sequence)
    for event, sequences in book.copies.items():
        told = [
            sequence
            for sequence in sequences
            if sequence in book.final and book.final[sequence].status is Status.ACCEPTED
        ]
        if len(stored[event]) != 1 or told != stored[event]:
            yield f"{event[1]} is stored as {stored[event]}, and accepted as {told}"
    for event, sequences in stored.items():
        if sequences and event not in book.copies:
            yield f"{event[1]} is stored as {sequences} and was never sent to be"


def _effects(book: _Book) -> Iterator[str]:
    for one in book.facts.accepted:
        if one.family is not None and not book.facts.effects[one.receipt_id]:
            yield f"{one.event_id} at {one.sequence}"


def _order(book: _Book) -> Iterator[str]:
    """Of those that did not have to wait for another one."""
    last: dict[str | None, int] = {}
    for one in book.facts.accepted:
        held = (receipt.status is Status.HELD for receipt in book.receipts.get(one.sequence, ()))
        if one.sequence in book.early or any(held):
            continue
        if one.sequence < last.get(one.family, 0):
            yield f"{one.event_id} at {one.sequence} came after {last[one.family]}"
        last[one.family] = max(one.sequence, last.get(one.family, 0))


def _letters(book: _Book) -> Iterator[str]:
    kept = Counter(one.sequence for one in book.facts.letters)
    rejected = {seq for seq, one in book.final.items() if one.status is Status.REJECTED}
    for sequence in rejected | kept.keys():
        if (kept[sequence], sequence in rejected) != (1, True):
            yield f"sequence {sequence} is kept {kept[sequence]} times"
    for letter in book.facts.letters:
        receipt = book.final.get(letter.sequence)
        if not letter.reason or letter.status is not Status.REJECTED:
            yield f"sequence {letter.sequence} is kept as {letter.status}: {letter.reason}"
        elif receipt is not None and (letter.field, letter.event_id) != (
            receipt.field,
            receipt.event_id,
        ):
            yield f"sequence {letter.sequence} is kept for {letter.field}, not {receipt.field}"


def _behind(book: _Book) -> Iterator[str]:
    for name, position in book.facts.standings.items():
        if position != book.facts.last_position:
            yield f"{name} is at {position} of {book.facts.last_position}"


def _plan_events(book: _Book) -> Iterator[str]:
    wanted, found = book.facts.plan_events, book.facts.relayed
    if wanted == found:
        return
    counts = Counter(found)
    for one in wanted:
        if counts[one] != 1:
            yield f"{one} is there {counts[one]} times"
    for one in counts.keys() - set(wanted):
        yield f"{one} is no event of a plan"
    if counts == Counter(wanted):
        place = next(
            n for n, pair in enumerate(zip(wanted, found, strict=True)) if len({*pair}) > 1
        )
        yield f"the order is another one from place {place} on"


def _party_views(book: _Book) -> Iterator[str]:
    now, streamed = book.facts.party_views, book.facts.streamed
    for subject in sorted(now.keys() | streamed.keys()):
        if now.get(subject) != streamed.get(subject):
            there = "another one" if subject in streamed else "none"
            yield f"{subject} has {there}" if subject in now else f"{subject} is nobody's"
