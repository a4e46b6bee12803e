"""Deployments for the faults: a small one that the short set shares, or a fresh one for a long run.

What is marked ``chaos`` runs with ``make chaos`` only.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.stores import Database, Stores
from tests.chaos.deployment import deployed
from tests.chaos.processes import forked, started
from tests.chaos.stage import LONG, SHORT, Stage

TAKEOVER_SECONDS = 1.0
"""In the short set: until another intake goes on for one that died."""
SMALL_BATCH = 20
"""In the short set: so that there are many batches between which something can happen."""

AS_IN_PRODUCTION = 20_000
"""With so many events it matters no more how long a service takes to start."""


@pytest.fixture(scope="session")
def small_stage() -> Iterator[Stage]:
    """A deployment that the short set shares."""
    with (
        Stores() as stores,
        stores.empty(Database.SQLITE) as settings,
        deployed(
            settings.model_copy(
                update={"intake_batch": SMALL_BATCH, "intake_takeover": TAKEOVER_SECONDS}
            ),
            begin=forked,
        ) as deployment,
    ):
        yield Stage(deployment, Database.SQLITE, SHORT)


@pytest.fixture(params=list(Database))
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A fresh deployment for a long run."""
    with (
        Stores() as stores,
        stores.empty(request.param) as settings,
        deployed(settings, begin=forked if LONG < AS_IN_PRODUCTION else started) as deployment,
    ):
        yield Stage(deployment, request.param, LONG)
