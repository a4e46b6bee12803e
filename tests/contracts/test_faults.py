"""What is wrong is said to somebody who need not know Python, with what to do."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from services.contracts.data import DATA_BY_TYPE
from services.contracts.faults import explain
from services.contracts.schemas import place_in_event
from tests.contracts.test_contracts import example

REVIEW = "nl.oneplan.review.held.v1"
TOO_SHORT = "Input should be a valid date or datetime, input is too short"


@pytest.mark.parametrize(
    ("field", "logged"),
    [
        ("data.decisions[0].text", "data.decisions[0].text"),
        ("(message)", "(message)"),
        ("data.Anna Jansen", "data.?"),
        ("data.decisions[0].Anna.text", "data.decisions[0].?"),
        ("data.decisions[123456782]", "data.decisions.?"),
        ("\n", "?"),
        ("", ""),
    ],
)
def test_a_log_names_our_own_fields_only(field: str, logged: str) -> None:
    assert place_in_event(field) == logged


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"decisions": {"decision_id": "d1"}}, "data.decisions", "Input should be a list, [...]"),
        ({"decisions": ["d1"]}, "data.decisions[0]", "Input should be an object, {...}"),
        ({"bsn": 1}, "data.bsn", "There is no such field here; leave it out"),
        (
            {"held_on": "gisteren"},
            "data.held_on",
            f"{TOO_SHORT}; write a day as 2026-03-01",
        ),
    ],
)
def test_it_is_said_in_plain_words(changed: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ValidationError) as found:
        DATA_BY_TYPE[REVIEW].model_validate(example(REVIEW)["data"] | changed)
    assert explain(found.value, "data") == (field, said)
