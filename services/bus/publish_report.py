"""What became of a file of events, line by line."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, computed_field

from services.contracts.receipt import Status


class Result(StrEnum):
    """What became of a line: its receipt's status, or that there is no receipt."""

    ACCEPTED = Status.ACCEPTED
    DUPLICATE = Status.DUPLICATE
    HELD = Status.HELD
    REJECTED = Status.REJECTED
    UNANSWERED = "unanswered"
    """Published, and no receipt came in time."""
    REFUSED = "refused"
    """Not published: no agency is known for it, or the server did not take it."""


class LineResult(BaseModel):
    """What became of one line of the file. ``line`` counts from 1."""

    model_config = ConfigDict(frozen=True)

    line: int
    result: Result
    agency: str | None = None
    event_id: str | None = None
    sequence: int | None = None
    """The event's place in AGENCY_EVENTS."""
    field: str | None = None
    reason: str | None = None


class PublishReport(BaseModel):
    """What became of a file, line by line and counted."""

    model_config = ConfigDict(frozen=True)

    lines: tuple[LineResult, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def published(self) -> int:
        """Lines that JetStream stored."""
        return len(self.lines) - self.count(Result.REFUSED)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def counts(self) -> dict[Result, int]:
        """Lines for each result; results without lines are counted as 0."""
        found = Counter(line.result for line in self.lines)
        return {result: found[result] for result in Result}

    @property
    def is_clean(self) -> bool:
        """Whether every line was published and answered, and none rejected."""
        return not any(map(self.count, (Result.REJECTED, Result.UNANSWERED, Result.REFUSED)))

    def count(self, result: Result) -> int:
        """Lines with this result."""
        return self.counts[result]
