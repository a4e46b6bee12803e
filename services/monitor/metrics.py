"""The metrics that the work itself counts. What stands in a database or a stream is counted when
somebody asks: see :mod:`services.monitor.store` and :mod:`services.monitor.bus`.

No label is a family, a person or an event: a metric is kept for long and seen by many.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

FAILURES = Counter(
    "oneplan_step_failures", "Steps of a service's work that failed", ("service", "error")
)

INTAKE_EVENTS = Counter(
    "oneplan_intake_events",
    "Agency events that were dealt with, by what became of them; handed-back is for a newer intake",
    ("outcome",),
)
INTAKE_BATCH_EVENTS = Histogram(
    "oneplan_intake_batch_events",
    "Events in one batch",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000),
)
INTAKE_BATCH_SECONDS = Histogram(
    "oneplan_intake_batch_seconds",
    "How long a batch takes, to its receipts",
    buckets=(*SECONDS, 30),
)

INTAKE_PARTITIONS = Gauge(
    "oneplan_intake_partitions", "Partitions of the families that this intake has, or waits for"
)

PROJECTED_EVENTS = Counter("oneplan_projector_events", "Events applied to the views, each batch")
PROJECTOR_BATCH_SECONDS = Histogram(
    "oneplan_projector_batch_seconds", "How long a batch takes to apply", buckets=(*SECONDS, 30)
)

WATCH_STEPS = Counter("oneplan_watch_dealt", "Events and families that the watch dealt with")

RELAY_MESSAGES = Counter("oneplan_relay_messages", "Messages that the relay published", ("stream",))

NOTARY_EVENTS = Gauge("oneplan_notary_events", "Events that the notary's last checkpoint covers")

HTTP_REQUESTS = Counter("oneplan_http_requests", "HTTP requests", ("method", "route", "status"))
HTTP_SECONDS = Histogram(
    "oneplan_http_request_seconds",
    "How long an HTTP request takes",
    ("route",),
    buckets=SECONDS,
)

QUESTIONS = Counter(
    "oneplan_questions", "Questions over NATS, by what they ask for", ("topic", "outcome")
)
QUESTION_SECONDS = Histogram(
    "oneplan_question_seconds",
    "How long a question over NATS takes",
    ("topic",),
    buckets=SECONDS,
)

DEAD_LETTERS = Gauge(
    "oneplan_dead_letters", "Agency events that are kept, on hold or rejected", ("status",)
)
CONSUMER_PENDING = Gauge(
    "oneplan_consumer_pending",
    "Messages that a durable consumer has not been given yet",
    ("stream", "consumer"),
)
CONSUMER_UNACKNOWLEDGED = Gauge(
    "oneplan_consumer_unacknowledged",
    "Messages that a durable consumer was given and has not acknowledged",
    ("stream", "consumer"),
)
STREAM_BYTES = Gauge("oneplan_stream_bytes", "Bytes of a stream on disk", ("stream",))
STREAM_MESSAGES = Gauge("oneplan_stream_messages", "Messages in a stream", ("stream",))
