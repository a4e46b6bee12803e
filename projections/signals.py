"""The signals of one family: what is open, what the lead did with the others, what is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domain.events import DomainEvent
from domain.family_plan.signals import (
    SignalAccepted,
    SignalLapsed,
    SignalRaised,
    SignalSetAside,
    SignalStrengthened,
)
from domain.values import Evidence, MemberId, UtcDateTime
from projections import agency_families
from projections.agency_families import has_plan
from projections.current_plan import SaidBy, said_by
from projections.plan_model import View
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing
from projections.views import FamilyView

State = Literal["open", "accepted", "set-aside", "lapsed"]


class Handling(View):
    """What the lead did with a signal, and why."""

    said_by: SaidBy
    at: UtcDateTime
    text: str


class SignalView(View):
    """One signal. ``level`` and what proves it are as they were when it last grew.

    ``raised_at``, ``grew_at`` and ``lapsed_at`` are when the service found it so.
    """

    signal_id: str
    state: State
    rule: str
    key: str
    number: Annotated[int, Field(ge=1)]
    level: Annotated[int, Field(ge=1)]
    about: tuple[MemberId, ...]
    detail: str
    evidence: tuple[Evidence, ...]
    raised_at: UtcDateTime
    grew_at: UtcDateTime | None = None
    lapsed_at: UtcDateTime | None = None
    handling: Handling | None = None


class SignalsView(View):
    """The signals of a family, each list with the latest first."""

    family_id: str
    open: tuple[SignalView, ...]
    handled: tuple[SignalView, ...]
    lapsed: tuple[SignalView, ...]


class SignalRow(Row):
    """One signal of a family."""

    table: ClassVar[str] = "signals"
    key: ClassVar[tuple[str, ...]] = ("family_id", "signal_id")

    family_id: str
    signal_id: str
    signal: SignalView


projection = Projection("signals", 1, rows=(SignalRow,))


def signals_of(reader: Reader, family_id: str) -> list[SignalView]:
    """All signals of a family, the latest first."""
    rows = reader.select(SignalRow, where={"family_id": family_id})
    found = [row.signal for row in rows]
    return sorted(found, key=lambda one: (one.raised_at, one.signal_id), reverse=True)


def signals_view(reader: Reader, family_id: str, _now: datetime) -> SignalsView | None:
    """The signals of a family, or None when it has no plan."""
    if not has_plan(reader, family_id):
        return None
    found = signals_of(reader, family_id)
    return SignalsView(
        family_id=family_id,
        open=tuple(one for one in found if one.state == "open"),
        handled=tuple(one for one in found if one.state in {"accepted", "set-aside"}),
        lapsed=tuple(one for one in found if one.state == "lapsed"),
    )


SIGNALS = FamilyView(
    name="signals",
    about="What the service brought to the lead's attention, and what came of it.",
    model=SignalsView,
    projections=(projection, agency_families.projection),
    read=signals_view,
)


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, SignalStrengthened | SignalLapsed | SignalAccepted | SignalSetAside):
        yield SignalRow, (event.family_id, event.signal_id)


@projection.on(SignalRaised)
def _raised(event: SignalRaised, _position: int, rows: Rows) -> None:
    signal = SignalView(
        **dict(event.signal), state="open", number=event.number, raised_at=event.recorded_at
    )
    rows.put(SignalRow(family_id=event.family_id, signal_id=signal.signal_id, signal=signal))


@projection.on(SignalStrengthened)
def _strengthened(event: SignalStrengthened, _position: int, rows: Rows) -> None:
    _change(
        rows,
        event,
        level=event.level,
        about=event.about,
        detail=event.detail,
        evidence=event.evidence,
        grew_at=event.recorded_at,
    )


@projection.on(SignalLapsed)
def _lapsed(event: SignalLapsed, _position: int, rows: Rows) -> None:
    over = {"lapsed_at": event.recorded_at}
    _change(rows, event, **(over if event.dealt_with else {**over, "state": "lapsed"}))


@projection.on(SignalAccepted)
def _accepted(event: SignalAccepted, _position: int, rows: Rows) -> None:
    _handle(rows, event, "accepted", event.next_step)


@projection.on(SignalSetAside)
def _set_aside(event: SignalSetAside, _position: int, rows: Rows) -> None:
    _handle(rows, event, "set-aside", event.reason)


def _handle(rows: Rows, event: SignalAccepted | SignalSetAside, state: State, text: str) -> None:
    handling = Handling(said_by=said_by(event.provenance), at=event.occurred_at, text=text)
    _change(rows, event, state=state, handling=handling)


SignalEvent = SignalStrengthened | SignalLapsed | SignalAccepted | SignalSetAside


def _change(rows: Rows, event: SignalEvent, **changes: object) -> None:
    row = _existing(rows, event)
    rows.put(row.model_copy(update={"signal": row.signal.model_copy(update=changes)}))


def _existing(rows: Rows, event: SignalEvent) -> SignalRow:
    return existing(rows, SignalRow, event.family_id, event.signal_id)
