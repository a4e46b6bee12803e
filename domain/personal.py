"""Personal data in events: which fields hold it, and whose it is.

A subject is whose data a field holds, by a name that is a path: ``family/<family>``,
``family/<family>/<member>``, ``staff/<agency>/<person>`` and ``record/<id>`` for what is about none
of these. To erase a subject is to erase all below it. The professionals of an agency who are named
in a plan without an id have one subject together: ``family/<family>/staff:<agency>``.

What is said later about an item (how a concern ended, what came of a report) names nobody. It has
a subject of its own, ``family/<family>/<kind>:<item>``, and whoever erases a member erases those of
the items that are about that member (:func:`with_items`).

Source: GDPR (AVG), articles 4(1) and 17. Which subjects a text about several people has is our
working agreement: all of them, so that it goes when one of them goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from domain.anatomy import Field, Path, all_values, anatomy, personal_values
from domain.values.base import UNKNOWN
from domain.values.marks import Whose

ERASED = "[erased]"
"""What stands in the place of a text that was erased. In the place of a date, or of what
has a form of its own, stands None, and of many of these nothing."""


@dataclass(frozen=True, slots=True)
class PersonalField:
    """One personal field of an event: where it stands and whose it is (sorted, at least one)."""

    path: Path
    subjects: tuple[str, ...]
    erased: str | tuple[()] | None
    """What stands there once it was erased."""
    is_name: bool
    """Whether it is an attribute of one person, in words: a name."""


def family_subject(family_id: str) -> str:
    """The name of a family as a subject."""
    return f"family/{family_id}"


def member_subject(family_id: str, member_id: str) -> str:
    """The name of a family's member as a subject."""
    return f"family/{family_id}/{member_id}"


def staff_subject(agency: str, person_id: str) -> str:
    """The name of a professional as a subject."""
    return f"staff/{agency}/{person_id}"


def unnumbered_staff(family_id: str, agency: str) -> str:
    """The subject of an agency's professionals whom a plan names without an id."""
    return f"{family_subject(family_id)}/staff:{agency}"


def covering(subject: str) -> tuple[str, ...]:
    """The subjects whose erasure erases this one: itself and those above it."""
    parts = subject.split("/")
    return tuple("/".join(parts[:length]) for length in range(2, len(parts) + 1))


def personal_fields(event: BaseModel) -> list[PersonalField]:
    """The personal fields of an event that hold something."""
    if anatomy(type(event)).is_bare:
        return []
    return list(_fields_of(event, (), event, _home(event)))


def subjects_of(event: BaseModel) -> set[str]:
    """All subjects of whom an event holds personal data."""
    return {subject for field in personal_fields(event) for subject in field.subjects}


def items_about(event: BaseModel) -> dict[str, set[str]]:
    """The items that an event tells about, with whom they are about; all as subjects.

    An item that names no member is about the items it refers to: an outcome about its measure.
    """
    home = _home(event)
    found: dict[str, set[str]] = {}
    for value in all_values(event):
        own, others = _items(value)[:1], _items(value)[1:]
        about = _below(home, _members_within(value) or others)
        for item in _below(home, own):
            found.setdefault(item, set()).update(about)
    return {item: about for item, about in found.items() if about}


def with_items(erased: Iterable[str], events: Iterable[BaseModel]) -> set[str]:
    """Subjects to be erased, and the items about them in these events."""
    found, grown = set(erased), True
    links = [link for event in events for link in items_about(event).items()]
    while grown:
        more = {item for item, about in links if about & found} - found
        found |= more
        grown = bool(more)
    return found


def _fields_of(
    value: BaseModel, path: Path, event: BaseModel, home: str
) -> Iterator[PersonalField]:
    for field in anatomy(type(value)).personal:
        held = getattr(value, field.name)
        if held in (None, ()) or field.mark is None:
            continue
        subjects = _subjects(field.mark.whose, value, event, home)
        erased = _erased(field)
        is_name = field.is_text and field.mark.whose is Whose.NAMED
        places = range(len(held)) if field.many and erased != () else (None,)
        for place in places:
            where = (*path, field.name) if place is None else (*path, field.name, place)
            yield PersonalField(where, subjects, erased, is_name)
    for place_of, inner in personal_values(value):
        yield from _fields_of(inner, (*path, *place_of), event, home)


def _erased(field: Field) -> str | tuple[()] | None:
    """A text that has to look like something else than ``ERASED`` is left out."""
    if field.is_text and (field.pattern is None or re.search(field.pattern, ERASED)):
        return ERASED
    return () if field.many else None


def _subjects(whose: Whose, value: BaseModel, event: BaseModel, home: str) -> tuple[str, ...]:
    if whose is Whose.MEMBERS:
        members = _members(value) or _members_within(value) or _members_within(event)
        return _below(home, members or _item_told_about(value, event)) or (home,)
    if whose is Whose.NAMED:
        return (_one_subject(value, home),)
    if whose is Whose.HOME:
        return tuple(sorted({home, *_other_homes(event)}))
    if whose is Whose.STAFF:
        return tuple(sorted({home, *_staff_within(event)}))
    return (home,)


def _item_told_about(value: BaseModel, event: BaseModel) -> list[str]:
    """The item that came earlier: what comes with an item and names nobody is nobody's."""
    earlier = _items(value) if value is event else _items(value)[1:] or _items(event)
    return earlier[:1]


def _one_subject(value: BaseModel, home: str) -> str:
    member_id, agency = getattr(value, "member_id", None), getattr(value, "agency", None)
    if member_id is not None and member_id != UNKNOWN:
        return f"{home}/{member_id}"
    if agency is None:
        return home
    person_id = getattr(value, "person_id", None)
    return f"{home}/staff:{agency}" if person_id is None else staff_subject(agency, person_id)


def _below(home: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{home}/{name}" for name in sorted(set(names)))


def _items(value: BaseModel) -> list[str]:
    """The items that this value names itself, its own one first."""
    held = ((one.name, getattr(value, one.name)) for one in anatomy(type(value)).items)
    return [f"{name.removesuffix('_id')}:{item_id}" for name, item_id in held if item_id]


def _members(value: BaseModel) -> list[str]:
    """The members that this value names itself."""
    found: list[str] = []
    for field in anatomy(type(value)).members:
        held = getattr(value, field.name)
        if held is not None:
            found += held if field.many else [held]
    return [one for one in found if one != UNKNOWN]


def _members_within(value: BaseModel) -> list[str]:
    return [one for inner in all_values(value) for one in _members(inner)]


def _staff_within(value: BaseModel) -> set[str]:
    named = (
        (getattr(one, "agency", None), getattr(one, "person_id", None)) for one in all_values(value)
    )
    return {staff_subject(agency, person) for agency, person in named if agency and person}


def _other_homes(event: BaseModel) -> Iterator[str]:
    """The other family, where an event is about two: what is said of both is of both."""
    for name in ("other", "into", "origin"):
        family_id = getattr(event, name, None)
        if family_id is not None:
            yield family_subject(family_id)


def _home(event: BaseModel) -> str:
    family_id = getattr(event, "family_id", None)
    if family_id is not None:
        return family_subject(family_id)
    return f"record/{getattr(event, 'originator_id', '')}"
