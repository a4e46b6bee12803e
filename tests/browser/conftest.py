"""One whole service and one headless chromium for all tests of the pages.

They run one after another in one worker: the service is started once. All of them together are
one package, and both end with it: the browser's event loop must not meet those of other tests.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from services.embedded.run_file import read_run
from services.settings import Settings
from tests.browser.support import Agency, People, Service
from tests.support.service import until_ready, up

HERE = Path(__file__).parent
# How long something takes says nothing on a machine that others use too.
expect.set_options(timeout=30_000)
SCREENSHOTS = HERE.parents[1] / "var" / "screenshots"


# Before xdist looks for the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one worker (``--dist loadgroup``)."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service with the three families, on free ports."""
    folder = tmp_path_factory.mktemp("browser")
    settings = Settings(data_dir=folder / "data")
    environment = {
        "ONEPLAN_DATA_DIR": str(settings.data_dir),
        "ONEPLAN_HTTP_PORT": "0",
        "ONEPLAN_LOG_LEVEL": "INFO",
        # All people sit behind one address here.
        "ONEPLAN_RATE_SIGN_IN": "1000/minute",
    }
    with up(folder / "log", environment) as process:
        until_ready(process)
        run = read_run(settings)
        assert run is not None
        yield Service(run.http_url, settings, folder / "log")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser of this machine."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path is not None, "there is no chromium: run `make browser`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def people(service: Service, chromium: Browser) -> People:
    """Everybody who can sign in, each with a window of their own."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return People(service, chromium, SCREENSHOTS)


@pytest.fixture(scope="package")
def school(service: Service) -> Agency:
    """The school of family A."""
    return Agency(service.settings, "school")
