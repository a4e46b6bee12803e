"""The words about signals."""

from __future__ import annotations

from domain.family_plan.signals import (
    SignalAccepted,
    SignalLapsed,
    SignalRaised,
    SignalSetAside,
    SignalStrengthened,
)
from projections.summaries.base import words


@words.register
def _(event: SignalRaised) -> str:
    return f"Signal {event.signal.rule}: {event.signal.detail}"


@words.register
def _(event: SignalStrengthened) -> str:
    return f"Signal {event.rule} grew: {event.detail}"


@words.register
def _(event: SignalLapsed) -> str:
    return f"Signal {event.rule} about {event.key} is over"


@words.register
def _(event: SignalAccepted) -> str:
    return f"Signal {event.signal_id} taken up: {event.next_step}"


@words.register
def _(event: SignalSetAside) -> str:
    return f"Signal {event.signal_id} set aside: {event.reason}"
