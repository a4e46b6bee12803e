"""What the lead does with a signal."""

from __future__ import annotations

from domain.values import ItemId, Text, Value


class SignalAcceptedData(Value):
    """The lead takes a signal up; ``next_step`` says what follows."""

    signal_id: ItemId
    next_step: Text


class SignalSetAsideData(Value):
    """The lead sets a signal aside, for a reason."""

    signal_id: ItemId
    reason: Text


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.signal.accepted.v1": SignalAcceptedData,
    "nl.oneplan.signal.set-aside.v1": SignalSetAsideData,
}
