"""The database goes away, or the way to it: nothing is lost, and all goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from tests.chaos.deployment import WORKERS
from tests.chaos.publisher import Publisher
from tests.chaos.stage import LONG, SHORT
from tests.chaos.surroundings.stage import Surrounded, surrounded, wrong

pytestmark = pytest.mark.xdist_group("chaos-surroundings")

Harm = Callable[[Surrounded], Awaitable[None]]


@pytest.fixture(scope="module")
def small() -> Iterator[Surrounded]:
    """A deployment that the short runs share."""
    with surrounded(SHORT, again_after=2.0) as made:
        yield made


@pytest.fixture(
    params=[
        pytest.param(SHORT, id="short"),
        pytest.param(LONG, id="postgresql", marks=pytest.mark.chaos),
    ]
)
def around(request: pytest.FixtureRequest) -> Iterator[Surrounded]:
    """Where the harm is done."""
    if request.param == SHORT:
        yield request.getfixturevalue("small")
        return
    with surrounded(request.param) as made:
        yield made


async def killed(around: Surrounded) -> None:
    """kill -9 of PostgreSQL, and its start; meanwhile each service says that it is gone."""
    await asyncio.to_thread(around.postgres.kill)
    told = await around.watched.until_missing(*WORKERS)
    assert "database" in told["intake"]
    await asyncio.sleep(outage(around))
    await asyncio.to_thread(around.postgres.start)


async def cut_off(around: Surrounded) -> None:
    """Every session is ended by the server, again and again: wake-ups are lost."""
    for _ in range(10 if around.stage.is_short else 100):
        await asyncio.to_thread(around.postgres.cut_connections, "oneplan")
        around.to_nats.reset()
        await asyncio.sleep(0.1)


async def without_a_way(around: Surrounded) -> None:
    """Connections are refused, and those that were there are broken off."""
    around.to_database.refuse()
    await around.watched.until_missing(*WORKERS)
    await asyncio.sleep(outage(around))
    around.to_database.accept()


async def without_an_answer(around: Surrounded) -> None:
    """Nothing comes through, and nobody is told; then all that waited does."""
    around.to_database.cut()
    told = await around.watched.until_missing("intake")
    assert "database" in told["intake"]
    await asyncio.sleep(outage(around))
    around.to_database.mend()


def outage(around: Surrounded) -> float:
    """How many seconds it lasts, once it was noticed."""
    return 0.5 if around.stage.is_short else 20.0


@pytest.mark.parametrize("harm", [killed, cut_off, without_a_way, without_an_answer])
def test_the_database_goes_away_during_load(around: Surrounded, harm: Harm) -> None:
    began = around.watched.processes()
    half = around.stage.size // 2
    back: list[float] = []

    async def fault(publisher: Publisher) -> None:
        await publisher.reached(half)
        await harm(around)
        back.append(await around.watched.until_ready(*WORKERS))

    seen = around.stage.play(f"database {harm.__name__}", around.stage.load(), fault)
    assert wrong(seen) == []
    assert around.watched.processes() == began, "none of them was started again"
