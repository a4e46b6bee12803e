"""A family's page as the server makes it: need-to-know, what is different, what is on record."""

from __future__ import annotations

import re

import httpx
import pytest

from domain.patterns import RULES
from projections.workload import URGENCY
from services.web.pages.findings import TITLES
from services.web.pages.live import MOST_FOR_ONE, Live, family_subject
from tests.identity.support import Browser
from tests.pages.conftest import LONG
from tests.support.world import World

HTML = {"Accept": "text/html"}


def have(page: httpx.Response) -> list[str]:
    """The parts a page has."""
    return re.findall(r'name="have" value="([^"]+)"', page.text)


def test_only_what_is_different_is_sent_again(browser: Browser) -> None:
    page = browser.http.get(f"/families/{LONG}", headers=HTML)
    parts = have(page)
    assert len(parts) == len(set(parts)) > 5
    nothing = browser.http.get(f"/families/{LONG}/changes", params={"have": parts})
    assert "hx-swap-oob" not in nothing.text
    old = [one for one in parts if not one.startswith("goals:")]
    changed = browser.http.get(f"/families/{LONG}/changes", params={"have": [*old, "goals:old"]})
    assert re.findall(r'id="(part-[a-z]+)"', changed.text) == ["part-goals"]


@pytest.mark.parametrize("person", ["hanneke-zijlstra", "ravi-politie", "sanne", "vera-toezicht"])
def test_who_does_not_lead_the_plan_sees_nothing_of_it(page_url: str, person: str) -> None:
    one = Browser(page_url)
    with one.http:
        one.sign_in(person)
        for path in ("", "/changes?have=x", "/live", "/goals/new"):
            answer = one.http.get(f"/families/{LONG}{path}", headers=HTML)
            assert answer.status_code in {403, 404}
            assert "Anna" not in answer.text


def test_a_lead_without_a_plan_is_told_so(page_url: str) -> None:
    one = Browser(page_url)
    with one.http:
        one.sign_in("hanneke-zijlstra")
        assert "U leidt nu geen plan." in one.http.get("/caseload", headers=HTML).text


def test_a_look_at_a_page_is_on_record_as_one(browser: Browser, page_world: World) -> None:
    browser.http.get(f"/families/{LONG}", headers=HTML)
    listed = browser.http.get(f"/api/v1/families/{LONG}/access-records", params={"limit": 50})
    records = [one for one in listed.json()["entries"] if one["path"] == "html"]
    (look,) = [one for one in records if one["correlation_id"] == records[0]["correlation_id"]]
    assert {look["view"], *look["also"]} >= {"plan", "signals", "contact-load"}


def test_a_page_that_asks_by_itself_does_not_keep_a_session_alive(browser: Browser) -> None:
    asked = browser.http.get(f"/families/{LONG}/changes", params={"have": ["goals:old"]})
    assert asked.status_code == 200
    assert "set-cookie" not in asked.headers
    assert "set-cookie" in browser.http.get("/caseload", headers=HTML).headers


def test_each_rule_has_its_urgency_and_its_words() -> None:
    assert set(URGENCY) == set(TITLES) >= {rule.name for rule in RULES}


@pytest.mark.anyio
async def test_pages_of_a_session_are_ended_with_it_and_are_not_too_many() -> None:
    live = Live()
    asked = 0

    async def still() -> bool:
        nonlocal asked
        asked += 1
        return asked <= MOST_FOR_ONE

    opened = [
        live.changes([family_subject("F1")], "session", still, now=True)
        for _ in range(MOST_FOR_ONE)
    ]
    for one in opened:
        await anext(one)
    assert live.is_full("session")
    assert not live.is_full("another")
    live.end("session")
    for one in opened:
        with pytest.raises(StopAsyncIteration):
            await anext(one)
    assert not live.is_full("session")
    assert not live.stopping
    # A session that is over in the table ends the page as well.
    with pytest.raises(StopAsyncIteration):
        await anext(live.changes([family_subject("F1")], "session", still, now=True))
