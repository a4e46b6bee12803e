"""The resources of one bundle, each made once, and the references between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import uuid5

from domain.keys import ONEPLAN
from domain.values import utc
from services.exports.fhir.codes import CONFIDENTIALITY, IDENTIFIER, RESTRICTED

Resource = dict[str, Any]
Reference = dict[str, str]

OF_THEMSELVES = frozenset({"agency", "family", "plan", "care-team"})
"""What has an id that says by itself which one it is; of all else it is one within the family."""


class Resources:
    """Collects resources. Their ids follow from what they are about: the same in every export."""

    def __init__(self, family_id: str, language: str) -> None:
        self.family_id = family_id
        self._language = language
        self._made: dict[str, Resource] = {}

    def add(
        self, resource_type: str, of: str, item_id: str, facts: Resource, secrecy: str = RESTRICTED
    ) -> Reference:
        """Add a resource about one of our items; gives the reference to it.

        Args:
            of: the kind of item (``goal``, ``member``, ``agency``), with ids of its own.
            item_id: of an agency its code, which is the same for all families.
            secrecy: a code of HL7's confidentiality.
        """
        uri = self._uri(resource_type, of, item_id)
        self._made[uri] = {
            "resourceType": resource_type,
            "id": uri.removeprefix("urn:uuid:"),
            "meta": {"security": [{"system": CONFIDENTIALITY, "code": secrecy}]},
            "language": self._language,
            "identifier": [{"system": IDENTIFIER + of, "value": self._named(of, item_id)}],
            **{name: value for name, value in facts.items() if value not in (None, [], {})},
        }
        return self.reference(resource_type, of, item_id)

    def reference(self, resource_type: str, of: str, item_id: str) -> Reference:
        """A reference to a resource that is added, before or later."""
        return {"reference": self._uri(resource_type, of, item_id), "type": resource_type}

    def has(self, reference: Reference) -> bool:
        """Whether what it refers to has been added."""
        return reference["reference"] in self._made

    def entries(self) -> Iterator[Resource]:
        """The entries of the bundle, in the order in which they were added."""
        for uri, resource in self._made.items():
            yield {"fullUrl": uri, "resource": resource}

    def _uri(self, resource_type: str, of: str, item_id: str) -> str:
        return uuid5(ONEPLAN, f"fhir:{resource_type}:{of}:{self._named(of, item_id)}").urn

    def _named(self, of: str, item_id: str) -> str:
        return item_id if of in OF_THEMSELVES else f"{self.family_id}/{item_id}"


def moment(when: datetime) -> str:
    """A moment as FHIR writes it, in UTC."""
    return utc(when).isoformat().replace("+00:00", "Z")


def period(begin: date | datetime, end: date | datetime | None = None) -> Resource:
    """A period; without an end it goes on. One that would end before it begins is only begun.

    Such a one is told: an ending may come with an earlier time than its beginning.
    """
    if end is None or _before(end, begin):
        return {"start": _written(begin)}
    return {"start": _written(begin), "end": _written(end)}


def _before(end: date | datetime, begin: date | datetime) -> bool:
    if isinstance(end, datetime) and isinstance(begin, datetime):
        return end < begin
    return _day(end) < _day(begin)


def _day(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when


def _written(when: date | datetime) -> str:
    return moment(when) if isinstance(when, datetime) else when.isoformat()


def note(text: str, when: datetime, by: Reference | None = None) -> Resource:
    """An Annotation: what somebody wrote, when, and who if that is known."""
    author = {} if by is None else {"authorReference": by}
    return {**author, "time": moment(when), "text": text}
