"""Our own domain events as CloudEvents 1.0, for the stream PLAN_EVENTS."""

from __future__ import annotations

import re
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from domain.family_plan import PlanEvent
from domain.values import FamilyId, UtcDateTime

SOURCE = "urn:oneplan:service"
SEQUENCE_DIGITS = 20
NOT_FACTS = {"originator_id", "originator_version", "originator_topic", "timestamp"}


class PlanEventMessage(BaseModel):
    """One event of a plan. It may come twice: then with the same ``id`` and ``sequence``.

    ``sequence`` (CloudEvents' extension, as text of fixed width) is the event's position among
    all events, ``planversion`` its number within the plan, ``time`` when it happened and
    ``recordedat`` when we came to know it. An event that is too large to be sent has no ``data``
    but ``dataref`` (CloudEvents' claim check extension): where to read it over HTTP.
    """

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str = SOURCE
    type: str
    subject: FamilyId
    time: UtcDateTime
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: str
    planversion: int
    recordedat: UtcDateTime
    dataref: str | None = None
    data: dict[str, Any] | None

    @classmethod
    def of(cls, event: PlanEvent, position: int) -> Self:
        """The message about the event at this position."""
        kind = type(event)
        return cls(
            id=f"{event.originator_id}-{event.originator_version}",
            type=f"nl.oneplan.plan-event.{kebab(kind.__name__)}.v{kind.class_version}",
            subject=event.family_id,
            time=event.occurred_at,
            sequence=f"{position:0{SEQUENCE_DIGITS}}",
            planversion=event.originator_version,
            recordedat=event.recorded_at,
            data=event.model_dump(mode="json", exclude=NOT_FACTS),
        )

    def body(self) -> bytes:
        """The message as JSON; attributes without a value are left out."""
        left_out = {name for name in ("dataref", "data") if getattr(self, name) is None}
        return self.model_dump_json(exclude=left_out).encode()

    def without_data(self, dataref: str) -> Self:
        """The message about an event that is too large."""
        return self.model_copy(update={"data": None, "dataref": dataref})


def event_subject(event: PlanEvent) -> str:
    """Where the event is published."""
    return f"plan.{event.family_id}.{type(event).__name__}"


def kebab(name: str) -> str:
    """``PlanOpened`` as ``plan-opened``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
