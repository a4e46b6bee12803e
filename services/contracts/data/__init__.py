"""The ``data`` of each agency event type: one pydantic model a type, one module a concept.

A type is ``nl.oneplan.<noun>.<verb>.v<version>``. Its shape never changes; another shape is
another version, and the older one is taken for ever.
"""

from __future__ import annotations

from domain.values import Value
from services.contracts.data import (
    addresses,
    conferences,
    emergency,
    incidents,
    measures,
    merging,
    people,
    persons,
    plan,
    reports,
    signals,
    voice,
    work,
)

DATA_BY_TYPE: dict[str, type[Value]] = {
    **plan.TYPES,
    **people.TYPES,
    **merging.TYPES,
    **work.TYPES,
    **incidents.TYPES,
    **reports.TYPES,
    **measures.TYPES,
    **voice.TYPES,
    **conferences.TYPES,
    **signals.TYPES,
    **addresses.TYPES,
    **emergency.TYPES,
    **persons.TYPES,
}
