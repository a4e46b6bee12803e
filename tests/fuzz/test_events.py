"""Bad agency events: each gets one fate, nothing is lost, and all goes on."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import strategies as st

from projections.registry import FAMILY_VIEWS
from services.settings import Settings
from services.store.application import OnePlan
from tests.fuzz.events import Sent, damaged_by, sent
from tests.fuzz.fates import STORY, Fates, logged
from tests.fuzz.odd import CANARY
from tests.fuzz.trying import Fuzz
from tests.support.viewers import agency, lead, member, professional
from tests.support.world import new_world

AT_ONCE = 100
"""Messages of one batch."""
OF_ONE_FAMILY = 150
"""Messages about one family, before the next."""
VIEWERS = (
    agency("police"),
    agency("municipality"),
    professional("veilig-thuis"),
)


def look(fates: Fates) -> None:
    """Everybody can still see everything they may."""
    fates.world.catch_up()
    plan = fates.world.application.plan(fates.family)
    assert plan is not None
    views = fates.world.views
    leads = () if plan.lead is None else (lead(plan.lead.agency, plan.lead.person_id),)
    for viewer in (*VIEWERS, *leads):
        if viewer.agency in plan.parties:
            for view in FAMILY_VIEWS:
                assert views.ask(view, viewer, fates.family).view is not None
            assert views.timeline(viewer, fates.family, 100, None).view.entries
    for one in plan.members:
        assert views.timeline(member(one, fates.family), fates.family, 100, None).view is not None


def test_each_message_gets_one_fate(settings: Settings, application: OnePlan, fuzz: Fuzz) -> None:
    began = time.monotonic()
    with logged() as lines, new_world(settings, application) as world:
        fates = Fates(world)
        fates.new_family()

        def check(one: Sent) -> None:
            fates.send(one)

        def between() -> None:
            look(fates)
            fates.new_family()

        few = 150 if settings.database_url is None else 50
        count = fuzz.inputs(few=few, share=0.06)
        fuzz.each(sent(), count, check, at_once=OF_ONE_FAMILY, between=between)
        assert fates.accepted_in_store() == fates.counts["accepted"]
    assert CANARY not in lines.getvalue()
    assert fates.counts["accepted"] > len(fates.families) * len(STORY)
    name = "sqlite" if settings.database_url is None else "postgres"
    fuzz.tell(f"events, {name}", began, inputs=fates.sent, fates=dict(fates.counts))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_batch_of_damaged_ones_sinks_nothing(
    settings: Settings, application: OnePlan, fuzz: Fuzz
) -> None:
    began = time.monotonic()
    with logged() as lines, new_world(settings, application) as world:
        fates = Fates(world)
        fates.new_family()

        def check(seed: int) -> None:
            chance = random.Random(seed)
            fates.send_together([damaged_by(chance) for _ in range(AT_ONCE)])

        def between() -> None:
            look(fates)
            fates.new_family()

        batches = fuzz.inputs(few=300, share=0.68) // AT_ONCE
        fuzz.each(st.integers(0, 2**64), batches, check, at_once=50, between=between)
        assert fates.accepted_in_store() == fates.counts["accepted"]
    assert CANARY not in lines.getvalue()
    fuzz.tell("events in batches", began, inputs=fates.sent, fates=dict(fates.counts))
