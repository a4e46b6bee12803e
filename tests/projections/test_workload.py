"""The workload of a lead: the families by urgency, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from projections.registry import WATCHERS
from projections.workload import DANGER, PROMISE, WorkloadFamily
from services.settings import Settings
from services.store.application import open_application
from services.views.errors import NotForYou
from services.views.party_views import PartyViews
from services.views.records import Look
from tests.support.events import NOW, cloud_event, incident, lead, plan_opened
from tests.support.viewers import agency, professional
from tests.support.viewers import lead as lead_viewer
from tests.support.world import World, new_world

BY_A_CIRCLE = [
    incident(name, kind="stalking", by=["father"], against=[against], began_at=f"{day}T10:00:00Z")
    for name, against, day in (("i1", "mother", "2025-10-01"), ("i2", "child", "2025-12-01"))
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three families of one lead: a quiet one, one with a late action, one with a circle."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("workload"))
    with open_application(settings) as application, new_world(settings, application) as made:
        for family in ("QUIET", "LATE", "CIRCLE", "OTHER"):
            person = "lead-2" if family == "OTHER" else "lead-1"
            opened = plan_opened(family)
            opened["data"]["members"].append(
                {"member_id": "father", "name": "Rob", "role": "ex-partner"}
            )
            made.take(opened, cloud_event("lead.assigned", {"lead": lead(person)}, subject=family))
        action = {"action_id": "a1", "owner": "Anna", "text": "Belt oma.", "due": "2026-03-03"}
        made.take(cloud_event("action.agreed", action, subject="LATE"))
        for one in BY_A_CIRCLE:
            made.take(cloud_event("incident.recorded", one, subject="CIRCLE"))
        with made.watching(lambda: NOW + timedelta(days=3), WATCHERS) as watch:
            while watch.step():
                made.catch_up()
        yield made


def families(world: World) -> dict[str, WorkloadFamily]:
    found = world.views.workload(lead_viewer("police", "lead-1"))
    return {one.family_id: one for one in found.families}


def test_who_is_in_danger_comes_before_who_waits_and_who_waits_before_who_is_well(
    world: World,
) -> None:
    found = families(world)
    assert list(found) == ["CIRCLE", "LATE", "QUIET"]
    assert ("widening-circle", DANGER) in [(o.rule, o.urgency) for o in found["CIRCLE"].reasons]
    late = found["LATE"].reasons
    assert [(one.rule, one.urgency, one.count) for one in late] == [("action-overdue", PROMISE, 1)]
    assert found["QUIET"].reasons == ()
    assert (found["LATE"].open_actions, found["QUIET"].open_actions) == (1, 0)
    assert [one.name for one in found["QUIET"].members] == ["Bram", "Rob", "Anna"]


def test_it_is_a_lead_who_asks_and_each_family_is_put_on_record(world: World) -> None:
    noted: list[Look] = []

    class Records:
        def note(self, looks: list[Look]) -> None:
            noted.extend(looks)

    views = PartyViews(world.engine, world.application, Records())  # type: ignore[arg-type]
    views.workload(lead_viewer("police", "lead-1"))
    assert sorted(one.family_id for one in noted) == ["CIRCLE", "LATE", "QUIET"]
    assert {one.view for one in noted} == {"workload"}
    assert views.workload(lead_viewer("school", "lead-1")).families == ()
    for other in (agency("police"), professional("police")):
        with pytest.raises(NotForYou):
            views.workload(other)
