"""Who gave a command, in what capacity, when it happened and when we came to know it."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from pydantic import model_validator

from domain.errors import Refused
from domain.values import AgencyCode, Line, Role, UtcDateTime, Value

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far an agency's clock may run ahead of ours before we call its time a future date."""


class Provenance(Value):
    """Who is behind a fact, and which message led to it."""

    actor: Line
    role: Role
    agency: AgencyCode | None = None
    correlation_id: Line
    causation_id: Line


class Context(Value):
    """The circumstances of one command: provenance and the two times.

    Raises:
        Refused: when it happened later than we came to know it (field ``time``).
    """

    provenance: Provenance
    occurred_at: UtcDateTime
    recorded_at: UtcDateTime

    @model_validator(mode="after")
    def _not_in_the_future(self) -> Self:
        if self.occurred_at > self.recorded_at + CLOCK_TOLERANCE:
            raise Refused(
                "time",
                f"{self.occurred_at:%Y-%m-%dT%H:%M:%SZ} lies in the future; "
                "send an event once it has happened, and check the sender's clock",
            )
        return self
