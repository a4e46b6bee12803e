"""The views service: NATS request/reply on ``views.<agency>.plan`` and its like.

NATS lets an agency publish below its own token only, so the subject tells who asks.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import uuid4

import structlog
from faststream import FastStream
from faststream.message import StreamMessage
from faststream.nats import NatsMessage, NatsResponse
from nats.aio.msg import Msg
from pydantic import BaseModel, ValidationError

from domain.need_to_know.viewer import Viewer, ViewerRole
from projections.family_timeline import TimelinePage
from projections.lead_caseload import Caseload
from projections.registry import AGENCY_VIEWS, COMMON_VIEWS, FAMILY_VIEWS
from projections.views import AgencyView, CommonView, FamilyView
from services.access.record import AccessPath
from services.bus.agencies import AgencyRegister
from services.bus.broker import make_broker
from services.monitor.checks import database_answers, nats_connected
from services.monitor.metrics import QUESTION_SECONDS, QUESTIONS
from services.monitor.tracing import answering, carrier_of
from services.monitor.vitals import Vitals
from services.newer import UpgradeNeeded
from services.settings import Settings
from services.views.agency_views import FamiliesPage
from services.views.answers import (
    Answer,
    ErrorAnswer,
    answered,
    being_upgraded,
    fault,
    invalid,
    refused,
    too_large,
)
from services.views.errors import ViewError
from services.views.party_views import PartyViews, open_party_views
from services.views.past import AsOf
from services.views.questions import (
    AgencyQuestion,
    CaseloadQuestion,
    CommonQuestion,
    FamilyQuestion,
    Question,
    TimelineQuestion,
)
from services.views.shown import Shown

log = structlog.get_logger(__name__)

QUEUE = "views"
"""Instances of this service share the questions: each goes to one of them."""
OK = "ok"
AT_ONCE = 8
"""Questions of one kind that one instance works on at a time; others wait."""
ROOM_FOR_HEADERS = 1024

Q = TypeVar("Q", bound=Question)


@dataclass(frozen=True)
class Topic(Generic[Q]):
    """One kind of question: the last token of its subject, its form, what it gets, and how."""

    name: str
    question: type[Q]
    view: type[BaseModel]
    answer: Callable[[PartyViews, Viewer, Q], Shown[Any]]


def _family_topic(view: FamilyView[Any]) -> Topic[FamilyQuestion]:
    return Topic(
        view.name,
        FamilyQuestion,
        view.model,
        lambda views, viewer, q: views.ask(view, viewer, **dict(q)),
    )


def _agency_topic(view: AgencyView[Any]) -> Topic[AgencyQuestion]:
    return Topic(
        view.name,
        AgencyQuestion,
        view.model,
        lambda views, viewer, q: Shown(views.agency(view, viewer, **dict(q))),
    )


def _common_topic(view: CommonView[Any]) -> Topic[CommonQuestion]:
    return Topic(
        view.name,
        CommonQuestion,
        view.model,
        lambda views, _viewer, _q: Shown(views.common(view)),
    )


def _timeline(views: PartyViews, viewer: Viewer, q: TimelineQuestion) -> Shown[Any]:
    as_of = AsOf(q.known_at, q.happened_until)
    return views.timeline(viewer, q.family_id, q.limit, q.after, as_of=as_of)


TOPICS: tuple[Topic[Any], ...] = (
    *map(_family_topic, FAMILY_VIEWS),
    *map(_agency_topic, AGENCY_VIEWS),
    *map(_common_topic, COMMON_VIEWS),
    Topic("timeline", TimelineQuestion, TimelinePage, _timeline),
    Topic(
        "families",
        AgencyQuestion,
        FamiliesPage,
        lambda views, viewer, q: Shown(views.families(viewer, **dict(q))),
    ),
    Topic(
        "caseload",
        CaseloadQuestion,
        Caseload,
        lambda views, viewer, q: Shown(views.caseload(viewer, **dict(q))),
    ),
)


def channel_of(topic: Topic[Any]) -> str:
    """What the channel of a kind of question is called."""
    return f"views {topic.name}"


def make_views(settings: Settings, vitals: Vitals | None = None) -> FastStream:
    """The views application: ``await make_views(settings).run()``."""
    broker = make_broker(settings, logger=None)
    vitals = vitals or Vitals("views", serves_on=True)
    desk = Desk(vitals)
    desk.register = AgencyRegister(settings)

    def serve(topic: Topic[Any]) -> None:
        @broker.subscriber(
            f"views.*.{topic.name}",
            queue=QUEUE,
            max_workers=AT_ONCE,
            decoder=_leave_as_it_is,
            title=channel_of(topic),
            description=topic.question.__doc__,
        )
        async def reply(body: bytes, message: NatsMessage) -> NatsResponse:
            agency = message.raw_message.subject.split(".")[1]
            name, headers = channel_of(topic), carrier_of(message.raw_message.headers)
            with answering(name, headers, agency=agency, topic=topic.name):
                answer = await desk.answer(topic, agency, body)
            return NatsResponse(answer, headers={"content-type": "application/json"})

    for topic in TOPICS:
        serve(topic)

    @contextlib.asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        connection = await broker.connect()
        desk.largest = connection.max_payload - ROOM_FOR_HEADERS
        with open_party_views(settings, AccessPath.NATS, "views") as views:
            desk.views = views
            vitals.look_at("database", database_answers(views.application))
            vitals.look_at("nats", nats_connected(connection))
            vitals.works()
            try:
                yield
            finally:
                await broker.stop()

    return FastStream(broker, lifespan=lifespan, logger=None)


async def _leave_as_it_is(message: StreamMessage[Msg]) -> bytes:
    """A message that is no JSON must reach the desk too, to get a reply."""
    return message.raw_message.data


class Desk:
    """Answers questions. Whatever happens, there is an answer.

    ``largest`` is the size in bytes of the largest answer that can be sent; ``register`` says
    what kind of agency asks.
    """

    views: PartyViews
    largest: int
    register: AgencyRegister

    def __init__(self, vitals: Vitals | None = None) -> None:
        self._vitals = vitals or Vitals("views", serves_on=True)

    async def answer(self, topic: Topic[Any], agency: str, body: bytes) -> bytes:
        """The answer to one question, as JSON."""
        with QUESTION_SECONDS.labels(topic.name).time():
            answer = await self._answer(topic, agency, body)
        outcome = answer.outcome if isinstance(answer, ErrorAnswer) else OK
        QUESTIONS.labels(topic.name, outcome).inc()
        return _json(answer) if isinstance(answer, ErrorAnswer) else answer

    async def _answer(self, topic: Topic[Any], agency: str, body: bytes) -> bytes | ErrorAnswer:
        try:
            # Nothing at all asks the same as an object without fields.
            question = topic.question.model_validate_json(body or b"{}")
        except ValidationError as error:
            return invalid(error)
        try:
            answer = await asyncio.to_thread(self._look_up, topic, agency, question)
        except ViewError as error:
            return refused(error)
        except UpgradeNeeded as error:
            log.error("views.upgrade_needed", topic=topic.name, reason=str(error))  # noqa: TRY400
            self._vitals.met_newer(error)
            return being_upgraded()
        except Exception:
            reference = str(uuid4())
            log.exception("views.fault", topic=topic.name, agency=agency, reference=reference)
            return fault(reference)
        if len(answer) > self.largest:
            return too_large(len(answer), self.largest)
        return answer

    def _look_up(self, topic: Topic[Any], agency: str, question: Question) -> bytes:
        viewer = Viewer(
            role=ViewerRole.AGENCY, agency=agency, agency_kind=self.register.kind_of(agency)
        )
        return _json(answered(topic.answer(self.views, viewer, question)))


def _json(answer: Answer | ErrorAnswer) -> bytes:
    return answer.model_dump_json().encode()
