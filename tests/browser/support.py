"""People in front of a browser: signing in, looking closely at a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, ViewportSize

from services.bus.connect import connected
from services.bus.subjects import agency_subject
from services.clock import utc_now
from services.settings import Settings
from tests.support.events import cloud_event

LEAD_A = "karim-benali"
FAMILY_A = "GEZIN-A-2025"
DESKTOP = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=360, height=740)
WCAG = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@dataclass(frozen=True)
class Service:
    """The running service."""

    url: str
    settings: Settings
    log: Path


class Agency:
    """An agency's system, which publishes events as it does."""

    def __init__(self, settings: Settings, code: str) -> None:
        self._settings = settings
        self._code = code

    def say(self, type_: str, data: dict[str, Any], family: str = FAMILY_A) -> None:
        """Publish an event about a family; returns once the stream has it."""
        event = cloud_event(
            type_,
            data,
            agency=self._code,
            id=f"{self._code}-{uuid4()}",
            subject=family,
            time=utc_now().isoformat(),
        )
        # Playwright has an event loop in this thread.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, self._publish(event, family)).result()

    async def _publish(self, event: dict[str, Any], family: str) -> None:
        subject = agency_subject(self._code, family, event["type"])
        async with connected(self._settings, self._code) as client:
            await client.jetstream().publish(subject, orjson.dumps(event))


class People:
    """Windows for people. Somebody signs in once; later windows begin with that session."""

    def __init__(self, service: Service, browser: Browser, screenshots: Path) -> None:
        self.service = service
        self.screenshots = screenshots
        self._browser = browser
        self._signed_in: dict[str, StorageState] = {}

    @contextmanager
    def window(
        self,
        person: str | None = None,
        *,
        script: bool = True,
        language: str = "nl-NL",
        own_session: bool = False,
    ) -> Iterator[Page]:
        """A window of a browser of one's own; with a person it is signed in.

        Whatever goes wrong in the page's scripts fails the test.

        Args:
            own_session: signs in anew: for who is going to sign out.
        """
        shared = None if own_session or person is None else self._signed_in.get(person)
        context = self._browser.new_context(
            base_url=self.service.url,
            viewport=DESKTOP,
            locale=language,
            java_script_enabled=script,
            storage_state=shared,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: (
                faults.append(message.text) if "Content Security" in message.text else None
            ),
        )
        try:
            if person is not None and shared is None:
                page.goto("/auth/sign-in?next=/")
                self.choose(page, person)
                # Going on before the way back is done would leave nobody signed in.
                page.wait_for_url(self._is_back)
                if not own_session:
                    self._signed_in[person] = context.storage_state()
            yield page
            assert not faults, faults
        finally:
            context.close()

    def _is_back(self, url: str) -> bool:
        return url.startswith(self.service.url) and "/auth/" not in url

    def _noting(self, faults: list[str]) -> Callable[[ConsoleMessage], None]:
        """Note what the browser says of our own pages; a status such as 404 is no fault of one."""

        def note(message: ConsoleMessage) -> None:
            ours = message.location["url"].startswith(self.service.url)
            if ours and not message.text.startswith("Failed to load resource"):
                faults.append(message.text)

        return note

    @staticmethod
    def choose(page: Page, person: str) -> None:
        """Say on the identity provider's page who one is."""
        page.locator(f'button[name="person"][value="{person}"]').click()

    def look_at(self, page: Page, name: str) -> None:
        """Look closely: WCAG in light and dark, no sideways scrolling on a phone, screenshots."""
        page.wait_for_load_state()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self._shoot(page, f"{name}-{scheme}")
            found = Axe().run(page, options=WCAG)
            assert found.violations_count == 0, found.generate_report()
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(PHONE)
        width = page.evaluate("document.documentElement.scrollWidth")
        self._shoot(page, f"{name}-phone")
        assert width <= PHONE["width"], f"{name} is {width} pixels wide on a phone"
        page.set_viewport_size(DESKTOP)

    def _shoot(self, page: Page, name: str) -> None:
        page.screenshot(path=self.screenshots / f"{name}.png", full_page=True)
