"""What the relay puts into the streams: an event for everyone, a view for each party."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from domain.family_plan import PlanEvent
from domain.values import UtcDateTime
from services.bus.streams import PARTY_VIEWS, PLAN_EVENTS
from services.bus.subjects import plan_subject
from services.contracts.cloudevent import CONTENT_TYPE
from services.relay.outbox import Change
from services.relay.plan_event import PlanEventMessage, event_subject


@dataclass(frozen=True, slots=True)
class Message:
    """What goes into a stream. JetStream drops another one with the same id for a while."""

    stream: str
    subject: str
    id: str
    content_type: str
    body: bytes


class ViewNotice(BaseModel):
    """Stands for a view that does not fit into one message: where to read it over HTTP."""

    model_config = ConfigDict(frozen=True)

    family_id: str
    version: int
    changed_at: UtcDateTime
    dataref: str


def event_message(event: PlanEvent, position: int, largest: int) -> Message:
    """The message about an event, without its data when it has more than ``largest`` bytes."""
    message = PlanEventMessage.of(event, position)
    body = message.body()
    if len(body) > largest:
        body = message.without_data(_http_path(event.family_id, "timeline")).body()
    return Message(PLAN_EVENTS, event_subject(event), message.id, CONTENT_TYPE, body)


def view_messages(change: Change, largest: int) -> Iterator[Message]:
    """The changed view for each of its parties, or a notice when it exceeds ``largest`` bytes."""
    view = change.view
    body = view.model_dump_json().encode()
    if len(body) > largest:
        notice = ViewNotice(
            family_id=view.family_id,
            version=view.version,
            changed_at=view.changed_at,
            dataref=_http_path(view.family_id, "plan"),
        )
        body = notice.model_dump_json().encode()
    for agency in change.parties:
        subject = plan_subject(agency, view.family_id)
        message_id = f"{view.family_id}:{view.version}:{agency}"
        yield Message(PARTY_VIEWS, subject, message_id, "application/json", body)


def _http_path(family_id: str, view: str) -> str:
    return f"/api/v1/families/{family_id}/{view}"
