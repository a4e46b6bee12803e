"""What is written down of each stored event: where it stands, and a hash of all that it is.

The hash also covers the hash of the event before it in the same aggregate, so that the events of
one family's plan are a chain, and the chains are the leaves of one Merkle tree.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import sha256
from typing import Self
from uuid import UUID

from eventsourcing.persistence import StoredEvent

_ENTRY = struct.Struct(">Q16sQ32s")
ENTRY_BYTES = _ENTRY.size
BEGINNING = bytes(32)
"""What stands before the first event of an aggregate."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: its position in the store, its aggregate, its version, its chained hash."""

    position: int
    aggregate: UUID
    version: int
    chain: bytes

    def packed(self) -> bytes:
        """The entry as it is kept and hashed: ``ENTRY_BYTES`` bytes."""
        return _ENTRY.pack(self.position, self.aggregate.bytes, self.version, self.chain)

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """The entry of these bytes. Raises struct.error when they are not ``ENTRY_BYTES``."""
        position, aggregate, version, chain = _ENTRY.unpack(packed)
        return cls(position, UUID(bytes=aggregate), version, chain)


def chain_hash(previous: bytes, event: StoredEvent) -> bytes:
    """The hash of a stored event and all before it in its aggregate (32 bytes).

    Args:
        previous: that of the event before it, or ``BEGINNING``.
        event: as the database has it; what is encrypted in it stays so.
    """
    topic = event.topic.encode()
    aggregate = UUID(str(event.originator_id))
    # Each part of a length of its own is preceded by it: no two rows give the same bytes.
    return sha256(
        previous
        + struct.pack(">16sQI", aggregate.bytes, event.originator_version, len(topic))
        + topic
        + event.state
    ).digest()
