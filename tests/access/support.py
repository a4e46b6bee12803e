"""Access records for the tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from domain.need_to_know.viewer import Viewer, ViewerRole
from services.access import AccessPath, AccessRecord, Outcome, Purpose

NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)
POLICE = Viewer(role=ViewerRole.AGENCY, agency="police")


def record(number: int = 1, **facts: Any) -> AccessRecord:
    """The police look at the plan of F1; facts win over that."""
    return AccessRecord(
        **{
            "viewer": POLICE,
            "family_id": "F1",
            "view": "plan",
            "categories": ("safety", "health"),
            "purpose": Purpose.CARE_COORDINATION,
            "path": AccessPath.NATS,
            "outcome": Outcome.SHOWN,
            "correlation_id": f"c{number}",
            "at": NOON,
            "system": "views",
            **facts,
        }
    )
