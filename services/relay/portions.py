"""Portions of a batch: what its plans' parties are sent, as much as is in memory at one time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from services.bus.together import MOST, MOST_BYTES
from services.relay.cuts import Sent
from services.relay.messages import Message, result_messages, view_messages
from services.relay.outbox import Batch, Outbox
from services.views.records import Look


@dataclass
class Portion:
    """Messages of some plans, and what is put on record before they are sent."""

    looks: list[Look] = field(default_factory=list)
    views: list[Message] = field(default_factory=list)
    results: list[Message] = field(default_factory=list)
    sent: list[tuple[str, Sent]] = field(default_factory=list)
    """For :meth:`services.relay.outbox.Outbox.sent`, once they are."""
    size: int = 0

    def put(self, views: Iterable[Message], results: Iterable[Message]) -> None:
        """Add the messages of one more plan."""
        for messages, more in ((self.views, views), (self.results, results)):
            for one in more:
                messages.append(one)
                self.size += len(one.body)

    @property
    def is_full(self) -> bool:
        """Whether so much is published together; all of a plan is in one portion."""
        return self.size >= MOST_BYTES or len(self.views) >= MOST


def portions(outbox: Outbox, batch: Batch, largest: int) -> Iterator[Portion]:
    """What a batch sends to parties, one portion after the other. Errors as those of the outbox."""
    portion = Portion()
    for change in outbox.changes(batch):
        portion.looks += outbox.looks(change)
        portion.put(view_messages(change, largest), result_messages(change, largest))
        portion.sent.append((change.family_id, change.sent))
        if portion.is_full:
            yield portion
            portion = Portion()
    if portion.sent:
        yield portion
