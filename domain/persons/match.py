"""MatchQuestion: whom an agency means by a reference, where that was not certain."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import BaseAggregate
from pydantic import Field

from domain.context import Context, Provenance
from domain.errors import Refused
from domain.events import CreatingEvent, DomainEvent
from domain.keys import match_question_id
from domain.persons.description import PersonDescription
from domain.persons.judge import Doubt, Why
from domain.persons.person import Reference
from domain.values import (
    AgencyCode,
    FamilyId,
    FamilyText,
    Line,
    MemberId,
    Role,
    Token,
    UtcDateTime,
    Value,
)

MOST_CANDIDATES = 20
"""Candidates that a question shows, the likeliest first. Nobody looks through more."""


class Suspect(Value):
    """Somebody who may be meant: how likely (bits) and why, without personal data."""

    person_id: UUID
    weight: float
    certain: bool
    reasons: tuple[Line, ...]


class Held(Value):
    """A description that waits for somebody to say whose it is.

    It came with ``case_reference``, or was about a member of a family. ``stands_for`` is the person
    it was given to already, where it turned out later that two people in the register may be one.
    """

    description: PersonDescription
    case_reference: Token | None = None
    family_id: FamilyId | None = None
    member_id: MemberId | None = None
    stands_for: UUID | None = None
    why: Why
    candidates: Annotated[tuple[Suspect, ...], Field(max_length=MOST_CANDIDATES)]


class MatchEvent(DomainEvent):
    """A fact about a question."""

    agency: AgencyCode
    person_reference: Token
    occurred_at: UtcDateTime
    provenance: Provenance


class MatchDoubted(MatchEvent, CreatingEvent):
    """It is not certain whom an agency means."""

    TOPIC: ClassVar[str] = "oneplan.match.MatchDoubted"

    held: Held

    def apply(self, question: MatchQuestion) -> None:
        question.take(self.held)


class MatchDoubtedAgain(MatchEvent):
    """The agency described the person again, and it is still, or again, not certain."""

    TOPIC: ClassVar[str] = "oneplan.match.MatchDoubtedAgain"

    held: Held

    def apply(self, question: MatchQuestion) -> None:
        question.take(self.held)


class MatchResolved(MatchEvent):
    """Somebody said who it is; ``is_new`` when it is nobody who was known before.

    ``family_id`` is the family that a case reference was linked to by this, if one was named.
    """

    TOPIC: ClassVar[str] = "oneplan.match.MatchResolved"

    person_id: UUID
    is_new: bool
    family_id: FamilyId | None
    reason: FamilyText

    def apply(self, question: MatchQuestion) -> None:
        question.waiting = []


class MatchQuestion(BaseAggregate[UUID]):
    """One question for each reference of each agency, which can be asked again once answered."""

    TOPIC = "oneplan.MatchQuestion"

    def __init__(self, agency: str, person_reference: str) -> None:
        self.reference = Reference(agency, person_reference)
        self.waiting: list[Held] = []

    @property
    def is_open(self) -> bool:
        """Whether somebody has to answer it."""
        return bool(self.waiting)

    @classmethod
    def ask(cls, reference: Reference, held: Held, context: Context) -> Self:
        """Put a doubt before a lead or an administrator."""
        return cls._create(
            MatchDoubted,
            id=match_question_id(*reference),
            timestamp=context.recorded_at,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
            **reference._asdict(),
            held=held,
        )

    def ask_again(self, held: Held, context: Context) -> None:
        """Another description with the same reference is in doubt."""
        self._record(MatchDoubtedAgain, context, held=held)

    def resolve(
        self,
        person_id: UUID,
        reason: str,
        context: Context,
        *,
        is_new: bool = False,
        family_id: str | None = None,
    ) -> None:
        """Answer the question.

        Raises:
            Refused: when it is not open, or another than a lead or an administrator answers it.
                The service itself does when a later description leaves no doubt.
        """
        if context.provenance.role is Role.AGENCY:
            raise Refused("actor", "a lead or an administrator answers this")
        if not self.is_open:
            raise Refused("match", "this question has been answered; see: oneplan matches list")
        self._record(
            MatchResolved,
            context,
            person_id=person_id,
            is_new=is_new,
            family_id=family_id,
            reason=reason,
        )

    def take(self, held: Held) -> None:
        """Let a description wait."""
        self.waiting.append(held)

    def _record(self, event_class: type[MatchEvent], context: Context, **facts: Any) -> None:
        self.trigger_event(
            event_class,
            timestamp=context.recorded_at,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
            **self.reference._asdict(),
            **facts,
        )


def suspects(doubt: Doubt) -> tuple[Suspect, ...]:
    """The candidates of a doubt as they are put on record."""
    return tuple(
        Suspect(
            person_id=one.person_id,
            weight=round(one.comparison.weight, 1),
            certain=one.certain,
            reasons=one.comparison.reasons,
        )
        for one in doubt.candidates[:MOST_CANDIDATES]
    )
