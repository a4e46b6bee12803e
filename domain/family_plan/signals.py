"""Signals: what the service brings to the lead's attention, and what the lead does with it.

A family has at most one open signal for a rule and a key, however often the rule finds the same.
While it is open it may grow; once it was dealt with it comes back only if it grew since. When
what it was about is over it lapses, and may be raised anew when it begins again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from pydantic import Field

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.keys import item_key, signal_id
from domain.values import Evidence, Finding, ItemId, Line, MemberId, PersonalText, Role, Signal


@dataclass(frozen=True)
class Standing:
    """The last signal of a rule about a key: its number, and how far it went (0: it is over)."""

    signal_id: str
    number: int
    level: int


Place = tuple[str, str]
"""A rule and a key."""


class SignalRaised(PlanEvent):
    """A rule found something that the lead should look at; ``number`` counts from 1."""

    TOPIC: ClassVar[str] = "oneplan.plan.SignalRaised"

    signal: Signal
    number: Annotated[int, Field(ge=1)]

    def apply(self, plan: Signals) -> None:
        signal = self.signal
        plan.items["signal"][signal.signal_id] = True
        plan.standings[signal.rule, signal.key] = Standing(
            signal.signal_id, self.number, signal.level
        )

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "signal", self.signal.signal_id),)


class SignalStrengthened(PlanEvent):
    """What an open signal is about went further."""

    TOPIC: ClassVar[str] = "oneplan.plan.SignalStrengthened"

    signal_id: ItemId
    rule: Line
    key: Line
    level: Annotated[int, Field(ge=2)]
    about: tuple[MemberId, ...]
    detail: Line
    evidence: tuple[Evidence, ...]

    def apply(self, plan: Signals) -> None:
        place = (self.rule, self.key)
        plan.standings[place] = replace(plan.standings[place], level=self.level)


class SignalLapsed(PlanEvent):
    """What a signal was about is over; ``dealt_with`` says whether the lead had dealt with it."""

    TOPIC: ClassVar[str] = "oneplan.plan.SignalLapsed"

    signal_id: ItemId
    rule: Line
    key: Line
    dealt_with: bool

    def apply(self, plan: Signals) -> None:
        place = (self.rule, self.key)
        plan.items["signal"][self.signal_id] = False
        plan.standings[place] = replace(plan.standings[place], level=0)


class SignalAccepted(PlanEvent):
    """The lead takes a signal up, and says what follows."""

    TOPIC: ClassVar[str] = "oneplan.plan.SignalAccepted"

    signal_id: ItemId
    next_step: PersonalText

    def apply(self, plan: PlanCore) -> None:
        plan.items["signal"][self.signal_id] = False


class SignalSetAside(PlanEvent):
    """The lead sees no need to act on a signal, and says why."""

    TOPIC: ClassVar[str] = "oneplan.plan.SignalSetAside"

    signal_id: ItemId
    reason: PersonalText

    def apply(self, plan: PlanCore) -> None:
        plan.items["signal"][self.signal_id] = False


class Signals(PlanCore):
    """Commands about signals: the service raises them, the lead deals with them."""

    KINDS: ClassVar[tuple[str, ...]] = ("signal",)

    standings: dict[Place, Standing]

    def _start(self) -> None:
        super()._start()
        self.standings = {}

    def raise_signal(self, finding: Finding, context: Context) -> None:
        """Put a finding before the lead, on a closed plan as well. Found before: nothing happens.

        Raises:
            Refused: when somebody else than the service itself says so.
        """
        _require_service(context)
        standing = self.standings.get((finding.rule, finding.key))
        if standing is not None and finding.level <= standing.level:
            return
        if standing is not None and self.items["signal"][standing.signal_id]:
            self._record(SignalStrengthened, context, signal_id=standing.signal_id, **dict(finding))
            return
        number = 1 if standing is None else standing.number + 1
        new_id = signal_id(self.family_id, finding.rule, finding.key, number)
        signal = Signal(signal_id=new_id, **dict(finding))
        self._record(SignalRaised, context, signal=signal, number=number)

    def lapse_signal(self, rule: str, key: str, context: Context) -> None:
        """Say that what a signal was about is over. Nothing happens when it is known to be.

        Raises:
            Refused: when somebody else than the service itself says so.
        """
        _require_service(context)
        standing = self.standings.get((rule, key))
        if standing is None or standing.level == 0:
            return
        self._record(
            SignalLapsed,
            context,
            signal_id=standing.signal_id,
            rule=rule,
            key=key,
            dealt_with=not self.items["signal"][standing.signal_id],
        )

    def accept_signal(self, signal_id: str, next_step: str, context: Context) -> None:
        """Take a signal up.

        Raises:
            UnknownItem: while no such signal was raised.
            Refused: when it was dealt with or has lapsed, or when another than the lead says so.
        """
        self._require_lead_acts(context)
        self._require_item("data.signal_id", "signal", signal_id)
        self._record(SignalAccepted, context, signal_id=signal_id, next_step=next_step)

    def set_signal_aside(self, signal_id: str, reason: str, context: Context) -> None:
        """Set a signal aside for a reason. Raises as :meth:`accept_signal`."""
        self._require_lead_acts(context)
        self._require_item("data.signal_id", "signal", signal_id)
        self._record(SignalSetAside, context, signal_id=signal_id, reason=reason)


def _require_service(context: Context) -> None:
    if context.provenance.role is not Role.SYSTEM:
        raise Refused("source", "only the service itself raises signals and lets them lapse")
