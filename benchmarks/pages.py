"""The pages for people: how long the server takes, what they weigh, and how live they are."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import httpx
import orjson

from benchmarks import load
from benchmarks.choices import Choices
from benchmarks.figures import MILLISECONDS, Figure, Stopwatch, at_most
from benchmarks.stores import Database, Stores
from benchmarks.whole import Running, families_with, whole_service
from services.bus.connect import connected
from tests.identity.support import AUDITOR, LEAD, Browser
from tests.pages.reading import say_purpose

NAME = "pages"
LONG = "LONG0"
LONG_EVENTS = 500
OTHERS = tuple(f"OTHER{number}" for number in range(10))
PAGES = (
    (LEAD, "/caseload"),
    (LEAD, f"/families/{LONG}"),
    (LEAD, f"/families/{LONG}/goals/new"),
    (AUDITOR, f"/audit/families/{LONG}"),
    (AUDITOR, f"/audit/families/{LONG}/known"),
    (AUDITOR, f"/audit/families/{LONG}/difference"),
)
"""Who looks at what; a new page is a line here."""
SERVER = at_most(50)
WEIGHT = at_most(100)
LOOKS = 20
HTML = {
    "Accept": "text/html",
    "Accept-Encoding": "br",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Mode": "navigate",
}
KILOBYTE = 1000


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """With the whole service up, and a family of 500 events."""
    before = [*families_with(LONG_EVENTS, [LONG]), *families_with(20, OTHERS)]
    with whole_service(stores, database, before) as running:
        for person, path in PAGES:
            yield from _page(running, database, person, path, choices)
        yield from asyncio.run(_live(running, database, choices))


def _page(
    running: Running, database: Database, person: str, path: str, choices: Choices
) -> Iterator[Figure]:
    browser, watch = Browser(running.run.http_url), Stopwatch()
    with browser.http:
        browser.sign_in(person)
        if person == AUDITOR:
            say_purpose(browser, LONG)
        weight = _first_visit(browser.http, path)
        for _ in range(LOOKS * choices.repeats):
            with watch.running():
                browser.http.get(path, headers=HTML).raise_for_status()
    for share, target in ((0.5, SERVER), (0.99, None)):
        yield Figure(
            benchmark=NAME,
            what=f"{path}, asked one by one, p{100 * share:.0f}",
            database=database,
            value=watch.milliseconds(share),
            unit=MILLISECONDS,
            target=target,
        )
    yield Figure(
        benchmark=NAME,
        what=f"{path}, a first visit with all it needs",
        database=database,
        value=weight / KILOBYTE,
        unit="kB",
        target=WEIGHT,
    )


def _first_visit(client: httpx.Client, path: str) -> int:
    """Bytes as they are sent."""
    page = client.get(path, headers=HTML)
    page.raise_for_status()
    weight = page.num_bytes_downloaded
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
        weight += client.get(address, headers=HTML).num_bytes_downloaded
    return weight


async def _live(running: Running, database: Database, choices: Choices) -> list[Figure]:
    """From an agency's event to a page that hears of it, and to the part that shows it."""
    heard, shown = Stopwatch(), Stopwatch()
    browser = Browser(running.run.http_url)
    browser.sign_in(LEAD)
    rounds = LOOKS // 2 * choices.repeats
    story = load.one_family(LONG, LONG_EVENTS + rounds + 1, seed=1)
    news = load.deliveries(story)[LONG_EVENTS:]
    path = f"/families/{LONG}"
    async with (
        connected(running.settings) as client,
        httpx.AsyncClient(
            base_url=running.run.http_url, cookies=browser.http.cookies, timeout=60
        ) as page,
    ):
        text = (await page.get(path, headers=HTML)).text
        have = re.findall(r'name="have" value="([^"]+)"', text)
        version = re.findall(r'sse-connect="[^"]+version=(\d+)"', text)[0]
        async with page.stream("GET", f"{path}/live", params={"version": version}) as stream:
            lines = stream.aiter_lines()
            for delivery in news[:rounds]:
                with shown.running():
                    with heard.running():
                        await client.jetstream().publish(delivery.subject, _noted(delivery.body))
                        while not (await anext(lines)).startswith("event: changed"):
                            pass
                    await page.get(f"{path}/changes", params={"have": have})
    browser.http.close()
    return [
        Figure(
            benchmark=NAME,
            what=f"{what}, p50",
            database=database,
            value=watch.milliseconds(),
            unit=MILLISECONDS,
        )
        for what, watch in (
            ("published until the page hears of it (it gathers for 100 ms)", heard),
            ("published until the changed parts are there", shown),
        )
    ]


def _noted(body: bytes) -> bytes:
    """The event as a note, which always shows on the page."""
    event = orjson.loads(body)
    note = {"note_id": f"live-{event['id']}", "about": ["mother"], "text": "Wat er nu is."}
    return orjson.dumps({**event, "type": f"nl.oneplan.{load.NOTE}", "data": note})
