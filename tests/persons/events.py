"""Descriptions as events, for the tests of the intake."""

from __future__ import annotations

from typing import Any

from tests.persons.people import JAN
from tests.support.events import cloud_event


def described(
    person_reference: str = "P-1",
    *,
    agency: str = "police",
    subject: str = "CASE-1",
    member_id: str | None = None,
    **facts: Any,
) -> dict[str, Any]:
    """An agency describes Jan, with other facts in place of his own; None leaves one out."""
    data = {**JAN, **facts, "person_reference": person_reference, "member_id": member_id}
    given = {key: value for key, value in data.items() if value is not None}
    return cloud_event("person.described", given, agency=agency, subject=subject)


def noted(number: int, *, agency: str = "police", subject: str = "CASE-1") -> dict[str, Any]:
    """A note about whoever the agency's case is about."""
    data = {"note_id": f"n{number}", "text": "Kwam niet opdagen."}
    return cloud_event("note.added", data, agency=agency, subject=subject)
