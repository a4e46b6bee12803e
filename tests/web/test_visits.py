"""Until where somebody has seen a plan: kept across restarts, by person, forgotten when told to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from services.read_model.engine import open_read_engine, writing
from services.settings import Settings
from services.web import visits
from services.web.visits import KEPT, ONE_VISIT, Place, Visits

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEXT_DAY = NOW + timedelta(days=1)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with open_read_engine(settings) as made:
        Visits(made).create_table()
        yield made


def test_one_visit_shows_what_came_after_the_one_before_however_often_one_looks(
    engine: Engine,
) -> None:
    kept = Visits(engine)
    assert kept.places("els", ["F1"], NOW) == {}
    kept.note("els", "F1", 5, NOW)
    soon = NOW + ONE_VISIT - timedelta(seconds=1)
    assert kept.places("els", ["F1"], soon) == {}, "still the first visit"
    kept.note("els", "F1", 7, soon)
    # Another process, another day.
    again = Visits(engine)
    assert again.places("els", ["F1", "F2"], NEXT_DAY) == {"F1": Place(7, soon)}
    again.note("els", "F1", 9, NEXT_DAY)
    assert again.places("els", ["F1"], NEXT_DAY) == {"F1": Place(7, soon)}
    assert again.places("ad", ["F1"], NEXT_DAY) == {}


def test_what_is_erased_or_a_year_old_is_forgotten(engine: Engine) -> None:
    kept = Visits(engine)
    for person in ("els", "ad"):
        for family in ("F1", "F2"):
            kept.note(person, family, 1, NOW)
    with writing(engine) as connection:
        visits.forget(connection, ["F1"], ["ad"])
    assert list(kept.places("els", ["F1", "F2"], NEXT_DAY)) == ["F2"]
    assert kept.places("ad", ["F1", "F2"], NEXT_DAY) == {}
    late = NOW + KEPT + timedelta(seconds=1)
    kept.note("ad", "F3", 1, late)
    assert kept.places("els", ["F2"], late) == {}
