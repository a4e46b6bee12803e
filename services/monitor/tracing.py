"""Traces: an agency's event from the stream to the views and the parties, and each request.

A stored event holds no trace. It is found by what the event does hold: the trace's id is its
correlation id or derived from that, the id of the intake's span is derived from its receipt, which
is its causation id. So each process makes its spans by itself, and they come together.

Spans have codes, types, outcomes and positions; no family, no person, no text. Without an exporter
(:mod:`services.monitor.otlp`) none is made.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, StatusCode, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from domain.context import Provenance
from services.access.tracing import as_trace_id, traced

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

TRACEPARENT = "traceparent"
TRACE_FIELDS = (TRACEPARENT, "tracestate")
"""The attributes of CloudEvents' Distributed Tracing extension, and the headers of W3C."""
W3C = TraceContextTextMapPropagator()

chosen_ids: ContextVar[tuple[int, int | None] | None] = ContextVar("chosen_ids", default=None)
"""The trace's id for the next span that has no parent, and its own id or None for any."""

_traces: Traces | None = None


@dataclass(frozen=True)
class Origin:
    """Where an agency event comes from, as its trace needs it."""

    correlation_id: str
    receipt_id: UUID
    carrier: Mapping[str, str]
    """Its ``traceparent``, as its sender gave it."""


class Recorded(Protocol):
    """An event at its position in the store (:class:`services.read_model.source.RecordedEvent`)."""

    @property
    def position(self) -> int:
        """Its position in the store."""

    @property
    def event(self) -> Any:
        """The event."""


class Taken(Protocol):
    """What became of an agency event (:class:`services.intake.delivery.Outcome`)."""

    @property
    def origin(self) -> Origin | None:
        """Where it comes from; None when it could not be read."""

    @property
    def traits(self) -> dict[str, str | int]:
        """What may be told of it."""


class Traces:
    """The spans of one process."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("oneplan")

    def taken(self, outcomes: Iterable[Taken], began: int) -> None:
        """A span for each agency event that was dealt with since ``began`` (ns since 1970)."""
        for outcome in outcomes:
            origin = outcome.origin
            if origin is not None:
                self._taken(origin, outcome.traits, began)

    def projected(self, events: Iterable[Recorded], began: int, views: int) -> None:
        """A span for each event that was put into this many views since ``began``."""
        for one in events:
            span = self._follow("project", one, began)
            if span is not None:
                span.set_attribute("oneplan.views", views)
                span.end()

    @contextmanager
    def relaying(self, events: Iterable[Recorded]) -> Iterator[dict[int, SpanContext]]:
        """A span for each event while it is published; gives their contexts by position."""
        began = time.time_ns()
        followed = ((one.position, self._follow("relay", one, began)) for one in events)
        spans = {position: span for position, span in followed if span is not None}
        try:
            yield {position: span.get_span_context() for position, span in spans.items()}
        finally:
            for span in spans.values():
                span.end()

    def sent(self, stream: str, cause: SpanContext | None) -> dict[str, str]:
        """Headers for what a party is sent, of a trace of its own that is linked to its cause.

        The cause's own trace would tell a party what else has the same correlation.
        """
        if cause is None:
            return {}
        span = self._tracer.start_span(
            f"send {stream}", Context(), kind=SpanKind.PRODUCER, links=[Link(cause)]
        )
        span.end()
        return headers_of(span.get_span_context())

    @contextmanager
    def answering(
        self, name: str, headers: Mapping[str, str], traits: Mapping[str, str]
    ) -> Iterator[Span]:
        """A span around answering a request, in the trace that its headers name."""
        asked = W3C.extract(carrier_of(headers), Context())
        with self._tracer.start_as_current_span(
            name,
            asked,
            SpanKind.SERVER,
            dict(traits),
            # What an exception says may quote somebody.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except Exception as error:
                span.set_status(StatusCode.ERROR, type(error).__name__)
                raise

    def _taken(self, origin: Origin, traits: Mapping[str, str | int], began: int) -> None:
        trace_id = _trace_id(origin.correlation_id)
        asked = trace.get_current_span(W3C.extract(origin.carrier, Context())).get_span_context()
        if not self._wanted(trace_id):
            return
        own = asked.trace_id == trace_id
        # What comes after has the span of the delivery that had the effect as its parent.
        effect = traits.get("oneplan.outcome") == "accepted"
        self._start(
            f"intake {traits.get('oneplan.event_type', 'event')}",
            trace_id,
            began,
            kind=SpanKind.CONSUMER,
            span_id=_span_id(origin.receipt_id) if effect else None,
            parent=_context(trace_id, asked.span_id) if own else None,
            links=[Link(asked)] if asked.is_valid and not own else [],
            attributes=traits,
        ).end()

    def _follow(self, what: str, one: Recorded, began: int) -> Span | None:
        provenance = getattr(one.event, "provenance", None)
        if not isinstance(provenance, Provenance):
            return None
        trace_id = _trace_id(provenance.correlation_id)
        if not self._wanted(trace_id):
            return None
        receipt = _as_uuid(provenance.causation_id)
        name = type(one.event).__name__
        return self._start(
            f"{what} {name}",
            trace_id,
            began,
            parent=None if receipt is None else _context(trace_id, _span_id(receipt)),
            attributes={"oneplan.event_type": name, "oneplan.position": one.position},
        )

    def _start(
        self,
        name: str,
        trace_id: int,
        began: int,
        *,
        span_id: int | None = None,
        parent: Context | None,
        **given: Any,
    ) -> Span:
        token = chosen_ids.set((trace_id, span_id))
        try:
            return self._tracer.start_span(name, parent or Context(), start_time=began, **given)
        finally:
            chosen_ids.reset(token)

    def _wanted(self, trace_id: int) -> bool:
        """The sampler's decision, by the trace alone: the same in every process."""
        found = self._provider.sampler.should_sample(Context(), trace_id, "oneplan")
        # Decision.RECORD_AND_SAMPLE, without loading the library where nobody wants spans.
        return found.decision.name == "RECORD_AND_SAMPLE"


