"""What did we know on a date."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.events import DomainEvent
from domain.values import Note
from projections.current_plan import PLAN
from services.views.past import AsOf
from tests.projections.support import at, context, events_of, opened, view_known_at


def told_late() -> list[DomainEvent]:
    """A plan, and two remarks: the second happened first and was told last."""
    plan = opened()
    plan.add_note(Note(note_id="n1", text="told at once"), context(at(5)))
    plan.add_note(Note(note_id="n2", text="told late"), context(at(3), at(9)))
    return events_of(opened("F2"), plan)


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        pytest.param(at(2) - timedelta(microseconds=1), None, id="before the plan"),
        pytest.param(at(2), [], id="at the opening"),
        pytest.param(at(5), ["n1"], id="at the first remark"),
        pytest.param(at(8), ["n1"], id="after it happened, before it was told"),
        pytest.param(at(9), ["n2", "n1"], id="once it was told"),
    ],
)
def test_only_what_had_been_recorded_counts(known_at: datetime, expected: list[str] | None) -> None:
    plan = view_known_at(PLAN, told_late(), "F1", known_at)
    assert (None if plan is None else [note.note_id for note in plan.notes]) == expected


def test_history_is_cut_where_a_later_event_comes_even_if_a_clock_was_set_back() -> None:
    plan = opened()
    plan.add_note(Note(note_id="n1", text="clock runs ahead"), context(at(5), at(9)))
    plan.add_note(Note(note_id="n2", text="clock set back"), context(at(5), at(6)))
    found = view_known_at(PLAN, events_of(plan), "F1", at(7))
    assert found is not None
    assert found.notes == ()
    assert found.version == 1


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        AsOf(known_at=datetime(2026, 3, 1)).require_past(at(9))  # noqa: DTZ001
