"""From bytes to a typed agency event, or to the reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, ValidationError

from domain.keys import receipt_id
from domain.values import Value
from services.access.tracing import traced
from services.bus.subjects import is_token
from services.contracts.cloudevent import CloudEvent
from services.contracts.data import DATA_BY_TYPE
from services.contracts.faults import WHOLE_MESSAGE, explain
from services.contracts.receipt import Status
from services.intake import bsn_guard
from services.intake.delivery import Delivery, Outcome
from services.monitor.tracing import TRACE_FIELDS, TRACEPARENT, Origin, carrier_of

Model = TypeVar("Model", bound=BaseModel)
AgencyOfSource = Callable[[str], str | None]

REASON_LIMIT = 900
"""Characters of a reason: it travels in a message header and in the receipt."""


@dataclass(frozen=True)
class AgencyEvent:
    """A well-formed event of a known type, from the agency it says it is from."""

    delivery: Delivery
    agency: str
    envelope: CloudEvent
    data: Value
    digest: str
    origin: Origin

    @property
    def receipt_id(self) -> UUID:
        """The id of this event's receipt."""
        return self.origin.receipt_id

    @property
    def correlation_id(self) -> str:
        """What the sender files it under, or the trace it belongs to, or its own id."""
        return self.origin.correlation_id

    def outcome(self, status: Status, **facts: Any) -> Outcome:
        """What became of this event."""
        return Outcome(
            delivery=self.delivery,
            status=status,
            event_id=self.envelope.id,
            event_type=self.envelope.type,
            origin=self.origin,
            **facts,
        )


class Unreadable(Exception):
    """A message that is not an event we take, with the field and the reason."""

    def __init__(self, field: str, reason: str, *, kept: Delivery | None = None) -> None:
        super().__init__(field)
        self.field = field
        self.reason = reason
        self.kept = kept
        """What may be kept of a message that must not stay as it is."""


def read(delivery: Delivery, agency_of_source: AgencyOfSource) -> AgencyEvent | Outcome:
    """Read one message. Never raises for what a message may hold: a fault is an outcome."""
    raw: dict[str, Any] = {}
    try:
        raw = _json_object(delivery)
        _refuse_bsn(delivery, raw)
        envelope = _validated(CloudEvent, raw)
        agency = _sender(delivery, envelope, agency_of_source)
        data = _validated(_data_model(envelope), envelope.data, "data")
    except Unreadable as fault:
        return _rejected(delivery, raw, fault)
    origin = _origin(envelope, delivery)
    return AgencyEvent(delivery, agency, envelope, data, digest(raw), origin)


def _json_object(delivery: Delivery) -> dict[str, Any]:
    try:
        raw = orjson.loads(delivery.body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(
            WHOLE_MESSAGE,
            f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}",
            kept=bsn_guard.without_body(delivery),
        ) from None
    if not isinstance(raw, dict):
        raise Unreadable(WHOLE_MESSAGE, "not a JSON object; send one CloudEvent a message")
    return raw


def _refuse_bsn(delivery: Delivery, raw: dict[str, Any]) -> None:
    found = bsn_guard.look(delivery, raw)
    if found is not None:
        raise Unreadable(found.field, bsn_guard.REASON, kept=found.kept)


def _validated(model: type[Model], raw: dict[str, Any], prefix: str = "") -> Model:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise Unreadable(*explain(error, prefix)) from None


def _sender(delivery: Delivery, envelope: CloudEvent, agency_of_source: AgencyOfSource) -> str:
    agency = agency_of_source(envelope.source)
    if agency != delivery.agency:
        raise Unreadable(
            "source",
            f"{envelope.source} is not the source of {delivery.agency}, "
            f"on whose subject this was published; use urn:oneplan:agency:{delivery.agency}",
        )
    return agency


def _data_model(envelope: CloudEvent) -> type[Value]:
    model = DATA_BY_TYPE.get(envelope.type)
    if model is None:
        raise Unreadable(
            "type", f"{envelope.type} is not an event type we take; see `oneplan schema export`"
        )
    return model


def _origin(envelope: CloudEvent, delivery: Delivery) -> Origin:
    """Where it comes from: the trace in its own attributes, or in the headers it came with."""
    given = (envelope.model_extra or {}).get(TRACEPARENT)
    carrier = (carrier_of({TRACEPARENT: given}) if isinstance(given, str) else {}) or (
        delivery.carrier
    )
    own = envelope.correlationid or traced(carrier.get(TRACEPARENT)) or envelope.id
    return Origin(own, receipt_id(envelope.source, envelope.id), carrier)


def digest(raw: dict[str, Any]) -> str:
    """SHA-256 of the event in canonical form: two spellings of one event have one digest.

    To which trace it belongs says how it travelled, not what it is.
    """
    told = {name: value for name, value in raw.items() if name not in TRACE_FIELDS}
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _rejected(delivery: Delivery, raw: dict[str, Any], fault: Unreadable) -> Outcome:
    if fault.kept is not None:
        delivery, raw = fault.kept, bsn_guard.readable(fault.kept)
    event_id, event_type = raw.get("id"), raw.get("type")
    return Outcome(
        delivery=delivery,
        status=Status.REJECTED,
        event_id=event_id if is_token(event_id) else f"unreadable-{delivery.sequence}",
        event_type=event_type[:100] if isinstance(event_type, str) else None,
        field=fault.field[:200],
        reason=fault.reason[:REASON_LIMIT],
        erase=fault.kept is not None,
    )
