"""What was known at the far ends of time: a clear error on every path, and nothing overflows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from projections.current_plan import PLAN
from projections.registry import FAMILY_VIEWS
from services.bus.connect import connected
from services.bus.credentials import ensure_credentials
from services.clock import utc_now
from services.views.errors import BadQuestion, NothingKnownYet
from services.web.app import create_app
from tests.cli.test_cli import Cli, cli
from tests.support.bus import running_bus
from tests.support.viewers import agency as viewer
from tests.support.world import World
from tests.views.test_views_service import ask, views_running
from tests.web.support import Asking

__all__ = ["cli"]

OUTSIDE = ("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00")
"""No moments in UTC, which has the years 1 to 9999."""
FUTURE = "9999-12-31T23:59:59Z"
PAST = "0001-01-01T00:00:00Z"
IN_WORDS = {FUTURE: "lies in the future", PAST: "nothing of this plan had been recorded"}
IN_WORDS |= dict.fromkeys(OUTSIDE, "outside the years 1 to 9999")


def test_no_view_is_asked_what_will_be_known_or_was_before_there_was_anything(
    world: World,
) -> None:
    for view in FAMILY_VIEWS:
        for moment in (datetime.max.replace(tzinfo=UTC), utc_now() + timedelta(minutes=1)):
            with pytest.raises(BadQuestion) as future:
                world.views.family(view, viewer("police"), "F1", moment)
            assert future.value.field == "known_at"
        with pytest.raises(NothingKnownYet):
            world.views.family(view, viewer("police"), "F1", datetime.min.replace(tzinfo=UTC))


def test_what_is_known_now_may_be_asked_by_its_moment(world: World) -> None:
    found = world.views.family(PLAN, viewer("police"), "F1", utc_now())
    assert found == world.views.family(PLAN, viewer("police"), "F1")


@pytest.mark.anyio
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_the_far_ends_of_time_over_nats(world: World) -> None:
    with running_bus(world.settings) as settings:
        async with views_running(settings), connected(settings, "police") as police:
            for moment, words in IN_WORDS.items():
                for view in FAMILY_VIEWS:
                    question = {"family_id": "F1", "known_at": moment}
                    answer = await ask(police, view.name, question)
                    assert (answer["status"], answer["field"]) == ("error", "known_at")
                    assert words in answer["reason"]
            for topic in ("plan", "timeline"):
                for moment, words in {FUTURE: "lies in the future", OUTSIDE[0]: "outside"}.items():
                    question = {"family_id": "F1", "happened_until": moment}
                    answer = await ask(police, topic, question)
                    assert (answer["status"], answer["field"]) == ("error", "happened_until")
                    assert words in answer["reason"]
            then = {"family_id": "F1", "happened_until": "2026-03-01T09:30:00Z"}
            assert (await ask(police, "plan", then))["view"]["lead"] is not None
            assert len((await ask(police, "timeline", then))["view"]["entries"]) == 4


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_far_ends_of_time_over_http(world: World) -> None:
    ensure_credentials(world.settings)
    nowhere = world.settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    with TestClient(create_app(nowhere)) as client:
        http = Asking(client, world.settings)
        for moment, words in IN_WORDS.items():
            for view in FAMILY_VIEWS:
                status, body = http("police", f"families/F1/{view.name}", known_at=moment)
                assert (status, body["field"]) == (404 if moment == PAST else 422, "known_at")
                assert words in str(body["reason"])
        # A stranger learns nothing from the moment it asks for.
        strange = [http("school", f"families/{one}/plan", known_at=FUTURE) for one in ("F1", "F9")]
        assert strange[0] == strange[1]
        status, body = http("police", "families", after=f"{OUTSIDE[0]}_F1")
        assert (status, body["field"]) == (422, "after")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_far_ends_of_time_on_the_command_line(cli: Cli) -> None:
    for command in (("plan", "show"), ("view", "terms")):
        future = cli(*command, "F1", "--known-at", FUTURE, exit_code=1)
        assert "known_at: this moment lies in the future" in future.stderr
        past = cli(*command, "F1", "--known-at", PAST, exit_code=1)
        assert "no plan that was known at" in past.stderr
        for moment in OUTSIDE:
            wrong = cli(*command, "F1", "--known-at", moment, exit_code=2)
            assert "is no moment with an offset" in " ".join(wrong.stderr.replace("│", "").split())
        early = cli(*command, "F1", "--happened-until", PAST, exit_code=1)
        assert "had not been opened by then" in early.stderr
        future = cli(*command, "F1", "--happened-until", FUTURE, exit_code=1)
        assert "happened_until: this moment lies in the future" in future.stderr
    then = cli("plan", "show", "F1", "--happened-until", "2026-03-01T09:30:00Z", "--json")
    assert json.loads(then.stdout)["lead"]["person_id"] == "lead-1"
    whole = cli("audit", "replay", "--until", FUTURE, "--json").stdout.splitlines()
    assert [json.loads(line)["type"] for line in whole[:1]] == ["PlanOpened"]
