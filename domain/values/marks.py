"""Marks on the fields of values and events: what is personal, and whose it is.

A mark is metadata and nothing more: it changes neither the shape of a value nor its JSON Schema.
What follows from it stands in :mod:`domain.personal`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Whose(Enum):
    """By whom a personal field is found, and with whom it goes."""

    MEMBERS = "members"
    """The members that its value object names, else those that its event names; where nobody is
    named, the item it is about: who an item is about was said when it came."""
    NAMED = "named"
    """The one member, or else the professional, whom its own value object is about."""
    STAFF = "staff"
    """The professionals that its event names, and the family whose plan it stands in."""
    HOME = "home"
    """Nobody in particular: the family, or what else the event is about."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a text, or a date that may be left out, as personal data (GDPR, article 4(1))."""

    whose: Whose


@dataclass(frozen=True, slots=True)
class MemberMark:
    """Marks an identifier as that of a member."""


@dataclass(frozen=True, slots=True)
class ItemMark:
    """Marks an identifier as that of an item. A value's own one comes before those it refers to."""


PERSONAL = Personal(Whose.MEMBERS)
"""A text about the members that are named beside it."""
NAMED = Personal(Whose.NAMED)
"""A name or another attribute of one person."""
ABOUT_STAFF = Personal(Whose.STAFF)
"""A text about professionals."""
OF_THE_FAMILY = Personal(Whose.HOME)
"""A text about the family as a whole, or about somebody whom the plan does not know by an id."""
MEMBER = MemberMark()
ITEM = ItemMark()
