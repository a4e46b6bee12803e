"""Agency events for the tests, built as an agency would."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import orjson

from services.intake.delivery import Delivery

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_sequence = itertools.count(1)


def cloud_event(
    type_: str, data: dict[str, Any], *, agency: str = "police", **attributes: Any
) -> dict[str, Any]:
    """A CloudEvent of this agency about family ``F1``; attributes win over the defaults."""
    return {
        "specversion": "1.0",
        "id": f"{agency}-{next(_sequence)}",
        "source": f"urn:oneplan:agency:{agency}",
        "type": f"nl.oneplan.{type_}.v1",
        "subject": "F1",
        "time": "2026-03-01T09:30:00Z",
        "data": data,
        **attributes,
    }


def delivery(event: dict[str, Any] | bytes, *, agency: str | None = None) -> Delivery:
    """The event as it comes from the stream, each with a sequence of its own."""
    if isinstance(event, bytes):
        body, sender = event, agency or "police"
    else:
        body, sender = orjson.dumps(event), agency or str(event["source"]).rsplit(":", 1)[-1]
    return Delivery(f"agency.{sender}.F1.test", body, next(_sequence))


def plan_opened(family: str = "F1", **attributes: Any) -> dict[str, Any]:
    """A plan with two members, in which the police and Veilig Thuis take part."""
    return cloud_event(
        "plan.opened",
        {
            "reason": "Twee meldingen in een maand.",
            "members": [
                {"member_id": "mother", "name": "Anna", "role": "parent"},
                {"member_id": "child", "name": "Bram", "role": "child", "birth_date": "2015-05-01"},
            ],
            "parties": [
                {"agency": "police", "task": "veiligheid"},
                {"agency": "veilig-thuis", "task": "onderzoek"},
            ],
        },
        **{"subject": family, **attributes},
    )


def lead(person: str = "lead-1", agency: str = "police") -> dict[str, str]:
    """A lead caseworker as data."""
    return {"person_id": person, "name": "Carla", "agency": agency}


def incident(incident_id: str, **facts: Any) -> dict[str, Any]:
    """The data of an incident."""
    return {
        "incident_id": incident_id,
        "kind": "physical",
        "by": ["unknown"],
        "against": ["mother"],
        "began_at": "2026-02-28T22:00:00Z",
        "text": "Ruzie op straat.",
        **facts,
    }
