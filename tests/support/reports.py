"""Agency events about a report at Veilig Thuis, as the agencies would send them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.support.events import NOW, cloud_event


def reported(
    report_id: str = "r1", *, family: str = "F1", at: datetime = NOW, **facts: Any
) -> dict[str, Any]:
    """The school reported to Veilig Thuis, unless said otherwise."""
    data = {
        "report_id": report_id,
        "reporter": "Juf Vos",
        "reporter_kind": "professional",
        "reporter_agency": "school",
        "text": "Blauwe plekken op zijn arm.",
        **facts,
    }
    return by_veilig_thuis("report.received", data, at, family=family, version=2)


def triaged(at: datetime, report_id: str = "r1", outcome: str = "help") -> dict[str, Any]:
    """What Veilig Thuis decided."""
    data = {"report_id": report_id, "outcome": outcome, "text": "Vertrouwelijk overleg."}
    return by_veilig_thuis("report.triaged", data, at)


def told(at: datetime, stage: str = "received", report_id: str = "r1") -> dict[str, Any]:
    """What Veilig Thuis told the reporter."""
    data = {"report_id": report_id, "stage": stage, "text": "Uw melding is binnen."}
    return by_veilig_thuis("feedback.given", data, at)


def by_veilig_thuis(
    type_: str, data: dict[str, Any], at: datetime, *, family: str = "F1", version: int = 1
) -> dict[str, Any]:
    """An event of Veilig Thuis, of when it happened."""
    return cloud_event(
        type_,
        data,
        agency="veilig-thuis",
        type=f"nl.oneplan.{type_}.v{version}",
        subject=family,
        time=at.isoformat(),
    )
