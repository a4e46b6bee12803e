"""What an erasure is about: of whom, on what ground, what stands against it, what was destroyed."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.personal import family_subject, member_subject, staff_subject
from domain.values import AgencyCode, FamilyId, MemberId, Token, Value


class ErasureScope(StrEnum):
    """Of whom."""

    FAMILY = "family"
    MEMBER = "member"
    STAFF = "staff"


class ErasureStatus(StrEnum):
    """How far an erasure is."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    CARRIED_OUT = "carried-out"


class ErasureTarget(Value):
    """Whose data: a whole family's, one member's, or a professional's.

    Raises:
        ValueError: unless exactly what its scope needs is given.
    """

    scope: ErasureScope
    family_id: FamilyId | None = None
    member_id: MemberId | None = None
    agency: AgencyCode | None = None
    person_id: Token | None = None

    @model_validator(mode="after")
    def _names_what_its_scope_needs(self) -> Self:
        needs = {
            ErasureScope.FAMILY: {"family_id"},
            ErasureScope.MEMBER: {"family_id", "member_id"},
            ErasureScope.STAFF: {"agency", "person_id"},
        }[self.scope]
        given = {name for name, value in self if value is not None} - {"scope"}
        if given != needs:
            raise ValueError(f"an erasure of {self.scope} names {' and '.join(sorted(needs))} only")
        return self

    @property
    def subject(self) -> str:
        """Whose data it is, as :mod:`domain.personal` names it."""
        if self.family_id is None:
            return staff_subject(str(self.agency), str(self.person_id))
        if self.member_id is None:
            return family_subject(self.family_id)
        return member_subject(self.family_id, self.member_id)


class ErasureGround(StrEnum):
    """Why it is to be erased, by the GDPR (AVG)."""

    TERM_IS_OVER = "term-is-over"
    """Article 5(1)(e): not kept longer than necessary."""
    AT_REQUEST = "at-request"
    """Article 17(1); Jeugdwet 7.3.9, Wmo 2015 5.3.5 and BW 7:455 where a term still runs."""
    UNLAWFUL = "unlawful"
    """Article 17(1)(d): should never have been recorded."""
    BY_ORDER = "by-order"
    """Article 17(1)(e): a court or the supervisory authority (article 58(2)(g)) orders it."""


class Obstacle(StrEnum):
    """What stands against an erasure."""

    PLAN_IS_OPEN = "plan-is-open"
    """The work with the family goes on: the data is needed (article 17(1)(a) does not hold)."""
    TERM_RUNS = "term-runs"
    """The law wants it kept (article 17(3)(b))."""
    LEGAL_HOLD = "legal-hold"
    """It is needed for a claim, a complaint or proceedings (article 17(3)(e))."""
    LEADS_A_PLAN = "leads-a-plan"
    """The professional leads an open plan: who leads must be known."""


_OUTWEIGHS: dict[ErasureGround, frozenset[Obstacle]] = {
    ErasureGround.TERM_IS_OVER: frozenset(),
    ErasureGround.AT_REQUEST: frozenset({Obstacle.TERM_RUNS}),
    ErasureGround.UNLAWFUL: frozenset({Obstacle.TERM_RUNS, Obstacle.PLAN_IS_OPEN}),
    ErasureGround.BY_ORDER: frozenset(Obstacle),
}


def standing_against(ground: ErasureGround, obstacles: Collection[Obstacle]) -> list[Obstacle]:
    """Those obstacles that this ground does not outweigh.

    A request may outweigh a term that runs: Jeugdwet 7.3.9, Wmo 2015 5.3.5, BW 7:455. Whether
    another's weighty interest is against it is for the two people who decide.
    """
    return [one for one in obstacles if one not in _OUTWEIGHS[ground]]


class Destroyed(Value):
    """What was destroyed, in numbers."""

    keys: Annotated[int, Field(ge=0)]
    events: Annotated[int, Field(ge=0)]
    """Events with personal data of whom it is about. They stay, and cannot be read."""
    fields: Annotated[int, Field(ge=0)]
    messages: dict[str, int]
    """Messages taken out, for each stream."""
