"""What each agency sees over HTTP, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.settings import AGENCIES
from tests.support.events import NOW, cloud_event
from tests.support.world import World, left
from tests.web.support import Asking

PARTIES = {"F1": {"police", "veilig-thuis"}, "F2": {"school", "shelter"}}


def test_each_agency_sees_its_own_families_and_no_other(ask: Asking) -> None:
    later = (NOW + timedelta(days=9)).isoformat()
    unknown = [ask("police", f"families/F9/{view}") for view in ("plan", "timeline")]
    for agency in (one.code for one in AGENCIES):
        own = {family for family, parties in PARTIES.items() if agency in parties}
        _, page = ask(agency, "families")
        assert {row["family_id"] for row in _rows(page, "families")} == own
        for family in PARTIES:
            answers = [ask(agency, f"families/{family}/{view}") for view in ("plan", "timeline")]
            earlier = ask(agency, f"families/{family}/plan", known_at=later)
            if family in own:
                assert [status for status, _ in (*answers, earlier)] == [200, 200, 200]
                assert {body["family_id"] for _, body in (*answers, earlier)} == {family}
            else:
                # Word for word what is said of a family that does not exist.
                assert [*answers, earlier] == [*unknown, unknown[0]]
                assert answers[0][0] == 404
        for person, employer in (("lead-1", "police"), ("lead-2", "school")):
            _, caseload = ask(agency, f"leads/{person}/caseload")
            assert bool(_rows(caseload, "families")) == (agency == employer)
            assert (caseload["name"] is not None) == (agency == employer)


def test_who_left_sees_nothing_more(world: World, ask: Asking) -> None:
    assert ask("veilig-thuis", "families/F1/plan")[0] == 200
    world.take(left("veilig-thuis"))
    assert ask("veilig-thuis", "families/F1/plan") == ask("veilig-thuis", "families/F9/plan")
    assert ask("veilig-thuis", "families/F1/timeline")[0] == 404
    assert ask("veilig-thuis", "families")[1]["families"] == []


def test_known_at_gives_the_older_plan(world: World, ask: Asking) -> None:
    later = NOW + timedelta(days=7)
    goal = {"goal_id": "g1", "life_domain": "safety", "text": "Rust in huis."}
    world.take(cloud_event("goal.set", goal, time="2026-03-05T09:00:00Z"), now=later)

    status, older = ask("police", "families/F1/plan", known_at="2026-03-03T01:00:00+01:00")
    # Opened, a lead, an incident, and the question about what is unknown of it.
    assert (status, older["goals"], older["version"]) == (200, [], 4)
    assert len(_rows(ask("police", "families/F1/plan")[1], "goals")) == 1
    status, body = ask("police", "families/F1/plan", known_at="2020-01-01T00:00:00Z")
    assert (status, body["field"]) == (404, "known_at")

    for day, known_at, goals in ((4, None, 0), (5, None, 1), (5, "2026-03-03T01:00:00Z", 0)):
        moments = {"happened_until": f"2026-03-0{day}T10:00:00Z"}
        moments |= {} if known_at is None else {"known_at": known_at}
        _, plan = ask("police", "families/F1/plan", **moments)
        assert len(_rows(plan, "goals")) == goals
        _, page = ask("police", "families/F1/timeline", **moments)
        assert len(_rows(page, "entries")) == 4 + goals
    status, body = ask("police", "families/F1/plan", happened_until="2026-02-28T23:00:00Z")
    assert (status, body["field"]) == (404, "happened_until")
    status, page = ask("police", "families/F1/timeline", happened_until="2026-02-28T23:00:00Z")
    assert (status, page["entries"]) == (200, [])


def test_the_timeline_comes_in_pages(ask: Asking) -> None:
    _, whole = ask("police", "families/F1/timeline")
    _, first = ask("police", "families/F1/timeline", limit="2")
    _, rest = ask("police", "families/F1/timeline", limit="2", after=str(first["next"]))
    assert _rows(first, "entries") + _rows(rest, "entries") == _rows(whole, "entries")
    assert (len(_rows(whole, "entries")), whole["next"], rest["next"]) == (4, None, None)


def _rows(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = body[name]
    return rows
