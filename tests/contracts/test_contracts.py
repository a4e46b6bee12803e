"""The contracts: schema, model and the official CloudEvents library agree on every message."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from cloudevents.http import from_json
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from services.contracts.data import DATA_BY_TYPE
from services.contracts.receipt import ReceiptMessage, Status
from services.contracts.schemas import all_schemas
from services.intake.commands import command
from services.intake.delivery import Delivery, Outcome
from services.intake.reading import AgencyEvent, read
from services.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
TYPES = sorted(DATA_BY_TYPE)
AGENCY_OF_SOURCE = Settings(data_dir=Path("unused")).agency_of_source


def example(type_: str) -> dict[str, Any]:
    """The example file of this type: the one that agencies are shown."""
    text = (DOCS / "examples" / f"{type_}.json").read_text(encoding="utf-8")
    event: dict[str, Any] = json.loads(text)
    return event


@cache
def validator(name: str) -> Draft202012Validator:
    schema = all_schemas()[name]
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def taken(event: Any) -> AgencyEvent | Outcome:
    sender = "police"
    if isinstance(event, dict) and isinstance(event.get("source"), str):
        sender = event["source"].rsplit(":", 1)[-1]
    return read(Delivery(f"agency.{sender}.x.y", orjson.dumps(event), 1), AGENCY_OF_SOURCE)


def test_each_type_has_an_example_and_no_example_is_left_over() -> None:
    assert sorted(path.stem for path in (DOCS / "examples").glob("*.json")) == TYPES


def test_the_exported_schemas_are_those_of_the_models() -> None:
    exported = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in (DOCS / "schemas").glob("*.json")
    }
    assert exported == all_schemas(), "run `oneplan schema export docs/schemas`"


@pytest.mark.parametrize("type_", TYPES)
def test_the_example_is_valid_by_schema_by_model_and_by_the_official_library(type_: str) -> None:
    event = example(type_)
    validator(type_).validate(event)
    read_event = taken(event)
    assert isinstance(read_event, AgencyEvent)
    assert type(read_event.data) is DATA_BY_TYPE[type_]
    official = from_json(json.dumps(event))
    assert (official["type"], official["id"], official.data) == (type_, event["id"], event["data"])


@pytest.mark.parametrize("type_", TYPES)
def test_each_type_is_a_command(type_: str) -> None:
    handled_by_intake = {
        "nl.oneplan.plan.opened.v1",
        "nl.oneplan.case-reference.linked.v1",
        "nl.oneplan.person.described.v1",
        "nl.oneplan.family.merged.v1",
        "nl.oneplan.family.split.v1",
    }
    has_command = command.dispatch(DATA_BY_TYPE[type_]) is not command.dispatch(object)
    assert has_command is (type_ not in handled_by_intake)


@pytest.mark.parametrize("type_", TYPES)
def test_without_a_required_attribute_both_schema_and_model_refuse(type_: str) -> None:
    schema = all_schemas()[type_]
    check = validator(type_)
    for missing in schema["required"]:
        event = {key: value for key, value in example(type_).items() if key != missing}
        assert not check.is_valid(event)
        refused = taken(event)
        assert isinstance(refused, Outcome)
        assert refused.field == missing
    for missing in schema["properties"]["data"].get("required", []):
        event = example(type_)
        del event["data"][missing]
        assert not check.is_valid(event)
        refused = taken(event)
        assert isinstance(refused, Outcome)
        assert refused.field == f"data.{missing}"


@pytest.mark.parametrize("type_", TYPES)
def test_an_unknown_field_in_data_is_refused_and_an_extension_attribute_is_not(type_: str) -> None:
    event = example(type_)
    event["data"]["surprise"] = True
    assert not validator(type_).is_valid(event)
    assert isinstance(taken(event), Outcome)
    extended = {**example(type_), "partitionkey": "x"}
    validator(type_).validate(extended)
    assert isinstance(taken(extended), AgencyEvent)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(type_=st.sampled_from(TYPES), where=st.integers(0, 40), value=JSON, whole=JSON)
def test_whatever_is_sent_is_an_event_or_an_outcome_with_a_reason(
    type_: str, where: int, value: Any, whole: Any
) -> None:
    event = example(type_)
    places: list[tuple[dict[str, Any], str]] = [
        *((event, key) for key in event),
        *((event["data"], key) for key in event["data"]),
    ]
    target, key = places[where % len(places)]
    target[key] = value
    for sent in (event, whole):
        result = taken(sent)
        if isinstance(result, Outcome):
            assert result.status is Status.REJECTED
            assert result.field
            assert result.reason


@given(
    status=st.sampled_from(Status),
    field=st.none() | st.text(max_size=50),
    reason=st.none() | st.text(max_size=200),
)
def test_receipts_follow_their_schema(
    status: Status, field: str | None, reason: str | None
) -> None:
    receipt = ReceiptMessage(
        event_id="e-1",
        status=status,
        stream_sequence=1,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        field=field,
        reason=reason,
    )
    validator("receipt").validate(receipt.model_dump(mode="json"))
    assert ReceiptMessage.model_validate_json(receipt.model_dump_json()) == receipt
