"""The AsyncAPI 3.0 document of what goes over NATS.

FastStream makes the document from the real applications; what they take and send as bytes is put in
from the same models that check it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal
from urllib.parse import quote

import orjson
from faststream import FastStream
from faststream.specification import AsyncAPI
from pydantic import BaseModel, create_model
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from projections.conferences import ConferenceView
from projections.plan_model import PlanView
from services.contracts.cloudevent import CONTENT_TYPE, CloudEvent
from services.contracts.data import DATA_BY_TYPE
from services.contracts.notices import ConferenceNotice, FeedbackNotice
from services.contracts.receipt import ReceiptMessage
from services.intake.service import AGENCY_CHANNEL, make_intake
from services.persons.questions import PseudonymAnswer, PseudonymQuestion
from services.persons.service import PSEUDONYM_CHANNEL, make_persons
from services.relay.messages import JSON, ViewNotice
from services.relay.plan_event import PlanEventMessage
from services.settings import Settings
from services.views.answers import Answer, ErrorAnswer
from services.views.service import TOPICS, channel_of, make_views

TEMPLATE = "#/components/schemas/{model}"
DESCRIPTION = """What agencies publish, ask and are told over NATS.

Connect with your agency's nkey, and with `_INBOX.<agency>` as inbox prefix; NATS lets you use your
own subjects only. JetStream acknowledges what is published; what became of it comes as a receipt.
The same views can be read over HTTP, see `/docs`.
"""
SERVER = {
    "host": "{host}:4222",
    "protocol": "nats",
    "description": "As your administrator told you; over TLS.",
    "variables": {"host": {"description": "Where NATS is."}},
    "security": [{"$ref": "#/components/securitySchemes/nats-nkey"}],
}


@dataclass(frozen=True)
class Told:
    """Messages on one channel: what it is called, who may read there, and their models."""

    channel: str
    models: tuple[type[BaseModel], ...]
    mode: JsonSchemaMode
    content_type: str = JSON
    address: str | None = None
    description: str = ""


def _received() -> list[Told]:
    """What comes in, on the channels that FastStream knows."""
    events = Told(
        AGENCY_CHANNEL,
        tuple(map(_event, DATA_BY_TYPE)),
        "validation",
        CONTENT_TYPE,
        "agency.{agency}.{family}.{type}",
    )
    asked = [Told(channel_of(topic), (topic.question,), "validation") for topic in TOPICS]
    return [events, Told(PSEUDONYM_CHANNEL, (PseudonymQuestion,), "validation"), *asked]


def _answered() -> list[Told]:
    """What goes back to who asked, on the channel of the question."""
    views = [
        Told(channel_of(topic), (_answer(topic.view), ErrorAnswer), "serialization")
        for topic in TOPICS
    ]
    return [Told(PSEUDONYM_CHANNEL, (PseudonymAnswer, ErrorAnswer), "serialization"), *views]


def _event(type_: str) -> type[BaseModel]:
    its_type: Any = (Literal[type_], ...)
    return create_model(type_, __base__=CloudEvent, type=its_type, data=(DATA_BY_TYPE[type_], ...))


def _answer(view: type[BaseModel]) -> type[BaseModel]:
    return create_model(f"{view.__name__}Answer", __base__=Answer, view=(view, ...))


SENT = (
    Told(
        "receipts",
        (ReceiptMessage,),
        "serialization",
        address="party.{agency}.receipt.{event}",
        description="What became of each event, for its sender. Stream PARTY_RECEIPTS.",
    ),
    Told(
        "party views",
        (PlanView, ViewNotice),
        "serialization",
        address="party.{agency}.plan.{family}",
        description="A plan as this party may see it, whenever that changes. Stream PARTY_VIEWS.",
    ),
    Told(
        "conference results",
        (ConferenceView, ConferenceNotice),
        "serialization",
        address="party.{agency}.conference.{family}.{conference}",
        description="What came of a case conference, for its parties. Stream PARTY_NOTICES.",
    ),
    Told(
        "feedback",
        (FeedbackNotice,),
        "serialization",
        address="party.{agency}.feedback.{report}",
        description="What came of a report, for who reported. Stream PARTY_NOTICES.",
    ),
    Told(
        "plan events",
        (PlanEventMessage,),
        "serialization",
        CONTENT_TYPE,
        "plan.{family}.{event}",
        "Every event of every plan, for the service's own use. Stream PLAN_EVENTS.",
    ),
)


def document(settings: Settings) -> dict[str, Any]:
    """The AsyncAPI document. Raises CredentialsError when the service's seed cannot be read."""
    # Nothing is connected; the server's address is not for everybody.
    here = settings.model_copy(update={"nats_url": "nats://localhost", "nats_tls_ca": None})
    made: list[Callable[[Settings], FastStream]] = [make_intake, make_views, make_persons]
    brokers = [broker for make in made for broker in make(here).brokers]
    found = AsyncAPI(
        *brokers, title="One Plan over NATS", version=version("oneplan"), description=DESCRIPTION
    ).to_specification()
    filled: dict[str, Any] = orjson.loads(found.to_json())
    filled["servers"] = {"nats": SERVER}
    _fill(filled)
    return filled


