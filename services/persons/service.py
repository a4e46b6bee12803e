"""The persons service: pseudonyms by NATS request/reply, and a second look at who was registered.

A question on ``persons.<agency>.pseudonym`` is core NATS: no stream has these subjects, so a BSN is
nowhere but in memory, for as long as it takes to answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import structlog
from faststream import FastStream
from faststream.message import StreamMessage
from faststream.nats import NatsMessage, NatsResponse
from nats.aio.msg import Msg
from pydantic import ValidationError

from services.bus.broker import make_broker
from services.monitor.checks import nats_connected
from services.monitor.metrics import QUESTION_SECONDS, QUESTIONS
from services.monitor.tracing import answering, carrier_of
from services.monitor.vitals import Vitals
from services.persons.pseudonyms import NotABsn, Pseudonyms
from services.persons.questions import PseudonymAnswer, PseudonymQuestion
from services.persons.recheck import keep_looking
from services.settings import Settings
from services.views.answers import ErrorAnswer, fault, invalid

log = structlog.get_logger(__name__)

QUEUE = "persons"
"""Instances of this service share the questions: each goes to one of them."""
AT_ONCE = 8
TOPIC = "pseudonym"
PSEUDONYM_CHANNEL = f"persons {TOPIC}"


def make_persons(settings: Settings, vitals: Vitals | None = None) -> FastStream:
    """The persons application: ``await make_persons(settings).run()``."""
    broker = make_broker(settings, logger=None)
    vitals = vitals or Vitals("persons")
    pseudonyms = Pseudonyms(settings)

    @broker.subscriber(
        "persons.*.pseudonym",
        queue=QUEUE,
        max_workers=AT_ONCE,
        decoder=_leave_as_it_is,
        title=PSEUDONYM_CHANNEL,
        description=PseudonymQuestion.__doc__,
    )
    async def reply(body: bytes, message: NatsMessage) -> NatsResponse:
        agency = message.raw_message.subject.split(".")[1]
        headers = carrier_of(message.raw_message.headers)
        with (
            QUESTION_SECONDS.labels(TOPIC).time(),
            answering(PSEUDONYM_CHANNEL, headers, agency=agency, topic=TOPIC),
        ):
            answer = await asyncio.to_thread(answer_question, pseudonyms, agency, body)
        outcome = answer.outcome if isinstance(answer, ErrorAnswer) else answer.status
        QUESTIONS.labels(TOPIC, outcome).inc()
        return NatsResponse(
            answer.model_dump_json().encode(), headers={"content-type": "application/json"}
        )

    @contextlib.asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        vitals.look_at("nats", nats_connected(await broker.connect()))
        looking = asyncio.create_task(keep_looking(settings, vitals))
        try:
            yield
        finally:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking
            await broker.stop()

    return FastStream(broker, lifespan=lifespan, logger=None)


def answer_question(
    pseudonyms: Pseudonyms, agency: str, body: bytes
) -> PseudonymAnswer | ErrorAnswer:
    """The answer to one question. Nothing of the question is in an error or in the log."""
    try:
        question = PseudonymQuestion.model_validate_json(body)
        return PseudonymAnswer(pseudonyms=pseudonyms.of(question.bsn.get_secret_value()))
    except ValidationError as error:
        return invalid(error)
    except NotABsn as error:
        return ErrorAnswer(field=error.field, reason=error.reason)
    except Exception as error:  # noqa: BLE001 - whatever happens, there is an answer
        reference = str(uuid4())
        # Without a trace: it may show the values of the question.
        log.error("persons.fault", agency=agency, reference=reference, error=type(error).__name__)  # noqa: TRY400
        return fault(reference)


async def _leave_as_it_is(message: StreamMessage[Msg]) -> bytes:
    """A message that is no JSON must get a reply too."""
    return message.raw_message.data
