"""LegalHold: a family's data must be kept, because a claim or proceedings need it.

Source: GDPR, article 17(3)(e).
"""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import UUID

from eventsourcing.domain import BaseAggregate

from domain.context import Context, Provenance
from domain.errors import Refused
from domain.events import CreatingEvent, DomainEvent
from domain.keys import legal_hold_key
from domain.values import FamilyId, FamilyText, Role, UtcDateTime


class HoldEvent(DomainEvent):
    """Something about the hold on one family's data."""

    family_id: FamilyId
    occurred_at: UtcDateTime
    provenance: Provenance
    reason: FamilyText


class LegalHoldPlaced(CreatingEvent, HoldEvent):
    """The first time that a family's data had to be kept."""

    TOPIC: ClassVar[str] = "oneplan.legal-hold.LegalHoldPlaced"


class LegalHoldRenewed(HoldEvent):
    """It has to be kept again."""

    TOPIC: ClassVar[str] = "oneplan.legal-hold.LegalHoldRenewed"

    def apply(self, hold: LegalHold) -> None:
        hold.is_active = True


class LegalHoldReleased(HoldEvent):
    """It need not be kept any longer on this account."""

    TOPIC: ClassVar[str] = "oneplan.legal-hold.LegalHoldReleased"

    def apply(self, hold: LegalHold) -> None:
        hold.is_active = False


class LegalHold(BaseAggregate[UUID]):
    """Whether a family's data must be kept."""

    TOPIC = "oneplan.LegalHold"

    def __init__(self, family_id: str) -> None:
        self.family_id = family_id
        self.is_active = True

    @classmethod
    def place(cls, family_id: str, reason: str, context: Context) -> Self:
        """Hold a family's data. Raises Refused for who is no administrator."""
        _require_administrator(context)
        return cls._create(
            LegalHoldPlaced,
            id=legal_hold_key(family_id),
            timestamp=context.recorded_at,
            family_id=family_id,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
            reason=reason,
        )

    def renew(self, reason: str, context: Context) -> None:
        """Hold it again. Raises Refused when it is held, or for who is no administrator."""
        self._change(LegalHoldRenewed, reason, context, was_active=False)

    def release(self, reason: str, context: Context) -> None:
        """Let it go. Raises Refused when it is not held, or for who is no administrator."""
        self._change(LegalHoldReleased, reason, context, was_active=True)

    def _change(
        self, event_class: type[HoldEvent], reason: str, context: Context, *, was_active: bool
    ) -> None:
        _require_administrator(context)
        if self.is_active is not was_active:
            state = "held" if self.is_active else "not held"
            raise Refused("family", f"the data of family {self.family_id} is {state} already")
        self.trigger_event(
            event_class,
            timestamp=context.recorded_at,
            family_id=self.family_id,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
            reason=reason,
        )


def _require_administrator(context: Context) -> None:
    if context.provenance.role is not Role.ADMINISTRATOR:
        raise Refused("actor", "only an administrator decides on a legal hold")
