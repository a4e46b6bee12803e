"""Several views of one moment: the same as one by one, and each on record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from domain.need_to_know.viewer import Viewer
from projections.current_plan import PLAN
from projections.signals import SIGNALS
from services.settings import Settings
from services.store.application import open_application
from services.views.errors import NotAParty
from services.views.records import Look
from tests.support.viewers import agency, lead, member
from tests.support.world import World, new_world, two_families


class Noted:
    """Records that are only counted."""

    def __init__(self) -> None:
        self.looks: list[Look] = []

    def note(self, looks: Sequence[Look]) -> None:
        """Keep them."""
        self.looks += looks


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("several"))
    with open_application(settings) as application, new_world(settings, application) as made:
        made.take(*two_families())
        yield made


@pytest.mark.parametrize("viewer", [lead(), agency("veilig-thuis"), member("mother")])
def test_each_view_is_what_its_reader_may_see(world: World, viewer: Viewer) -> None:
    noted = Noted()
    views = world.views.recorded_by(noted)
    found = views.ask_all((PLAN, SIGNALS), viewer, "F1")
    assert [(one.view, one.also) for one in noted.looks] == [("plan", ("signals",))]
    assert found.shown(PLAN) == world.views.ask(PLAN, viewer, "F1")
    assert found.shown(SIGNALS) == world.views.ask(SIGNALS, viewer, "F1")
    with pytest.raises(NotAParty):
        views.ask_all((PLAN,), viewer, "F2")
    assert noted.looks[-1].refused
    assert views.version(viewer, "F1") == found[PLAN].version
