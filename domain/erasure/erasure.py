"""Erasure: asked by one person, approved by another, carried out once, never undone."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import BaseAggregate
from pydantic import Field

from domain.context import Context, Provenance
from domain.erasure.values import (
    Destroyed,
    ErasureGround,
    ErasureStatus,
    ErasureTarget,
    Obstacle,
    standing_against,
)
from domain.errors import Refused
from domain.events import CreatingEvent, DomainEvent
from domain.keys import erasure_key
from domain.values import FamilyText, Role, Token, UtcDateTime

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in hexadecimal."""


class ErasureEvent(DomainEvent):
    """Something about one erasure. ``target`` stands in each, so that each can be read alone."""

    erasure_id: Token
    target: ErasureTarget
    occurred_at: UtcDateTime
    provenance: Provenance


class ErasureRequested(CreatingEvent, ErasureEvent):
    """Somebody asks that personal data be erased; ``obstacles`` is what stood against it then."""

    TOPIC: ClassVar[str] = "oneplan.erasure.ErasureRequested"

    ground: ErasureGround
    reason: FamilyText
    obstacles: tuple[Obstacle, ...]


class ErasureApproved(ErasureEvent):
    """A second person agrees; ``obstacles`` is what stood against it then."""

    TOPIC: ClassVar[str] = "oneplan.erasure.ErasureApproved"

    obstacles: tuple[Obstacle, ...]

    def apply(self, erasure: Erasure) -> None:
        erasure.status = ErasureStatus.APPROVED
        erasure.approved_by = self.provenance.actor


class ErasureRefused(ErasureEvent):
    """It is not done. GDPR, article 12(4): who asked is told why."""

    TOPIC: ClassVar[str] = "oneplan.erasure.ErasureRefused"

    reason: FamilyText

    def apply(self, erasure: Erasure) -> None:
        erasure.status = ErasureStatus.REFUSED


class ErasureCarriedOut(ErasureEvent):
    """The keys are destroyed and all copies are purged.

    ``digest`` is the SHA-256 of what was destroyed: of the subjects and the places of their fields,
    as the certificate lists them.
    """

    TOPIC: ClassVar[str] = "oneplan.erasure.ErasureCarriedOut"

    subjects: Annotated[tuple[str, ...], Field(min_length=1)]
    destroyed: Destroyed
    digest: Digest

    def apply(self, erasure: Erasure) -> None:
        erasure.status = ErasureStatus.CARRIED_OUT


class Erasure(BaseAggregate[UUID]):
    """One erasure (vernietiging)."""

    TOPIC = "oneplan.Erasure"

    def __init__(
        self,
        erasure_id: str,
        target: ErasureTarget,
        ground: ErasureGround,
        provenance: Provenance,
    ) -> None:
        self.erasure_id = erasure_id
        self.target = target
        self.ground = ground
        self.requested_by = provenance.actor
        self.approved_by: str | None = None
        self.status = ErasureStatus.REQUESTED

    @classmethod
    def request(
        cls,
        erasure_id: str,
        target: ErasureTarget,
        *,
        ground: ErasureGround,
        reason: str,
        obstacles: tuple[Obstacle, ...],
        context: Context,
    ) -> Self:
        """Ask for an erasure.

        Raises:
            Refused: when somebody else than a lead or an administrator asks it, or something
                stands against it that this ground does not outweigh.
        """
        if context.provenance.role not in {Role.LEAD, Role.ADMINISTRATOR}:
            raise Refused("actor", "only a lead or an administrator asks for an erasure")
        _require_way(ground, obstacles)
        return cls._create(
            ErasureRequested,
            id=erasure_key(erasure_id),
            timestamp=context.recorded_at,
            erasure_id=erasure_id,
            target=target,
            ground=ground,
            reason=reason,
            obstacles=obstacles,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
        )

    def approve(self, obstacles: tuple[Obstacle, ...], context: Context) -> None:
        """Agree to it, as the second of two people.

        Raises:
            Refused: when it is the one who asked, no administrator, it is decided already, or
                something has come to stand against it.
        """
        self._require(ErasureStatus.REQUESTED)
        self._require_second_person(context)
        _require_way(self.ground, obstacles)
        self._record(ErasureApproved, context, obstacles=obstacles)

    def refuse(self, reason: str, context: Context) -> None:
        """Decide that it is not done; also after it was approved, until it is carried out.

        Raises:
            Refused: when no administrator decides so, or it was refused or carried out before.
        """
        if self.status not in {ErasureStatus.REQUESTED, ErasureStatus.APPROVED}:
            raise Refused("erasure", f"erasure {self.erasure_id} is {self.status.value} already")
        _require_administrator(context)
        self._record(ErasureRefused, context, reason=reason)

    def require_may_begin(self, obstacles: tuple[Obstacle, ...]) -> None:
        """Raises Refused unless it is approved and nothing has come to stand against it."""
        self._require(ErasureStatus.APPROVED)
        _require_way(self.ground, obstacles)

    def carry_out(
        self, subjects: tuple[str, ...], destroyed: Destroyed, digest: str, context: Context
    ) -> None:
        """Put on record that it was done. Raises Refused unless it is approved."""
        self._require(ErasureStatus.APPROVED)
        self._record(
            ErasureCarriedOut, context, subjects=subjects, destroyed=destroyed, digest=digest
        )

    def _require(self, status: ErasureStatus) -> None:
        if self.status is not status:
            raise Refused(
                "erasure",
                f"erasure {self.erasure_id} is {self.status.value}; it must be {status.value}",
            )

    def _require_second_person(self, context: Context) -> None:
        _require_administrator(context)
        if context.provenance.actor == self.requested_by:
            raise Refused(
                "actor",
                f"{self.requested_by} asked for this erasure; another person must approve it",
            )

    def _record(self, event_class: type[ErasureEvent], context: Context, **facts: object) -> None:
        self.trigger_event(
            event_class,
            timestamp=context.recorded_at,
            erasure_id=self.erasure_id,
            target=self.target,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
            **facts,
        )


def _require_way(ground: ErasureGround, obstacles: tuple[Obstacle, ...]) -> None:
    against = standing_against(ground, obstacles)
    if against:
        raise Refused(
            "ground",
            f"{', '.join(against)} stands against an erasure on the ground {ground.value}",
        )


def _require_administrator(context: Context) -> None:
    if context.provenance.role is not Role.ADMINISTRATOR:
        raise Refused("actor", "only an administrator decides on an erasure")
