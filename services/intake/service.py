"""The intake service: FastStream on AGENCY_EVENTS or its partitions, one batch at a time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

import nats.errors
import structlog
from eventsourcing.persistence import PersistenceError
from faststream import AckPolicy, FastStream
from faststream.message import StreamMessage
from faststream.nats import JStream, NatsMessage, PullSub
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.bus.agencies import AgencyRegister
from services.bus.broker import make_broker
from services.bus.streams import AGENCY_EVENTS
from services.intake.desk import Decided, Desk
from services.intake.intake import Intake
from services.intake.passed_on import acknowledge, delivery_of, place_of
from services.intake.source import Source
from services.intake.subscriber import take_from
from services.monitor.bus import keep_counting
from services.monitor.checks import database_answers, nats_connected
from services.monitor.metrics import INTAKE_BATCH_EVENTS, INTAKE_BATCH_SECONDS, INTAKE_EVENTS
from services.monitor.vitals import Vitals
from services.settings import Settings
from services.store.application import open_application

log = structlog.get_logger(__name__)

AGENCY_CHANNEL = "agency events"
SWEEP_SECONDS = 5.0
"""How long an event can stay on hold after what it waits for came, in the worst case."""
RETRY_SECONDS = 1.0
"""How long to leave the stream alone after the database or the server failed."""
HANDED_BACK = "handed-back"
FOR_A_NEWER_SECONDS = 5.0
"""How long a newer intake has to take what this one cannot, before it comes here again."""


def make_intake(settings: Settings, vitals: Vitals | None = None) -> FastStream:
    """The intake application: ``await make_intake(settings).run()``."""
    vitals = vitals or Vitals("intake")
    worker = Worker(vitals)
    broker = make_broker(settings, logger=None, reconnected_cb=worker.reconnected)

    subscriber = broker.subscriber(
        "agency.>",
        stream=JStream(AGENCY_EVENTS, declare=False),
        pull_sub=PullSub(
            batch_size=settings.intake_batch, timeout=settings.intake_wait, batch=True
        ),
        ack_policy=AckPolicy.MANUAL,
        decoder=_leave_as_it_is,
        title=AGENCY_CHANNEL,
        description="What the agencies publish: CloudEvents 1.0, see `oneplan schema export`.",
    )

    @subscriber
    async def take_batch(_events: list[bytes], message: NatsMessage) -> None:
        raw: object = message.raw_message
        assert isinstance(raw, list)  # noqa: S101 - a batch subscriber is given a batch
        await worker.take(raw)

    @contextlib.asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        connection = await broker.connect()
        with open_application(settings) as application:
            intake = Intake(application, AgencyRegister(settings).agency_of_source)
            worker.desk = Desk(application, intake, connection)
            worker.source = Source(connection, application, settings, vitals)
            worker.client = connection
            take_from(subscriber, worker)
            # What is on hold must be known before the first batch: it may become due within it.
            await worker.desk.sweep()
            vitals.look_at("database", database_answers(application))
            vitals.look_at("nats", nats_connected(connection))
            vitals.works()
            beside = [
                asyncio.create_task(worker.keep_sweeping()),
                asyncio.create_task(keep_counting(connection.jetstream())),
            ]
            try:
                yield
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
                await broker.stop()

    return FastStream(broker, lifespan=lifespan, logger=None)


async def _leave_as_it_is(message: StreamMessage[list[Msg]]) -> list[bytes]:
    """Intake reads the bytes itself: a message that is no JSON must reach it too."""
    return [one.data for one in message.raw_message]


class Worker:
    """Connects the desk to the stream.

    While the senders of a batch are told, the next one is decided on.
    """

    client: Client
    desk: Desk
    source: Source

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals
        self._telling: asyncio.Task[None] | None = None
        self._fetches = False

    async def start(self) -> None:
        """Begin to fetch. Raises nats.errors.Error when the server does not answer."""
        await self.source.start()
        self._fetches = True

    async def reconnected(self) -> None:
        """Begin again at once: what was on its way when the connection broke does not come."""
        if self._fetches:
            self.source.again()

    async def fetch(self, batch: int, timeout: float | None) -> list[Msg]:  # noqa: ASYNC109
        """Messages, as they come. Raises nats.errors.TimeoutError when none came in time."""
        return await self.source.fetch(batch, timeout)

    async def unsubscribe(self) -> None:
        """Finish what is in hand and leave the rest to others."""
        await self._until_told()
        await self.source.stop()

    async def take(self, messages: Sequence[Msg]) -> None:
        """Decide on a batch, and have it acknowledged once its senders were told.

        When anything fails the server delivers it again. What is for a newer intake goes back to
        the stream, and with it nothing else.
        """
        # FastStream fills a batch by more than one fetch, and what is older may come later.
        messages = sorted(messages, key=place_of)
        INTAKE_BATCH_EVENTS.observe(len(messages))
        began = time.monotonic()
        try:
            deliveries = [await delivery_of(self.client, message) for message in messages]
            with self._vitals.step():
                if self.source.others_had_it():
                    await self.desk.look_what_is_held()
                decided = await self.desk.decide(deliveries)
        except (PersistenceError, nats.errors.Error) as error:
            await self._until_told()
            await self._not_taken(messages, error)
            return
        await self._until_told()
        self._telling = asyncio.create_task(self._tell(messages, decided, began))

    async def _tell(self, messages: Sequence[Msg], decided: Decided, began: float) -> None:
        try:
            with self._vitals.step():
                await decided.tell()
                for message, outcome in zip(messages, decided.outcomes, strict=True):
                    if outcome is None:
                        await message.nak(delay=FOR_A_NEWER_SECONDS)
                    else:
                        await acknowledge(self.client, message)
                    status = HANDED_BACK if outcome is None else outcome.status.value
                    INTAKE_EVENTS.labels(status).inc()
        except nats.errors.Error as error:
            await self._not_taken(messages, error)
            return
        self.source.done(messages)
        INTAKE_BATCH_SECONDS.observe(time.monotonic() - began)
        self._say_what_was_left(decided.outcomes.count(None))

    async def _until_told(self) -> None:
        if self._telling is not None:
            await self._telling

    async def _not_taken(self, messages: Sequence[Msg], error: Exception) -> None:
        self._vitals.failed(error)
        log.error("intake.not_taken", size=len(messages), again_in=RETRY_SECONDS, exc_info=error)
        await asyncio.sleep(RETRY_SECONDS)
        self.source.again()

    async def keep_sweeping(self) -> None:
        """Let go of held events now and then, whatever happens."""
        while True:
            try:
                released = await self.desk.sweep()
                if released:
                    log.info("intake.released", count=released)
            except (PersistenceError, nats.errors.Error):
                log.exception("intake.sweep_failed", again_in=SWEEP_SECONDS)
            await asyncio.sleep(SWEEP_SECONDS)

    def _say_what_was_left(self, count: int) -> None:
        if count and self.desk.newer is not None:
            self._vitals.met_newer(self.desk.newer)
            self.source.step_aside()
            log.error(
                "intake.upgrade_needed",
                left=count,
                again_in=FOR_A_NEWER_SECONDS,
                reason=str(self.desk.newer),
            )
