"""What is told of a family: each event, with the incident or the measure that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from domain.values import (
    Certainty,
    Effect,
    FamilyRole,
    Gravity,
    IncidentKind,
    MeasureEnd,
    MeasureForm,
    MeasureKind,
    Role,
    UtcDateTime,
)
from projections.plan_model import View
from projections.story_topics import Topic

State = Literal["planned", "running", "ended"]


class Person(View):
    """A member, also one who has left the plan."""

    member_id: str
    name: str
    role: FamilyRole


class Deed(View):
    """An incident with all that became clear about it since."""

    kind: IncidentKind
    by: tuple[str, ...]
    against: tuple[str, ...]
    ended_at: UtcDateTime | None
    certainty: Certainty | None
    gravity: Gravity | None


class Tried(View):
    """A measure as it stands on the Dutch day of now.

    Args:
        last_day: on which it ended, or is to end by its plan; None when nobody said so.
        how: how it ended.
        effects: what it did, as each who was asked sees it.
    """

    name: str
    kind: MeasureKind
    form: MeasureForm
    begins_on: date
    last_day: date | None
    state: State
    how: MeasureEnd | None
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. All of it was checked when it was recorded.

    ``happened_at`` is when it began, ``known_at`` when we came to know it. ``late_days`` are the
    whole days between, counted from when the family was first known here; 0 when it was not late.
    ``text`` is what was said, ``word`` the one of our words that says most of it, ``rule`` which
    rule a signal is of.
    """

    position: int
    type: str
    topic: Topic
    happened_at: datetime
    known_at: datetime
    late_days: int
    agency: str | None
    actor: str
    role: Role
    about: tuple[str, ...]
    by: tuple[str, ...]
    against: tuple[str, ...]
    text: str
    word: StrEnum | None = None
    rule: str | None = None
    deed: Deed | None = None
    measure: Tried | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """The members it names, each once, whatever their part."""
        return tuple(dict.fromkeys((*self.by, *self.against, *self.about)))


class Story(View):
    """All that happened in a family, by when it happened."""

    family_id: str
    now: UtcDateTime
    people: tuple[Person, ...]
    happenings: tuple[Happening, ...]
