"""How much of the families' histories stays in memory."""

from __future__ import annotations

import pytest

from domain.need_to_know.audience import Audience, audience_of
from services.relay.cuts import FOLDED
from services.views.histories import Histories, History
from tests.support.events import NOW
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


def test_only_what_is_read_is_folded(world: World) -> None:
    every = Histories(world.application)
    few = Histories(world.application, projections=FOLDED)
    police = every.look("F1", police_of)
    tables = {row.table for row in every.read("F1", police, lambda rows: list(rows.all()))}
    wanted = {row.table for projection in FOLDED for row in projection.rows}
    assert {row.table for row in few.read("F1", police, lambda rows: list(rows.all()))} == (
        tables & wanted
    )
    assert tables - wanted
