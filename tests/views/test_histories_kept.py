"""How much of the families' histories stays in memory."""

from __future__ import annotations

import pytest

from domain.events import DomainEvent
from domain.need_to_know.audience import Audience, audience_of
from projections import current_plan
from projections.current_plan import plan_view
from projections.family_timeline import timeline
from projections.projection import Projection
from projections.registry import ALL
from projections.rows import Rows
from services.relay.cuts import FOLDED
from services.views.histories import Histories, History
from tests.support.events import NOW, cloud_event
from tests.support.viewers import agency
from tests.support.world import World

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def police_of(history: History) -> Audience:
    found = audience_of(agency("police"), history.standing, "F1", NOW)
    assert found is not None
    return found


def test_families_looked_at_longest_ago_make_room(world: World) -> None:
    histories = Histories(world.application, kept=8)
    first = histories.look("F1", lambda one: one)
    # Four events, and again as the police see them: that is all there is room for.
    histories.look("F1", lambda one: one.cut(police_of(one)))
    assert histories.look("F1", lambda one: one) is first
    assert histories.look("nobody", lambda one: one.weight) == 0
    assert histories.look("F1", lambda one: one) is first
    histories.look("F2", lambda one: one)
    again = histories.look("F1", lambda one: one)
    assert again is not first
    histories.forget("F2")
    histories.look("F1", lambda one: one.cut(police_of(one)))
    assert histories.look("F1", lambda one: one) is again


def test_only_what_is_read_is_folded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    histories, folded = Histories(world.application), list[str]()
    police = histories.look("F1", police_of)
    handle = Projection.handle

    def noted(self: Projection, event: DomainEvent, position: int, rows: Rows) -> None:
        folded.append(self.name)
        handle(self, event, position, rows)

    monkeypatch.setattr(Projection, "handle", noted)
    for _ in range(2):
        shown = histories.read("F1", police, lambda rows: plan_view(rows, "F1"))
        assert folded == [current_plan.projection.name] * 4
    note = {"note_id": "n", "text": "Een opmerking.", "about": []}
    world.take(cloud_event("note.added", note), catch_up=False)
    folded.clear()
    again = histories.read("F1", police, lambda rows: plan_view(rows, "F1"))
    assert folded == [current_plan.projection.name]
    assert shown is not None
    assert again is not None
    assert (again.version, len(again.notes)) == (shown.version + 1, len(shown.notes) + 1)
    every = histories.look("F1", lambda one: one.told(police, None).rows)
    assert every is not None
    assert plan_view(every, "F1") == again
    assert set(folded) == {one.name for one in ALL}
    few = Histories(world.application, projections=FOLDED)
    with pytest.raises(LookupError, match="family_timeline"):
        few.read("F1", police, lambda rows: timeline(rows, "F1", limit=1))