def _fill(document: dict[str, Any]) -> None:
    channels, operations = document["channels"], document["operations"]
    components = document["components"]
    components["messages"] = {}
    components["schemas"] = {}
    for channel in channels.values():
        channel["servers"] = [{"$ref": "#/servers/nats"}]
    received, answered = _received(), _answered()
    references = _schemas((*received, *answered, *SENT), components["schemas"])
    for told in received:
        channel = channels[told.channel]
        channel["messages"] = _messages(told, references, components)
        channel["address"] = told.address or channel["address"].replace("*", "{agency}")
        channel["parameters"] = _parameters(channel["address"])
        operations[told.channel]["messages"] = _of_channel(told.channel, channel["messages"])
    for told in answered:
        name = f"{told.channel} answer"
        channels[name] = {"address": None, "messages": _messages(told, references, components)}
        operations[told.channel]["reply"] = {
            "address": {"location": "$message.header#/reply", "description": "NATS' own reply"},
            "channel": _reference("channels", name),
        }
    for told in SENT:
        channels[told.channel] = {
            "address": told.address,
            "description": told.description,
            "servers": [{"$ref": "#/servers/nats"}],
            "messages": _messages(told, references, components),
            "parameters": _parameters(told.address or ""),
        }
        operations[told.channel] = {
            "action": "send",
            "channel": _reference("channels", told.channel),
        }
    # FastStream's own order differs from one start to the next.
    first = [told.channel for told in received]
    for part, held in (("channels", channels), ("operations", operations)):
        document[part] = {name: held[name] for name in dict.fromkeys([*first, *held])}


def _schemas(
    everything: Iterable[Told], schemas: dict[str, Any]
) -> dict[tuple[type[BaseModel], JsonSchemaMode], dict[str, Any]]:
    """Put all schemas in; returns where each model's is."""
    wanted = {(model, told.mode) for told in everything for model in told.models}
    ordered = sorted(wanted, key=lambda one: (one[0].__name__, one[0].__module__, one[1]))
    places, made = models_json_schema(ordered, ref_template=TEMPLATE)
    schemas.update(made["$defs"])
    return {(model, mode): dict(place) for (model, mode), place in places.items()}  # type: ignore[misc]


def _messages(
    told: Told,
    references: dict[tuple[type[BaseModel], JsonSchemaMode], dict[str, Any]],
    components: dict[str, Any],
) -> dict[str, Any]:
    found = {}
    for model in told.models:
        name = model.__name__
        components["messages"][name] = {
            "name": name,
            "title": name,
            "contentType": told.content_type,
            "payload": references[model, told.mode],
        }
        found[name] = _reference("components/messages", name)
    return found


def _of_channel(channel: str, messages: Iterable[str]) -> list[dict[str, str]]:
    return [_reference(f"channels/{quote(channel)}/messages", one) for one in messages]


def _reference(folder: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/{folder}/{quote(name)}"}


def _parameters(address: str) -> dict[str, Any]:
    return dict(_parameter(part) for part in address.split(".") if part.startswith("{"))


def _parameter(part: str) -> tuple[str, dict[str, str]]:
    name = part.strip("{}")
    what = "of the event, with its dots" if name == "type" else "as one token of the subject"
    return name, {"description": f"The {name} {what}."}