def traces() -> Traces | None:
    """The spans of this process, None when nobody wants them."""
    return _traces


@contextmanager
def tracing(provider: TracerProvider) -> Iterator[None]:
    """Make spans until the end of the block."""
    global _traces  # noqa: PLW0603 - a process has one, or none
    _traces = Traces(provider)
    try:
        yield
    finally:
        _traces = None


@contextmanager
def answering(name: str, headers: Mapping[str, str] | None, **traits: str) -> Iterator[Span]:
    """A span around answering a request; one that is not recorded when nobody wants it."""
    if _traces is None:
        yield trace.INVALID_SPAN
        return
    with _traces.answering(
        name, headers or {}, {f"oneplan.{k}": v for k, v in traits.items()}
    ) as span:
        yield span


def carrier_of(headers: Mapping[str, str] | None) -> dict[str, str]:
    """What of a message's headers says to which trace it belongs, if it is valid.

    ``tracestate`` is left where it is: anybody can write anything in it.
    """
    given = {name.lower(): value for name, value in (headers or {}).items()}
    parent = given.get(TRACEPARENT)
    return {} if traced(parent) is None else {TRACEPARENT: str(parent)}


def current_trace_id() -> str | None:
    """The id of the trace that is going on, as 32 hex digits, if there is one."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


def headers_of(context: SpanContext) -> dict[str, str]:
    """A context as W3C headers."""
    carrier: dict[str, str] = {}
    W3C.inject(carrier, trace.set_span_in_context(trace.NonRecordingSpan(context), Context()))
    return carrier


def _context(trace_id: int, span_id: int) -> Context:
    context = SpanContext(
        trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(context), Context())


def _trace_id(correlation_id: str) -> int:
    return int(as_trace_id(correlation_id), 16)


def _span_id(receipt_id: UUID) -> int:
    return receipt_id.int >> 64


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
