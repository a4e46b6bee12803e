"""One access record: what it takes, and that nothing of it is lost in its row."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import AgencyKind
from services.access import AccessPath, AccessRecord, Outcome, Purpose
from services.access.table import to_record, to_row
from services.access.tracing import trace_id
from tests.access.support import NOON, record

TOKENS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,12}", fullmatch=True)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=4000)).map(lambda after: NOON + after)
VIEWERS = st.builds(
    Viewer,
    role=st.sampled_from(ViewerRole),
    person_id=st.none() | TOKENS,
    agency=st.none() | st.just("police"),
    agency_kind=st.none() | st.sampled_from(AgencyKind),
    family_id=st.none() | TOKENS,
    member_id=st.none() | TOKENS,
)
RECORDS = st.builds(
    AccessRecord,
    viewer=VIEWERS,
    family_id=TOKENS,
    view=TOKENS,
    categories=st.lists(TOKENS, max_size=4).map(tuple),
    purpose=st.sampled_from(Purpose),
    path=st.sampled_from(AccessPath),
    known_at=st.none() | MOMENTS,
    outcome=st.sampled_from(Outcome),
    emergency=st.booleans(),
    correlation_id=TOKENS,
    at=MOMENTS,
    system=TOKENS,
)


@given(made=RECORDS)
def test_a_row_holds_all_of_its_record(made: AccessRecord) -> None:
    assert to_record(SimpleNamespace(**to_row(made))) == made


@pytest.mark.parametrize("wrong", ["", "x" * 201, "a\x00b", "two\nlines", "\x7f"])
def test_a_correlation_id_is_one_line_without_control_characters(wrong: str) -> None:
    with pytest.raises(ValidationError, match="correlation_id"):
        record(correlation_id=wrong)


@pytest.mark.parametrize("field", ["family_id", "view", "system", "categories"])
def test_ids_are_ids_and_no_texts(field: str) -> None:
    text = "Anna sliep bij oma."
    facts: dict[str, Any] = {field: (text,) if field == "categories" else text}
    with pytest.raises(ValidationError, match=field):
        record(**facts)


def test_each_purpose_is_a_processing_activity_of_its_own() -> None:
    ids = {record(purpose=one).processing_activity_id for one in Purpose}
    assert len(ids) == len(Purpose)
    assert "urn:oneplan:processing:own-inspection" in ids


def test_the_trace_of_who_asks_goes_on() -> None:
    asked = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert trace_id(asked) == "4bf92f3577b34da6a3ce929d0e0e4736"
    zeros = "00-" + "0" * 32 + "-00f067aa0ba902b7-01"
    made = {trace_id(wrong) for wrong in (None, "", zeros, asked.upper(), asked + "x", "x\x00")}
    assert len(made) == 6
    assert all(len(one) == 32 and int(one, 16) for one in made)
