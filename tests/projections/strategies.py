"""Random histories of plans: every command, in any valid order, with facts told late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from domain.context import Context, Provenance
from domain.events import DomainEvent
from domain.family_plan import FamilyPlan
from domain.values import FamilyMember, FamilyRole, Party, Role
from services.read_model.source import RecordedEvent
from tests.projections.authors import all_commands
from tests.projections.authors.base import Author, Draw
from tests.projections.support import events_of

START = datetime(2026, 1, 1, tzinfo=UTC)
FAMILIES = ("F1", "F2", "f-3")


@st.composite
def histories(draw: Draw, max_size: int = 30) -> list[RecordedEvent]:
    """Events of up to three families mixed, at rising positions with gaps."""
    found: list[RecordedEvent] = []
    authors: dict[str, Author] = {}
    now, position = START, 0
    for _ in range(draw(st.integers(1, max_size))):
        family_id = draw(st.sampled_from(FAMILIES))
        now += timedelta(seconds=draw(st.integers(0, 5000)))
        context = _context(now - timedelta(hours=draw(st.integers(0, 200))), now)
        if family_id in authors:
            author = authors[family_id]
            draw(st.sampled_from(all_commands(author)))(context)
        else:
            authors[family_id] = author = Author(draw, _opened(family_id, context))
        events: list[DomainEvent] = events_of(author.plan)
        for event in events:
            position += draw(st.integers(1, 3))
            found.append(RecordedEvent(position, event))
    return found


def _opened(family_id: str, context: Context) -> FamilyPlan:
    return FamilyPlan.open(
        family_id,
        reason="a report",
        members=(FamilyMember(member_id="m0", name="Anna", role=FamilyRole.PARENT),),
        parties=(Party(agency="police", task="safety"), Party(agency="school", task="lessons")),
        context=context,
    )


def _context(occurred_at: datetime, recorded_at: datetime) -> Context:
    # An administrator may give every command, so that no history is refused.
    provenance = Provenance(
        actor="admin", role=Role.ADMINISTRATOR, correlation_id="c", causation_id="c"
    )
    return Context(provenance=provenance, occurred_at=occurred_at, recorded_at=recorded_at)
