"""Proofs about one event, for ``deploy/verifier/verify_proof.py``, which trusts nothing of ours."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict

from services.notary.book import Book
from services.notary.checkpoint import opened
from services.notary.entry import BEGINNING, chain_hash
from services.notary.merkle import consistency_proof, inclusion_proof, leaf_hash
from services.notary.rows import RawRow


class NothingToProve(Exception):
    """There is no such event, or no signature covers it yet."""


class ProvedEvent(BaseModel):
    """An event as the database has it; ``previous`` is the hash before it in its chain."""

    model_config = ConfigDict(frozen=True)

    position: int
    aggregate: str
    version: int
    topic: str
    state: str
    previous: str


class Proof(BaseModel):
    """That an event is number ``index`` (from 0) in the log of the checkpoint.

    ``state`` is in base64, hashes are in hexadecimal. ``consistency`` is there when an earlier
    checkpoint was given: that the log has only grown since then.
    """

    model_config = ConfigDict(frozen=True)

    event: ProvedEvent
    index: int
    inclusion: tuple[str, ...]
    checkpoint: str
    consistency: tuple[str, ...] | None = None


def prove(
    rows: Iterable[RawRow],
    book: Book,
    key: Ed25519PublicKey,
    position: int,
    since: str | None = None,
) -> Proof:
    """The proof of the event at a position.

    Args:
        rows: all rows of the event store, from the first on.
        since: a checkpoint that somebody kept earlier.

    Raises:
        NothingToProve: when there is no such event, or it is not covered yet.
        BadCheckpoint: when our checkpoint or ``since`` is not signed by this key.
    """
    note = book.checkpoint()
    if note is None:
        raise NothingToProve("nothing was signed yet")
    signed = opened(note, key)
    leaves, index = [], None
    for number, entry in enumerate(book.entries(signed.size)):
        leaves.append(leaf_hash(entry.packed()))
        if entry.position == position:
            index = number
    event = _event(rows, position)
    if event is None or index is None:
        raise NothingToProve(f"no event at position {position} is covered by the signature yet")
    earlier = None if since is None else opened(since, key).size
    return Proof(
        event=event,
        index=index,
        inclusion=tuple(one.hex() for one in inclusion_proof(leaves, index)),
        checkpoint=note,
        consistency=None if earlier is None else _grown(leaves, earlier),
    )


def _grown(leaves: list[bytes], earlier: int) -> tuple[str, ...]:
    if not 1 <= earlier <= len(leaves):
        raise NothingToProve(f"the earlier checkpoint has {earlier} events, we have {len(leaves)}")
    return tuple(one.hex() for one in consistency_proof(leaves, earlier))


def _event(rows: Iterable[RawRow], position: int) -> ProvedEvent | None:
    heads: dict[UUID, bytes] = {}
    for row in rows:
        stored = row.event()
        if stored is None:
            continue
        aggregate = UUID(str(stored.originator_id))
        previous = heads.get(aggregate, BEGINNING)
        if row.position == position:
            return ProvedEvent(
                position=position,
                aggregate=str(aggregate),
                version=stored.originator_version,
                topic=stored.topic,
                state=b64encode(stored.state).decode(),
                previous=previous.hex(),
            )
        heads[aggregate] = chain_hash(previous, stored)
    return None
