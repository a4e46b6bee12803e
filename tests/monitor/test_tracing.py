"""Traces from the agency's event to the views and the parties, and around each request."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import orjson
import pytest
from fastapi.testclient import TestClient
from nats.aio.client import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext, format_span_id, format_trace_id

from services.access import open_access_log
from services.access.tracing import as_trace_id, traced
from services.bus.connect import connected
from services.bus.credentials import ensure_credentials
from services.bus.streams import PARTY_VIEWS, PLAN_EVENTS
from services.bus.subjects import agency_subject, plan_subject
from services.monitor.otlp import make_provider, sending_spans
from services.monitor.tracing import tracing
from services.relay.service import open_relay
from services.settings import Settings
from services.store.application import OnePlan
from services.web.app import create_app
from tests.relay.support import finish
from tests.support.bus import make_streams, publish, receipts, running_bus
from tests.support.events import cloud_event, plan_opened
from tests.support.world import new_world, two_families
from tests.upgrade.test_rolling import ON_SQLITE, intake_running
from tests.web.support import bearer

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
ITS_OWN = f"00-{TRACE}-{SPAN}-01"
ANOTHER = f"00-{'a' * 32}-{'b' * 16}-01"


@contextmanager
def spans_kept() -> Iterator[InMemorySpanExporter]:
    """Spans stay in memory until the end of the block."""
    kept = InMemorySpanExporter()
    with tracing(make_provider("test", SimpleSpanProcessor(kept))):
        yield kept


def named(kept: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [one for one in kept.get_finished_spans() if one.name == name]


def ids(context: SpanContext | None) -> tuple[str, str]:
    """Trace and span as W3C writes them."""
    assert context is not None
    return format_trace_id(context.trace_id), format_span_id(context.span_id)


async def headers_on(client: Client, stream: str, subject: str) -> dict[str, str]:
    found = await client.jetstream().get_last_msg(stream, subject)
    return dict(found.headers or {})


@ON_SQLITE
@pytest.mark.anyio
async def test_an_agencys_event_can_be_followed_to_the_party(
    settings: Settings, application: OnePlan
) -> None:
    opened = plan_opened(traceparent=ITS_OWN)
    note = cloud_event("note.added", {"note_id": "n1", "text": "Belde."}, correlationid="zaak-7")
    with spans_kept() as kept, running_bus(settings) as bus, new_world(bus, application) as world:
        await make_streams(bus)
        async with connected(bus, "police") as police, intake_running(bus):
            await publish(police, "police", opened)
            await police.jetstream().publish(
                agency_subject("police", "F1", "test"),
                orjson.dumps(note),
                headers={"traceparent": ANOTHER},
            )
            # The same event, sent once more from somewhere else.
            await publish(police, "police", opened | {"traceparent": ANOTHER})
            await publish(police, "police", b"{")
            found = await receipts(police, "police", 4)
        assert [one.status for one in found] == ["accepted", "accepted", "duplicate", "rejected"]
        world.catch_up()
        async with open_relay(bus) as relay, connected(bus) as client:
            await finish(relay)
            on_plan_events = await headers_on(client, PLAN_EVENTS, "plan.F1.PlanOpened")
            to_party = await headers_on(client, PARTY_VIEWS, plan_subject("police", "F1"))

    intake, again = named(kept, "intake nl.oneplan.plan.opened.v1")
    assert (ids(intake.context)[0], ids(intake.parent)) == (TRACE, (TRACE, SPAN))
    assert (again.attributes or {})["oneplan.outcome"] == "duplicate"
    (projected,), (relayed,) = (named(kept, f"{one} PlanOpened") for one in ("project", "relay"))
    for span in (projected, relayed):
        assert ids(span.parent) == ids(intake.context)
        assert ids(span.context)[0] == TRACE
    assert ids(relayed.context) == tuple(on_plan_events["traceparent"].split("-")[1:3])

    (filed,) = named(kept, "intake nl.oneplan.note.added.v1")
    assert (ids(filed.context)[0], filed.parent) == (as_trace_id("zaak-7"), None)
    assert [ids(link.context)[0] for link in filed.links] == ["a" * 32]
    (followed,) = named(kept, "relay NoteAdded")
    assert ids(followed.parent) == ids(filed.context)

    # What a party is sent gives away nothing of what else belongs to the same case.
    theirs = traced(to_party["traceparent"])
    assert theirs not in {None, TRACE, as_trace_id("zaak-7")}
    (sent,) = (one for one in named(kept, "send PARTY_VIEWS") if ids(one.context)[0] == theirs)
    assert [ids(link.context) for link in sent.links] == [ids(followed.context)]

    told = str([(one.name, dict(one.attributes or {})) for one in kept.get_finished_spans()])
    assert not any(word in told for word in ("F1", "Anna", "Belde", "Twee meldingen", "zaak-7"))


@ON_SQLITE
def test_a_request_and_its_access_record_have_one_trace(
    settings: Settings, application: OnePlan
) -> None:
    ensure_credentials(settings)
    nowhere = settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    with new_world(nowhere, application) as world:
        client = TestClient(create_app(nowhere))
        world.take(*two_families())
        with client, spans_kept() as kept:
            headers = bearer(nowhere, "police")
            for more in ({"traceparent": ITS_OWN}, {}):
                plan = client.get("/api/v1/families/F1/plan", headers={**headers, **more})
                assert plan.status_code == 200
        with open_access_log(nowhere) as access_log:
            looks = [one.correlation_id for one in access_log.of_family("F1").entries]
    spans = named(kept, "GET /api/v1/families/{family_id}/plan")
    assert [ids(one.context)[0] for one in spans] == looks[::-1]
    assert ids(spans[0].parent) == (TRACE, SPAN)
    assert (spans[0].attributes or {})["http.response.status_code"] == 200
    assert "F1" not in str([dict(one.attributes or {}) for one in spans])


class Collector(BaseHTTPRequestHandler):
    """Takes spans by OTLP over HTTP, as a collector does."""

    taken: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        """Take what is sent."""
        assert self.path == "/v1/traces"
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        for sent in ExportTraceServiceRequest.FromString(body).resource_spans:
            names = [span.name for scope in sent.scope_spans for span in scope.spans]
            service = {one.key: one.value.string_value for one in sent.resource.attributes}
            self.taken.extend(f"{service['service.name']}: {name}" for name in names)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


@ON_SQLITE
def test_spans_reach_a_collector_and_the_sampler_is_heeded(
    settings: Settings, application: OnePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    here = settings.model_copy(update={"otlp_endpoint": f"http://127.0.0.1:{server.server_port}/"})
    with new_world(settings, application) as world:
        with sending_spans(here, "projector"):
            world.take(plan_opened())
        monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
        with spans_kept() as kept:
            world.take(cloud_event("note.added", {"note_id": "n1", "text": "x"}))
    server.shutdown()
    server.server_close()
    assert set(Collector.taken) == {"oneplan-projector: project PlanOpened"}
    assert kept.get_finished_spans() == ()


@ON_SQLITE
def test_a_trace_that_is_no_trace_is_no_reason_to_refuse(
    settings: Settings, application: OnePlan
) -> None:
    with new_world(settings, application) as world:
        world.take(plan_opened(traceparent="nonsense"), plan_opened("F2", traceparent=7))
        correlations = [
            event.provenance.correlation_id
            for family_id in ("F1", "F2")
            for event in application.events_of(family_id)
        ]
    assert [one.partition("-")[0] for one in correlations] == ["police", "police"]
