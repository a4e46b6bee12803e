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
from functools import cache

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
    found: list[PersonalField] = []
    _add_fields_of(event, (), _Whole(event), found)
    return found


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


class _Whole:
    """An event with what may be asked about all of it, and is found once."""

    def __init__(self, event: BaseModel) -> None:
        self.event = event
        self.home = _home(event)
        self._members: list[str] | None = None
        self._staff: tuple[str, ...] | None = None

    def members(self) -> list[str]:
        """The members that it names anywhere."""
        if self._members is None:
            self._members = _members_within(self.event)
        return self._members

    def staff(self) -> tuple[str, ...]:
        """The professionals that it names, and its home."""
        if self._staff is None:
            self._staff = tuple(sorted({self.home, *_staff_within(self.event)}))
        return self._staff


@dataclass(frozen=True, slots=True)
class _Kind:
    """A personal field of a model: what is the same for all values of it."""

    name: str
    one_by_one: bool
    whose: Whose
    erased: str | tuple[()] | None
    is_name: bool


@cache
def _kinds(model: type[BaseModel]) -> tuple[_Kind, ...]:
    found = []
    for field in anatomy(model).personal:
        if field.mark is not None:
            erased, whose = _erased(field), field.mark.whose
            is_name = field.is_text and whose is Whose.NAMED
            one_by_one = field.many and erased != ()
            found.append(_Kind(field.name, one_by_one, whose, erased, is_name))
    return tuple(found)


def _add_fields_of(value: BaseModel, path: Path, whole: _Whole, found: list[PersonalField]) -> None:
    known: dict[Whose, tuple[str, ...]] = {}
    for kind in _kinds(type(value)):
        held = getattr(value, kind.name)
        if held is None or held == ():
            continue
        subjects = known.get(kind.whose)
        if subjects is None:
            subjects = known[kind.whose] = _subjects(kind.whose, value, whole)
        for place in range(len(held)) if kind.one_by_one else (None,):
            where = (*path, kind.name) if place is None else (*path, kind.name, place)
            found.append(PersonalField(where, subjects, kind.erased, kind.is_name))
    for place_of, inner in personal_values(value):
        _add_fields_of(inner, (*path, *place_of), whole, found)


def _erased(field: Field) -> str | tuple[()] | None:
    """A text that has to look like something else than ``ERASED`` is left out."""
    if field.is_text and (field.pattern is None or re.search(field.pattern, ERASED)):
        return ERASED
    return () if field.many else None


def _subjects(whose: Whose, value: BaseModel, whole: _Whole) -> tuple[str, ...]:
    home = whole.home
    if whose is Whose.MEMBERS:
        members = _members(value) or _members_within(value) or whole.members()
        return _below(home, members or _item_told_about(value, whole.event)) or (home,)
    if whose is Whose.NAMED:
        return (_one_subject(value, home),)
    if whose is Whose.HOME:
        return tuple(sorted({home, *_other_homes(whole.event)}))
    return whole.staff()


def _item_told_about(value: BaseModel, event: BaseModel) -> list[str]:
    """The item that came earlier: what comes with an item and names nobody is nobody's."""
    earlier = _items(value) if value is event else _items(value)[1:] or _items(event)
    return earlier[:1]


def _one_subject(value: BaseModel, home: str) -> str:
    member_id, agency = vars(value).get("member_id"), vars(value).get("agency")
    if member_id is not None and member_id != UNKNOWN:
        return f"{home}/{member_id}"
    if agency is None:
        return home
    person_id = vars(value).get("person_id")
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
    named = ((vars(one).get("agency"), vars(one).get("person_id")) for one in all_values(value))
    return {staff_subject(agency, person) for agency, person in named if agency and person}


def _other_homes(event: BaseModel) -> Iterator[str]:
    """The other family, where an event is about two: what is said of both is of both."""
    for name in ("other", "into", "origin"):
        family_id = vars(event).get(name)
        if family_id is not None:
            yield family_subject(family_id)


def _home(event: BaseModel) -> str:
    family_id = vars(event).get("family_id")
    if family_id is not None:
        return family_subject(family_id)
    return f"record/{vars(event).get('originator_id', '')}"
