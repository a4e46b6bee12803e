"""What the relay puts into the streams: an event for everyone, a view for each party, notices."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from pydantic import BaseModel, ConfigDict

from domain.family_plan import PlanEvent
from domain.family_plan.reports import FeedbackGiven
from domain.values import UtcDateTime
from services.bus.streams import PARTY_NOTICES, PARTY_VIEWS, PLAN_EVENTS
from services.bus.subjects import conference_subject, feedback_subject, plan_subject
from services.contracts.cloudevent import CONTENT_TYPE
from services.contracts.notices import ConferenceNotice, FeedbackNotice
from services.relay.outbox import Change
from services.relay.plan_event import PlanEventMessage, event_subject

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Message:
    """What goes into a stream. JetStream drops another one with the same id for a while."""

    stream: str
    subject: str
    id: str
    content_type: str
    body: bytes
    position: int
    """The place in our log of what it is about."""


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
    return Message(PLAN_EVENTS, event_subject(event), message.id, CONTENT_TYPE, body, position)


def view_messages(change: Change, largest: int) -> Iterator[Message]:
    """The changed view for each party, or a notice when it exceeds ``largest`` bytes.

    Its id has the place of the change in our log: a view's version counts what its reader sees,
    and goes back when they may see less. And it has a digest: what comes again after a crash may be
    newer by then, and must not be dropped.
    """
    for cut in change.cuts:
        view = cut.view
        if view is None:
            continue
        body = view.model_dump_json().encode()
        if len(body) > largest:
            notice = ViewNotice(
                family_id=view.family_id,
                version=view.version,
                changed_at=view.changed_at,
                dataref=_http_path(view.family_id, "plan"),
            )
            body = notice.model_dump_json().encode()
        digest = blake2b(body, digest_size=8).hexdigest()
        message_id = f"{change.family_id}:{change.position}:{cut.agency}:{digest}"
        subject = plan_subject(cut.agency, view.family_id)
        yield Message(PARTY_VIEWS, subject, message_id, JSON, body, change.position)


def result_messages(change: Change, largest: int) -> Iterator[Message]:
    """What came of conferences, for each party, or a notice if it exceeds ``largest`` bytes."""
    for cut in change.cuts:
        for view in cut.results:
            body = view.model_dump_json().encode()
            if len(body) > largest:
                notice = ConferenceNotice(
                    family_id=view.family_id,
                    conference_id=view.conference_id,
                    dataref=_http_path(view.family_id, "conferences"),
                )
                body = notice.model_dump_json().encode()
            subject = conference_subject(cut.agency, view.family_id, view.conference_id)
            message_id = f"conference:{view.family_id}:{view.conference_id}:{cut.agency}"
            yield Message(PARTY_NOTICES, subject, message_id, JSON, body, change.position)


def feedback_message(event: FeedbackGiven, position: int, agencies: Container[str]) -> Message:
    """What came of a report, for the agency that reported or that has to tell who did.

    An agency that is not one of ``agencies`` cannot read here, so who received the report is told
    and passes it on.
    Who reported need not be a party. The message's id is the event's place in our log because all
    other ids of an event give away which family it is about.
    """
    notice = FeedbackNotice(
        report_id=event.report_id,
        stage=event.stage,
        text=event.text,
        from_agency=event.agency,
        occurred_at=event.occurred_at,
    )
    reads_here = event.reporter_agency in agencies
    to = event.reporter_agency if reads_here and event.reporter_agency else event.agency
    subject = feedback_subject(to, event.report_id)
    body = notice.model_dump_json().encode()
    return Message(PARTY_NOTICES, subject, f"feedback:{position}", JSON, body, position)


def _http_path(family_id: str, view: str) -> str:
    return f"/api/v1/families/{family_id}/{view}"
