"""An auditor's pages: a purpose first, what was known when, and the proofs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from lxml import html

from services.access import open_access_log
from services.bus.credentials import ensure_credentials
from services.clock import utc_now
from services.notary.book import Book
from services.notary.key import signing_key
from services.notary.notary import Notary
from services.read_model.engine import open_read_engine
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.web.app import create_app
from tests.identity.support import (
    AUDITOR,
    Browser,
    Clock,
    Provider,
    free_port,
    running_provider,
    serving,
)
from tests.pages.reading import say_purpose
from tests.pages.test_timeline import EVIL, FAMILY, HTML, Tree, told
from tests.support.world import new_world

PAGE = f"/audit/families/{FAMILY}"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with running_provider(tmp_path_factory.mktemp("audit"), Clock()) as running:
        yield running


@pytest.fixture(scope="module")
def settings(provider: Provider) -> Settings:
    return provider.settings.model_copy(update={"http_port": free_port()})


@pytest.fixture(scope="module")
def application(settings: Settings) -> Iterator[OnePlan]:
    """Each event came to be known when it was told."""
    ensure_credentials(settings)
    with open_application(settings) as store, new_world(settings, store) as world:
        for event in told():
            world.take(event, now=datetime.fromisoformat(event["time"]))
        yield store


@pytest.fixture(scope="module")
def browser(settings: Settings, application: OnePlan) -> Iterator[Browser]:
    """An auditor's, who looks because of a complaint."""
    assert application.events_of(FAMILY)
    with serving(create_app(settings), settings.http_port):
        one = Browser(f"http://127.0.0.1:{settings.http_port}")
        with one.http:
            one.sign_in(AUDITOR)
            yield one


def sign(settings: Settings, application: OnePlan) -> None:
    """Let the notary write down and sign what there is."""
    with open_read_engine(settings) as engine:
        book = Book(settings.notary)
        notary = Notary(application, engine, book, signing_key(settings), utc_now)
        notary.open()
        while notary.step():
            pass


@pytest.fixture
def purposeful(browser: Browser) -> Browser:
    assert say_purpose(browser, FAMILY) == PAGE
    return browser


def shown(browser: Browser, path: str) -> Tree:
    answer = browser.http.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.content)


def test_nothing_is_shown_before_an_auditor_says_what_for(browser: Browser) -> None:
    pages = (PAGE, f"{PAGE}/history", f"{PAGE}/known", f"{PAGE}/difference", "/audit/proofs")
    for path in (*pages, f"/families/{FAMILY}/timeline"):
        answer = browser.http.get(path, headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/audit?next={path}")
    page = shown(browser, "/audit")
    token = page.xpath("string(//main//input[@name='csrf_token']/@value)")
    wrong = browser.http.post(
        "/audit", data={"csrf_token": token, "purpose": "emergency", "family_id": "?"}, headers=HTML
    )
    assert wrong.status_code == 422
    assert "Kies waarvoor u kijkt." in wrong.text


def test_what_an_auditor_looks_for_is_on_record(purposeful: Browser, settings: Settings) -> None:
    shown(purposeful, f"{PAGE}/history")
    shown(purposeful, f"/families/{FAMILY}/timeline")
    taken = purposeful.http.get(f"/api/v1/audit/history?family_id={FAMILY}&format=csv")
    assert taken.status_code == 200, taken.text
    with open_access_log(settings) as log:
        looks = [look for _, look in log.records(FAMILY, limit=3, after=None)]
    assert {look.purpose.value for look in looks} == {"audit-complaint"}
    assert {look.view for look in looks} >= {"history", "timeline"}
    assert len(looks) == 3


def test_the_slider_shows_what_was_known_at_each_moment(purposeful: Browser) -> None:
    first, last = (shown(purposeful, f"{PAGE}?step={step}") for step in (2, 999))
    assert "2 gebeurtenissen van de geschiedenis van nu" in first.text_content()
    assert len(first.xpath("//figure//a[@class='deed']")) == 1
    assert len(last.xpath("//figure//a[@class='deed']")) == 2
    ruler = last.xpath("//input[@type='range']")[0]
    assert (ruler.get("min"), ruler.get("max"), ruler.get("value")) == ("0", "4", "4")
    same = shown(purposeful, f"{PAGE}?at=2026-01-10T21:00")
    assert same.xpath("//input[@type='range']")[0].get("value") == "2"


def test_what_had_happened_and_was_not_told_stands_beside_what_the_lead_could_know(
    purposeful: Browser,
) -> None:
    page = shown(purposeful, f"{PAGE}/known?at=2026-02-10T12:00")
    assert "Carla van Gemeente" in page.text_content()
    (row,) = page.xpath("//main//tbody/tr")
    assert "Bram" in row.text_content()
    assert "40 dagen later bekend" in row.text_content()


def test_two_moments_are_compared_item_by_item(purposeful: Browser) -> None:
    page = shown(purposeful, f"{PAGE}/difference?since=2026-01-11T00:00&until=2026-02-02T00:00")
    measures = page.xpath("//main/section[h2[starts-with(., 'Hulp en straf')]]")[0]
    assert measures.xpath("string(.//summary/code)") == "m1"
    assert EVIL in measures.text_content()
    turned = purposeful.http.get(
        f"{PAGE}/difference?since=2026-02-02T00:00&until=2026-01-11T00:00", headers=HTML
    )
    assert turned.status_code == 422
    future = purposeful.http.get(f"{PAGE}?at=2999-01-01T00:00", headers=HTML)
    assert future.status_code == 422
    assert purposeful.http.get(f"{PAGE}?at=gisteren", headers=HTML).status_code == 422


def test_an_event_is_read_whole_and_proved(
    purposeful: Browser, settings: Settings, application: OnePlan
) -> None:
    history = shown(purposeful, f"{PAGE}/history")
    rows = history.xpath("//main//tbody/tr")
    assert len(rows) == 5
    payload = json.loads(rows[3].xpath("string(.//pre)"))
    assert payload["measure"]["name"] == EVIL
    where = rows[3].xpath("string(.//a[contains(@href, '/proof/')]/@href)")
    assert purposeful.http.get(where, headers=HTML).status_code == 404
    sign(settings, application)
    assert "ondertekende logboek" in shown(purposeful, where).text_content()
    proof = purposeful.http.get(f"{where}/file").json()
    assert proof["inclusion"]
    assert purposeful.http.get("/audit/proofs/checkpoint").text == proof["checkpoint"]
    stranger = where.replace(FAMILY, "GEZIN-B-2025")
    assert purposeful.http.get(stranger, headers=HTML).status_code == 404


def test_everything_is_compared_with_what_was_signed(purposeful: Browser) -> None:
    page = shown(purposeful, "/audit/proofs")
    token = page.xpath("string(//main//input[@name='csrf_token']/@value)")
    answer = purposeful.http.post("/audit/proofs", data={"csrf_token": token}, headers=HTML)
    assert answer.status_code == 200
    assert "Alles klopt." in answer.text


def test_only_an_auditor_comes_in(browser: Browser) -> None:
    other = Browser(str(browser.http.base_url))
    with other.http:
        other.sign_in("karim-benali")
        assert other.http.get(PAGE, headers=HTML).status_code == 403
