"""The database goes away, or the way to it or to NATS: nothing is lost, and all goes on."""

from __future__ import annotations

import pytest

from tests.chaos.deployment import WORKERS
from tests.chaos.processes import forked
from tests.chaos.publisher import Publisher
from tests.chaos.stage import SHORT
from tests.chaos.surroundings.harm import (
    Harm,
    cut_off,
    killed,
    without_a_way,
    without_an_answer,
    without_the_broker,
)
from tests.chaos.surroundings.stage import Surrounded, surrounded

CAUGHT_UP_SECONDS = 5.0
"""How far behind the last event a view may be when it was not woken."""


def play(around: Surrounded, name: str, *harms: Harm, seconds: float | None = None) -> list[float]:
    """Do one harm after the other during a load, and reckon.

    Returns:
        Seconds after each until all services were ready, and from the end until all was quiet.
    """
    began, back = around.watched.processes(), []

    async def fault(publisher: Publisher) -> None:
        for number, harm in enumerate(harms, start=1):
            await publisher.reached(number * around.stage.size // (len(harms) + 1))
            await harm(around)
            back.append(await around.watched.until_ready(*WORKERS))

    seen = around.stage.play(name, around.stage.load(), fault, seconds=seconds)
    assert seen.findings == []
    assert around.watched.processes() == began, "none of them was started again"
    return [*back, seen.recovered_seconds]


@pytest.mark.xdist_group("chaos-surroundings")
def test_the_database_is_cut_off_and_killed() -> None:
    with surrounded(SHORT, begin=forked) as around:
        play(around, "database short", cut_off, killed, seconds=4)


@pytest.mark.chaos
@pytest.mark.parametrize(
    "harm", [killed, cut_off, without_a_way, without_an_answer, without_the_broker]
)
def test_it_goes_away_during_load(around: Surrounded, harm: Harm) -> None:
    play(around, harm.__name__, harm)


@pytest.mark.chaos
def test_a_view_that_was_not_woken_catches_up(around: Surrounded) -> None:
    """The last events come while every connection is cut: nothing follows that could wake it."""

    async def at_the_end(publisher: Publisher) -> None:
        await publisher.reached(len(sent) - 20)
        await cut_off(around)

    sent = around.stage.load(1000)
    seen = around.stage.play("wake-up lost", sent, at_the_end, seconds=20)
    assert seen.findings == []
    assert seen.recovered_seconds <= CAUGHT_UP_SECONDS
