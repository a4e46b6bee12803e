"""How names, days and words are written for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from babel.dates import format_date, format_datetime

from domain.calendar import AMSTERDAM
from domain.values import UNKNOWN, Owner
from services.exports.texts import Texts


class Wording:
    """Writes for a reader of one language.

    Args:
        members: the names of the members by their ids.
    """

    def __init__(self, texts: Texts, members: Mapping[str, str]) -> None:
        self.texts = texts
        self._members = members

    def member(self, member_id: str) -> str:
        """A member's name."""
        if member_id == UNKNOWN:
            return self.texts("unknown")
        return self._members.get(member_id, member_id)

    def owner(self, owner: Owner) -> str:
        """Who takes something on, and from which side."""
        if owner.agency is not None:
            return f"{owner.name} ({self.texts.agency(owner.agency)})"
        return owner.name if owner.kind is None else f"{owner.name} ({self.texts.word(owner.kind)})"

    def moment(self, when: datetime) -> str:
        """A moment as it is in Amsterdam."""
        local = when.astimezone(AMSTERDAM)
        return format_datetime(local, "d MMM y HH:mm", locale=self.texts.language.value)

    def day(self, when: date) -> str:
        """A day, of a moment the one in Amsterdam."""
        if isinstance(when, datetime):
            when = when.astimezone(AMSTERDAM).date()
        return format_date(when, "d MMMM y", locale=self.texts.language.value)

    def plain(self, value: object) -> str:
        """A word of ours, a day, a moment or a number."""
        match value:
            case bool():
                return self.texts("yes") if value else self.texts("no")
            case StrEnum():
                return self.texts.word(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
        return str(value)
