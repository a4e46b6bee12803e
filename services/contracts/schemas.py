"""JSON Schemas, generated from the models (JSON Schema 2020-12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from services.contracts.cloudevent import CloudEvent
from services.contracts.data import DATA_BY_TYPE
from services.contracts.faults import WHOLE_MESSAGE
from services.contracts.notices import ConferenceResult, FeedbackNotice
from services.contracts.receipt import ReceiptMessage

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def all_schemas() -> dict[str, dict[str, Any]]:
    """The schema of each message by its name: the event types, the receipt and the notices."""
    schemas = {type_: event_schema(type_) for type_ in DATA_BY_TYPE}
    schemas["receipt"] = {"$schema": DIALECT, **ReceiptMessage.model_json_schema()}
    schemas["feedback-notice"] = _sent(TypeAdapter(FeedbackNotice))
    schemas["conference-result"] = _sent(TypeAdapter(ConferenceResult))
    return schemas


def event_schema(type_: str) -> dict[str, Any]:
    """The schema of a whole event of this type, envelope and data. Raises KeyError."""
    data = DATA_BY_TYPE[type_].model_json_schema()
    definitions = data.pop("$defs", {})
    schema = CloudEvent.model_json_schema()
    schema["properties"]["type"] = {"const": type_}
    schema["properties"]["data"] = data
    return {
        "$schema": DIALECT,
        **schema,
        "title": type_,
        "$defs": {**schema.get("$defs", {}), **definitions},
    }


def place_in_event(field: str) -> str:
    """Where in an event a fault is, as far as the names there are ours.

    What a sender calls a field of their own may be anything, somebody's name too: it is for the
    sender to read and for no log.
    """
    place = ""
    for index, name in re.findall(r"(\[\d{1,4}\])|(\.?[^.\[]+|.)", field):
        if name.removeprefix(".") not in _names() and not index:
            return f"{place}.?" if place else "?"
        place += index or name
    return place


@cache
def _names() -> frozenset[str]:
    return frozenset({WHOLE_MESSAGE, *_properties(all_schemas())})


def _properties(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        for part in schema.values():
            yield from _properties(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _properties(part)


def _sent(shape: TypeAdapter[Any]) -> dict[str, Any]:
    return {"$schema": DIALECT, **shape.json_schema(mode="serialization")}
