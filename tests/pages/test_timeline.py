"""The timeline: what is drawn, what is chosen, who sees how much, and that texts stay texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from lxml import html

from domain.family_plan import PlanEvent
from projections.story_topics import TOPICS
from services.access import open_access_log
from services.bus.credentials import ensure_credentials
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.web.app import create_app
from services.web.pages.event_words import EVENT_LABELS
from services.web.pages.timeline.choice import Choice, Span, span_of
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
from tests.support.events import cloud_event, incident, lead, plan_opened
from tests.support.world import new_world

FAMILY = "GEZIN-A-2025"
PAGE = f"/families/{FAMILY}/timeline"
EVIL = '</title><script>alert("x")</script><a href="javascript:alert(1)">&amp;'
MOST_BYTES = 100_000
HTML = {"Accept": "text/html", "Accept-Language": "nl"}
Tree = Any


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with running_provider(tmp_path_factory.mktemp("timeline"), Clock()) as running:
        yield running


@pytest.fixture(scope="module")
def settings(provider: Provider) -> Settings:
    return provider.settings.model_copy(update={"http_port": free_port()})


def told() -> list[dict[str, Any]]:
    """An ex-partner, then the child, told of months later; a fine; and five hundred remarks."""
    opened = plan_opened(FAMILY, time="2026-01-05T09:00:00Z")
    opened["data"]["parties"].append({"agency": "municipality", "task": "regie"})
    ex = {"member_id": "ex", "name": EVIL, "role": "ex-partner"}
    sanne = {"member_id": "sanne", "name": "Sanne", "role": "parent"}
    opened["data"]["members"] += [ex, sanne]
    own = {"subject": FAMILY}
    first = incident(
        "i1", kind="stalking", by=["ex"], against=["sanne"], began_at="2026-01-10T20:00:00Z"
    )
    hidden = incident(
        "i2", kind="physical", by=["ex"], against=["child"], began_at="2026-01-20T20:00:00Z"
    )
    sure = {"source": "observed", "certainty": "established", "gravity": "severe"}
    measure = {
        "measure_id": "m1",
        "kind": "penalty",
        "form": "fine",
        "name": EVIL,
        "agency": "police",
        "for_members": ["ex"],
        "life_domains": ["safety"],
        "aim": "Rust.",
        "why_it_fits": "Hij betaalt.",
        "begins_on": "2026-02-01",
        "ends_on": "2026-02-14",
    }
    return [
        opened,
        cloud_event(
            "lead.assigned",
            {"lead": lead("karim-benali", "municipality")},
            agency="municipality",
            time="2026-01-05T10:00:00Z",
            **own,
        ),
        cloud_event("incident.recorded", first, time="2026-01-10T20:00:00Z", **own),
        cloud_event("measure.started", measure, time="2026-02-01T10:00:00Z", **own),
        cloud_event(
            "incident.recorded",
            {**hidden, **sure},
            time="2026-03-01T20:00:00Z",
            type="nl.oneplan.incident.recorded.v2",
            **own,
        ),
    ]


def remark(number: int) -> dict[str, Any]:
    note = {"note_id": f"n{number}", "about": ["sanne"], "text": f"Opmerking {number}. {EVIL}"}
    day = datetime(2026, 1, 6, tzinfo=UTC) + timedelta(hours=2 * number)
    return cloud_event(
        "note.added",
        note,
        agency=("police", "veilig-thuis", "municipality")[number % 3],
        time=f"{day:%Y-%m-%dT%H:%M:%SZ}",
        subject=FAMILY,
    )


@pytest.fixture(scope="module")
def application(settings: Settings) -> Iterator[OnePlan]:
    ensure_credentials(settings)
    with open_application(settings) as store, new_world(settings, store) as world:
        for event in told():
            world.take(event, now=datetime.fromisoformat(event["time"]), catch_up=False)
        now = datetime.fromisoformat("2026-03-01T21:00:00+00:00")
        world.take(*(remark(number) for number in range(500)), now=now)
        yield store


@pytest.fixture(scope="module")
def url(settings: Settings, application: OnePlan) -> Iterator[str]:
    assert application.events_of(FAMILY)
    with serving(create_app(settings), settings.http_port):
        yield f"http://127.0.0.1:{settings.http_port}"


Shown = Callable[..., Tree]


@pytest.fixture(scope="module")
def seen_by(url: str) -> Iterator[Callable[[str], Shown]]:
    """A page as somebody sees it, parsed."""
    browsers: dict[str, Browser] = {}

    def by(person: str) -> Shown:
        browser = browsers.get(person)
        if browser is None:
            browser = browsers[person] = Browser(url)
            browser.sign_in(person)
            if person == AUDITOR:
                say_purpose(browser, FAMILY)

        def show(query: str = "") -> Tree:
            answer = browser.http.get(f"{PAGE}{query}", headers=HTML)
            assert answer.status_code == 200, answer.text
            assert len(answer.content) < MOST_BYTES
            return html.fromstring(answer.content)

        return show

    yield by
    for browser in browsers.values():
        browser.http.close()


def marks(page: Tree, kind: str) -> list[Tree]:
    return list(page.xpath(f'//svg//a[contains(concat(" ", @class), " {kind}")]'))


def rows(page: Tree) -> list[str]:
    return [row.text_content() for row in page.xpath("//table[@class='told']/tbody/tr")]


def test_five_hundred_events_are_one_light_page_and_each_mark_leads_to_its_row(
    seen_by: Callable[[str], Shown],
) -> None:
    show = seen_by("karim-benali")
    page = show()
    assert page.xpath("string(//caption)").startswith("505 gebeurtenissen; dit zijn 1 tot en met")
    assert page.xpath("string(//figure/svg/title)").startswith("Tijdlijn van")
    assert "Het overkwam, in deze volgorde: Sanne en Bram." in page.xpath(
        "string(//figure/svg/desc)"
    )
    assert len(marks(page, "deed")) == 2
    later = marks(page, "deed")[1].get("href")
    query, _, row = later.partition("#")
    assert show(query).xpath(f"string(//tr[@id='{row}']//strong)") == "Incident: lichamelijk geweld"


def test_what_became_known_late_is_drawn_and_said(seen_by: Callable[[str], Shown]) -> None:
    page = seen_by("karim-benali")("?kind=physical")
    (late,) = marks(page, "deed")
    assert late.xpath(".//path[@class='late']")
    assert "40 dagen later bekend" in late.xpath("string(title)")
    assert "40 dagen later bekend" in rows(page)[0]
    assert "Vastgesteld" in rows(page)[0]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?kind=incidents&gravity=serious", 1),
        ("?member=child&kind=incidents", 1),
        ("?agency=municipality&kind=plan", 0),
        ("?kind=measures&from=2026-02-14&until=2026-02-20", 1),
        ("?kind=measures&from=2026-02-15&until=", 0),
        ("?kind=stalking&from=2026-01-31&until=2026-01-01", 1),
        ("?agency=&kind=&member=&gravity=&from=&until=&lanes=topic&kind=stalking", 1),
    ],
)
def test_a_filter_chooses_for_the_picture_and_the_table(
    seen_by: Callable[[str], Shown], query: str, count: int
) -> None:
    page = seen_by("karim-benali")(query)
    assert len(rows(page)) == count
    assert len(page.xpath("//figure//svg")) == min(count, 1)


def test_what_people_wrote_is_text_in_the_picture_and_on_the_page(
    seen_by: Callable[[str], Shown],
) -> None:
    page = seen_by("karim-benali")()
    assert all(script.get("src") for script in page.xpath("//script"))
    assert not page.xpath("//@href[starts-with(., 'javascript')]")
    assert EVIL in page.xpath("string(//figure)")
    assert EVIL in " ".join(rows(page))


def test_each_role_sees_its_own_cut_of_it(seen_by: Callable[[str], Shown]) -> None:
    whole = seen_by(AUDITOR)("?kind=incidents&page=2")
    assert "502 gebeurtenissen" in whole.xpath("string(//caption)")
    police = seen_by("ravi-politie")("?kind=measures")
    assert len(rows(police)) == 1
    own = seen_by("sanne")("?kind=incidents")
    assert [EVIL in row for row in rows(own)[:1]] == [True]


def test_it_is_shown_as_it_was_known_at_a_moment(seen_by: Callable[[str], Shown]) -> None:
    page = seen_by(AUDITOR)("?known_at=2026-02-20T12:00:00Z")
    assert len(rows(page)) == 4
    assert "Zoals het bekend was op 20 feb 2026, 13:00." in page.text_content()


def test_every_event_has_a_topic_and_a_name() -> None:
    def below(kind: type[PlanEvent]) -> Iterator[str]:
        for one in kind.__subclasses__():
            yield from below(one)
            if "TOPIC" in vars(one):
                yield one.__name__

    names = set(below(PlanEvent)) - {"TakenOver"}
    assert names == set(TOPICS) == set(EVENT_LABELS)


def test_a_period_is_moved_and_zoomed() -> None:
    span = Span(first=date(2026, 1, 1), last=date(2026, 1, 30))
    assert span.moved(0.5).first.isoformat() == "2026-01-16"
    closer = span.zoomed(0.5)
    assert (closer.first.isoformat(), closer.days) == ("2026-01-08", 15)
    assert closer.zoomed(0.01).days > 5
    assert span_of(Choice(), [], span.last).days >= 1


def test_it_goes_on_paper_with_the_same_picture_and_all_of_the_table(
    url: str, settings: Settings
) -> None:
    browser = Browser(url)
    with browser.http:
        browser.sign_in("karim-benali")
        answer = browser.http.get(f"{PAGE}.pdf?kind=measures", timeout=30)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    # A picture that Typst could not read would not be there; a page without it is far smaller.
    assert len(answer.content) > 20_000
    with open_access_log(settings) as log:
        _, looked = log.records(FAMILY, limit=1, after=None)[0]
    assert (looked.view, looked.viewer.person_id) == ("export-timeline", "karim-benali")
