"""Which names stand for one family: its id, agencies' case references, families merged into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import orjson

from services.bus.partitions import partition_of
from services.contracts.data import DATA_BY_TYPE
from services.contracts.data.merging import FamilyMergedData, FamilySplitData
from services.contracts.data.people import CaseReferenceLinkedData
from services.store.application import OnePlan

KEPT = 50_000
"""Names that are remembered at most, until all that went by them is dealt with."""

Reference = tuple[str, str]
"""An agency, and what it calls a family: by its id, or by a case reference of its own."""
Name = str | Reference
"""A family's id, or what an agency calls one."""


@dataclass(frozen=True)
class Naming:
    """Whom an event says it is about. Whether it is right is for others to decide."""

    agency: str
    subject: str | None
    """None where the event cannot be read."""
    reference: str | None = None
    """The agency's case reference that it links to the same family."""
    guest: str | None = None
    """The family that it makes a part of this one."""
    leaving: str | None = None
    """The family that it takes out of this one again."""

    @classmethod
    def of(cls, agency: str, body: bytes) -> Self:
        """Read as much of an event as is needed for it."""
        try:
            event = orjson.loads(body)
            subject, type_, data = event.get("subject"), event.get("type"), event.get("data")
            model = DATA_BY_TYPE.get(type_)
        except (orjson.JSONDecodeError, AttributeError, TypeError):
            return cls(agency, None)
        if not isinstance(subject, str):
            return cls(agency, None)
        told = data if isinstance(data, dict) else {}
        if model is CaseReferenceLinkedData:
            return cls(agency, subject, reference=_text(told, "reference"))
        if model is FamilyMergedData:
            return cls(agency, subject, guest=_text(told, "other"))
        if model is FamilySplitData:
            return cls(agency, subject, leaving=_text(told, "other"))
        return cls(agency, subject)

    @property
    def references(self) -> tuple[Reference, ...]:
        """What the agency calls families here."""
        named = (self.subject, self.reference)
        return tuple((self.agency, one) for one in named if one is not None)

    @property
    def families(self) -> tuple[str, ...]:
        """The families that are named by their id."""
        return tuple(one for one in (self.guest, self.leaving) if one is not None)


class Names:
    """Into which partition each event goes, so that all names of a family have one order.

    What a name stands for is what the store says, and what was passed on and the store does not say
    yet. Where that puts a name into another partition than before, all that was passed on must
    have been dealt with first: :meth:`place` tells, and who waited for it calls :meth:`forget`.
    """

    def __init__(self, application: OnePlan, count: int) -> None:
        """Nothing has been passed on. ``count``: of partitions."""
        self._application = application
        self._count = count
        self._known: dict[Reference, str] = {}
        self._hosts: dict[str, str] = {}
        self._joining: dict[Name, str] = {}
        self._placed: dict[Name, int] = {}

    def look_up(self, namings: Iterable[Naming]) -> None:
        """Learn what these names stand for now. Raises PersistenceError."""
        namings = list(namings)
        references = {one for naming in namings for one in naming.references}
        if len(self._known) > KEPT:
            self._known.clear()
        self._known |= self._application.families_named(references.difference(self._known))
        families = {self._family(one) for one in references}
        families.update(one for naming in namings for one in naming.families)
        self._hosts = {}
        while families:
            hosts = self._application.hosts_of(families)
            self._hosts |= dict.fromkeys(families, "") | hosts
            onward = {*hosts.values(), *(self._joining.get(one, "") for one in families)}
            families = onward.difference(self._hosts, {""})

    def place(self, naming: Naming) -> int | None:
        """The partition of an event, or None when what was passed on must be dealt with first."""
        if naming.subject is None:
            return partition_of(naming.agency, self._count)
        names = self._names((naming.agency, naming.subject))
        family = str(names[-1])
        place = partition_of(family, self._count)
        joining = self._joined_by(naming, family)
        concerned = {*names, *joining, *naming.families}
        moved = any(self._placed.get(one, place) != place for one in concerned)
        if moved or len(self._placed) > KEPT:
            return None
        self._placed |= dict.fromkeys(concerned, place)
        self._joining |= dict.fromkeys(joining, family)
        return place

    def forget(self) -> None:
        """All that was passed on has been dealt with: what came of it is in the store."""
        self._joining.clear()
        self._placed.clear()

    def _joined_by(self, naming: Naming, family: str) -> list[Name]:
        """The names that stand for this family as soon as the event is taken, if they can."""
        joined: list[Name] = []
        if naming.reference is not None:
            reference = naming.agency, naming.reference
            if reference not in self._known:
                joined.append(reference)
        if naming.guest is not None and not self._hosts.get(naming.guest):
            joined.append(naming.guest)
        return [one for one in joined if self._names(one)[-1] != family]

    def _family(self, reference: Reference) -> str:
        return self._known.get(reference) or self._joining.get(reference) or reference[1]

    def _names(self, name: Name) -> list[Name]:
        """A name, and what it stands for, up to the family whose plan it is about."""
        names: list[Name] = [] if isinstance(name, str) else [name]
        family = name if isinstance(name, str) else self._family(name)
        while family not in names:
            names.append(family)
            family = self._hosts.get(family) or self._joining.get(family) or family
        if family != names[-1]:
            # Each is to become a part of the other, which will not be.
            names.append(min(one for one in names if isinstance(one, str)))
        return names


def _text(data: dict[str, object], field: str) -> str | None:
    value = data.get(field)
    return value if isinstance(value, str) else None
