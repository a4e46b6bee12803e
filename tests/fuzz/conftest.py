"""What the parts share: how much they try, and the web service that some of them try it on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fuzz.served import Served, running
from tests.fuzz.trying import Fuzz


@pytest.fixture(scope="session")
def fuzz() -> Iterator[Fuzz]:
    """What to try, and where to tell what was found."""
    one = Fuzz()
    yield one
    one.write()


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory, fuzz: Fuzz) -> Iterator[Served]:
    """The web service."""
    with running(tmp_path_factory.mktemp("served"), fuzz) as started:
        yield started
