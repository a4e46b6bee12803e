"""Sending spans to a collector by OTLP over HTTP. Loaded only where that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_NAMESPACE, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from services.monitor.tracing import chosen_ids, tracing
from services.settings import Settings


class ChosenIds(RandomIdGenerator):
    """Random ids, unless others were chosen for the next span."""

    def generate_trace_id(self) -> int:
        """The id of a trace that begins."""
        chosen = chosen_ids.get()
        return super().generate_trace_id() if chosen is None else chosen[0]

    def generate_span_id(self) -> int:
        """The id of a span."""
        chosen = chosen_ids.get()
        own = None if chosen is None else chosen[1]
        return super().generate_span_id() if own is None else own

    def is_trace_id_random(self) -> bool:
        """Not where it is derived from an event."""
        return chosen_ids.get() is None


def make_provider(service: str, processor: SpanProcessor) -> TracerProvider:
    """A provider of spans that go to this processor. ``OTEL_TRACES_SAMPLER`` is heeded."""
    provider = TracerProvider(
        resource=Resource.create(
            {
                SERVICE_NAMESPACE: "oneplan",
                SERVICE_NAME: f"oneplan-{service}",
                SERVICE_VERSION: version("oneplan"),
            }
        ),
        id_generator=ChosenIds(),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(processor)
    return provider


@contextmanager
def sending_spans(settings: Settings, service: str) -> Iterator[None]:
    """Make spans and send them, until the end of the block; what is left is sent then."""
    base = settings.otlp_endpoint
    # Without an address of ours it takes the one of OpenTelemetry's own variables.
    exporter = OTLPSpanExporter(endpoint=None if base is None else f"{base.rstrip('/')}/v1/traces")
    provider = make_provider(service, BatchSpanProcessor(exporter))
    try:
        with tracing(provider):
            yield
    finally:
        provider.shutdown()
