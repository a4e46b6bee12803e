"""Random histories of plans: every command, in any valid order, with facts told late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from domain.context import Context, Provenance
from domain.family_plan import FamilyPlan
from domain.values import FamilyMember, FamilyRole, Party, Role
from services.read_model.source import RecordedEvent
from services.store.histories import with_history
from tests.projections.authors import all_commands
from tests.projections.authors.base import Author, Draw
from tests.projections.authors.merging import may_merge, may_split, merge, split
from tests.projections.support import events_of

START = datetime(2026, 1, 1, tzinfo=UTC)
FAMILIES = ("F1", "F2", "f-3")


@st.composite
def histories(draw: Draw, max_size: int = 30, *, joins: bool = False) -> list[RecordedEvent]:
    """Events of up to three families mixed, at rising positions with gaps.

    Args:
        joins: whether families are merged and split as well.
    """
    found: list[RecordedEvent] = []
    streams: dict[str, list[RecordedEvent]] = {one: [] for one in FAMILIES}
    authors: dict[str, Author] = {}
    now, position = START, 0
    for _ in range(draw(st.integers(1, max_size))):
        family_id = draw(st.sampled_from(FAMILIES))
        now += timedelta(seconds=draw(st.integers(1, 5000)))
        context = _context(now - timedelta(hours=draw(st.integers(0, 200))), now)
        if family_id not in authors:
            authors[family_id] = Author(draw, _opened(family_id, context))
        elif not (
            joins
            and draw(st.sampled_from([True, False, False]))
            and _join(authors, family_id, context)
        ):
            author = authors[authors[family_id].plan.merged_into or family_id]
            draw(st.sampled_from(all_commands(author)))(context)
        in_order = draw(st.permutations(sorted(authors)))
        for event in events_of(*(authors[one].plan for one in in_order)):
            position += draw(st.integers(1, 3))
            recorded = RecordedEvent(position, event)
            streams[getattr(event, "family_id")].append(recorded)  # noqa: B009
            found.append(with_history(recorded, lambda one: streams[one]))
    return found


def _join(authors: dict[str, Author], family_id: str, context: Context) -> bool:
    """Split a family off if it is merged, or else merge another one into it if that can be."""
    plan = authors[family_id].plan
    if plan.merged_into is not None:
        host = authors[plan.merged_into]
        if not may_split(host.plan, plan):
            return False
        split(host, plan, context)
        return True
    others = [one for one, author in authors.items() if may_merge(plan, author.plan)]
    if others:
        other = authors[authors[family_id].pick(others)]
        merge(authors[family_id], other.plan, context)
    return bool(others)


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
