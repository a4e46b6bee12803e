"""A fresh deployment whose surroundings are harmed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.stage import LONG
from tests.chaos.surroundings.stage import Surrounded, surrounded


@pytest.fixture
def around() -> Iterator[Surrounded]:
    """For a long run."""
    with surrounded(LONG) as made:
        yield made
