"""Whatever happened in a plan and whoever is erased: it replays, and goes on as before."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.anatomy import Path
from domain.events import DomainEvent
from domain.family_plan import FamilyPlan, PlanEvent
from domain.personal import covering, personal_fields, subjects_of, with_items
from services.read_model.source import RecordedEvent
from tests.projections.authors import all_commands
from tests.projections.authors.base import Author
from tests.projections.strategies import _context, histories
from tests.projections.support import dump_memory, events_of, folded

Draw = Any


def erased(event: DomainEvent, subjects: set[str]) -> DomainEvent:
    """The event as it reads once these subjects were erased."""
    state: Any = event.model_dump()
    for field in personal_fields(event):
        if any(not subjects.isdisjoint(covering(one)) for one in field.subjects):
            _put(state, field.path, field.erased)
    return type(event).model_validate(state)


def _put(state: Any, path: Path, value: str | tuple[()] | None) -> None:
    *way, last = path
    for step in way:
        held = state[step]
        if isinstance(held, tuple):
            state[step] = held = list(held)
        state = held
    if isinstance(state, tuple):
        raise TypeError("a tuple was not opened")
    state[last] = value


@st.composite
def with_an_erased_subject(draw: Draw) -> tuple[list[RecordedEvent], set[str]]:
    """A history, and whom to erase from it: a member, a professional or a family."""
    history = draw(histories())
    subjects = sorted({one for recorded in history for one in subjects_of(recorded.event)})
    chosen = draw(st.sampled_from(subjects))
    top = draw(st.sampled_from(covering(chosen) if chosen.startswith("family/") else [chosen]))
    return history, with_items({top}, [recorded.event for recorded in history])


def plans_of(events: list[DomainEvent]) -> dict[str, FamilyPlan]:
    plans: dict[str, FamilyPlan] = {}
    for event in events:
        assert isinstance(event, PlanEvent)
        plan = cast("FamilyPlan | None", event.mutate(plans.get(event.family_id)))
        assert plan is not None
        plans[event.family_id] = plan
    return plans


class _Deciding(Author):
    """An author who always takes the same one of the options."""

    def __init__(self, which: int, plan: FamilyPlan) -> None:
        super().__init__(lambda strategy: strategy, plan)
        self.pick = lambda options: list(options)[which % len(list(options))]


@given(with_an_erased_subject(), st.data())
@settings(max_examples=25)
def test_an_erased_history_replays_and_the_plan_goes_on_as_before(
    found: tuple[list[RecordedEvent], set[str]], data: Any
) -> None:
    history, subjects = found
    before = [recorded.event for recorded in history]
    after = [erased(event, subjects) for event in before]
    originals, copies = plans_of(before), plans_of(after)
    for family_id, original in originals.items():
        copy = copies[family_id]
        assert copy.items == original.items
        assert (copy.status, copy.version) == (original.status, original.version)
        assert copy.members.keys() == original.members.keys()
        assert copy.parties.keys() == original.parties.keys()
        now = before[-1].recorded_at
        context = _context(now, now)
        which = data.draw(st.integers(0, 1000))
        for plan in (original, copy):
            commands = all_commands(_Deciding(which, plan))
            commands[which % len(commands)](context)
        assert [type(one) for one in events_of(copy)] == [type(one) for one in events_of(original)]
        assert copy.items == original.items


@given(with_an_erased_subject())
@settings(max_examples=12)
def test_the_views_of_an_erased_history_count_the_same(
    found: tuple[list[RecordedEvent], set[str]],
) -> None:
    history, subjects = found
    gone = [RecordedEvent(one.position, erased(one.event, subjects)) for one in history]
    before, after = dump_memory(folded(history)), dump_memory(folded(gone))
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
