"""A world with two families, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.settings import Settings
from services.store.application import OnePlan
from tests.support.world import World, new_world, two_families


@pytest.fixture
def world(settings: Settings, application: OnePlan) -> Iterator[World]:
    """Two families, known to the views."""
    with new_world(settings, application) as made:
        made.take(*two_families())
        yield made
