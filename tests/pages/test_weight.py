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
        headers = {**HTML, "Accept-Encoding": "br"}
        with browser.http.stream("GET", address, headers=headers) as answer:
            assert answer.status_code == 200
            weight += sum(map(len, answer.iter_raw()))
        return browser.http.get(address, headers=HTML).text

    page = get(path)
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        get(address)
    assert weight < MOST_BYTES
