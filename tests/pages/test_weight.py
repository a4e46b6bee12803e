"""What a page weighs, for a family with 500 events."""

from __future__ import annotations

import re

import pytest

from tests.identity.support import Browser
from tests.pages.conftest import LONG
from tests.support.long_story import EVENTS
from tests.support.world import World

MOST_BYTES = 100_000
HTML = {"Accept": "text/html"}
OPENED = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
"""What a browser says of a page that somebody opens."""


@pytest.mark.parametrize(
    "path",
    [
        "/caseload",
        f"/families/{LONG}",
        f"/families/{LONG}/goals/new",
        f"/families/{LONG}/do/action",
        f"/families/{LONG}/handover",
        f"/families/{LONG}/do/conference",
    ],
)
def test_a_first_visit_is_light(browser: Browser, page_world: World, path: str) -> None:
    assert len(page_world.application.events_of(LONG)) >= EVENTS
    weight = 0

    def get(address: str) -> str:
        nonlocal weight
        headers = {**HTML, **OPENED, "Accept-Encoding": "br"}
        with browser.http.stream("GET", address, headers=headers) as answer:
            assert answer.status_code == 200
            weight += sum(map(len, answer.iter_raw()))
        return browser.http.get(address, headers=HTML).text

    page = get(path)
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        get(address)
    assert weight < MOST_BYTES


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {**OPENED, "Sec-Fetch-Site": "cross-site"},
        {**OPENED, "Sec-Fetch-Site": "same-site"},
        {**OPENED, "Sec-Fetch-Mode": "cors"},
    ],
)
def test_how_small_a_page_gets_is_told_to_nobody_who_can_have_it_asked_for(
    browser: Browser, page_world: World, asked: dict[str, str]
) -> None:
    headers = {**HTML, "Accept-Encoding": "gzip, br"}
    opened = browser.http.get(f"/families/{LONG}", headers={**headers, **OPENED})
    assert opened.headers["content-encoding"] == "br"
    other = browser.http.get(f"/families/{LONG}", headers={**headers, **asked})
    assert "content-encoding" not in other.headers
    assert len(other.text) > 5 * opened.num_bytes_downloaded > 0
