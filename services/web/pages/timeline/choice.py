"""What somebody chose to see of a timeline: the query of the page, whole or in part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.calendar import dutch_day
from domain.values import Gravity, IncidentKind, UtcDateTime
from projections.story_model import Happening
from projections.story_topics import Topic

GRAVITIES = tuple(Gravity)
LEAST_DAYS = 6
"""No period that is zoomed to is shorter, both days beside it."""
ALL = timedelta()
PERIODS = {"month": timedelta(days=30), "quarter": timedelta(days=91), "year": timedelta(days=365)}


def _none_if_empty(value: Any) -> Any:
    return None if value == "" else value


Empty = BeforeValidator(_none_if_empty)
Code = Annotated[str | None, Field(max_length=100), Empty]
Day = Annotated[date | None, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1)), Empty]


class Choice(BaseModel):
    """Which events, and how they are laid out. Days are Dutch calendar days, both included.

    Args:
        kind: a topic, or a kind of incident.
        gravity: incidents that are at least as grave.
        member: who is named in it, whatever their part.
        known_at: as it was known at this moment.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    agency: Code = None
    kind: Annotated[Topic | IncidentKind | None, Empty] = None
    member: Code = None
    gravity: Annotated[Gravity | None, Empty] = None
    since: Annotated[Day, Field(alias="from")] = None
    until: Day = None
    lanes: Literal["agency", "topic"] = "agency"
    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    known_at: Annotated[UtcDateTime | None, Empty] = None

    @model_validator(mode="after")
    def _in_order(self) -> Choice:
        """Two days the wrong way round are meant the other way."""
        if self.since and self.until and self.since > self.until:
            return self.model_copy(update={"since": self.until, "until": self.since})
        return self

    def holds(self, one: Happening) -> bool:
        """Whether this is one of the events that are chosen."""
        return (
            (self.agency is None or one.agency == self.agency)
            and (self.member is None or self.member in one.people)
            and self._is_of_kind(one)
            and self._is_as_grave(one)
            and self.in_period(one)
        )

    def in_period(self, one: Happening) -> bool:
        """Whether it happened, or ran, on one of the days."""
        day = dutch_day(one.happened_at)
        first, last = day, day
        if one.measure is not None:
            first = min(day, one.measure.begins_on)
            last = max(day, one.measure.last_day or date.max)
        return (self.since is None or last >= self.since) and (
            self.until is None or first <= self.until
        )

    def query(self, **changed: Any) -> str:
        """The query of this choice with some of it changed; what is as it always is stays out."""
        chosen = self.model_copy(update={"page": 1, **changed})
        said = chosen.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return f"?{urlencode(said)}"

    def _is_of_kind(self, one: Happening) -> bool:
        if self.kind is None or isinstance(self.kind, Topic):
            return self.kind in {None, one.topic}
        return one.deed is not None and one.deed.kind is self.kind

    def _is_as_grave(self, one: Happening) -> bool:
        if self.gravity is None:
            return True
        grave = None if one.deed is None else one.deed.gravity
        return grave is not None and GRAVITIES.index(grave) >= GRAVITIES.index(self.gravity)


class Span(BaseModel):
    """The days that the picture covers, both included."""

    model_config = ConfigDict(frozen=True)

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1

    def moved(self, parts: float) -> Span:
        """As long, so many times its length later."""
        step = timedelta(days=round(self.days * parts))
        return Span(first=self.first + step, last=self.last + step)

    def zoomed(self, factor: float) -> Span:
        """Around the same middle, so many times as long."""
        middle = self.first + (self.last - self.first) / 2
        half = timedelta(days=max(round(self.days * factor), LEAST_DAYS) // 2)
        return Span(first=middle - half, last=middle + half)

    def ending(self, length: timedelta) -> Span:
        """Of this length, with the same end."""
        return Span(first=self.last - length, last=self.last)


def span_of(choice: Choice, told: Iterable[Happening], today: date) -> Span:
    """The days to show: those that were chosen, or else all on which somebody told something.

    What the service itself concluded later, such as a signal, does not stretch the picture.
    """
    days = [day for one in told if one.role != "system" for day in _days(one, today)]
    first = choice.since or min(days, default=today)
    last = choice.until or max(days, default=today)
    if choice.since and choice.until:
        return Span(first=first, last=last)
    room = timedelta(days=max((last - first).days // 40, LEAST_DAYS // 2))
    return Span(
        first=choice.since or first - room,
        last=max(choice.until or last + room, first),
    )


def _days(one: Happening, today: date) -> Iterable[date]:
    yield dutch_day(one.happened_at)
    if one.measure is not None:
        yield min(one.measure.begins_on, today)
        if one.measure.state == "ended" and one.measure.last_day is not None:
            yield one.measure.last_day
