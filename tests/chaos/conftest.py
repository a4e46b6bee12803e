"""Deployments for the faults: a small one that the short set shares, or a fresh one for a long run.

What is marked ``chaos`` runs with ``make chaos`` only.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.stores import Database, Stores
from tests.chaos.deployment import deployed
from tests.chaos.stage import LONG, SHORT, Stage

AGAIN_SECONDS = 2.0
"""In the short set: until a message that was not acknowledged comes again."""


@pytest.fixture(scope="session")
def small_stage() -> Iterator[Stage]:
    """A deployment that the short set shares."""
    with (
        Stores() as stores,
        stores.empty(Database.SQLITE) as settings,
        deployed(settings, again_after=AGAIN_SECONDS) as deployment,
    ):
        yield Stage(deployment, Database.SQLITE, SHORT)


@pytest.fixture(
    params=[
        pytest.param((Database.SQLITE, SHORT), id="short"),
        pytest.param((Database.SQLITE, LONG), id="sqlite", marks=pytest.mark.chaos),
        pytest.param((Database.POSTGRESQL, LONG), id="postgresql", marks=pytest.mark.chaos),
    ]
)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Where a fault is tried."""
    database, size = request.param
    if size <= SHORT:
        yield request.getfixturevalue("small_stage")
        return
    with (
        Stores() as stores,
        stores.empty(database) as settings,
        deployed(settings) as deployment,
    ):
        yield Stage(deployment, database, size)
