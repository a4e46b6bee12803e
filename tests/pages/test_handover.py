"""Handing over in pages: offered in three steps, and somebody else's once they say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.family_plan import LeadHandedOver
from domain.family_plan.handover import HandoverDeclined, HandoverOffered, HandoverWithdrawn
from services.store.application import OnePlan
from tests.identity.support import Browser
from tests.pages.desk import ODD, Desk, open_family
from tests.pages.reading import FormReader
from tests.support.world import World

FAMILY = "F5"
WHO = {
    "successor": ["other"],
    "name": ["Anneke Postma"],
    "person_id": ["anneke-postma"],
    "agency": ["municipality"],
}
REASON, WORDS = f"Verlof. {ODD}", f"Bel moeder liever na zessen. {ODD}"
OFFER = f"/handovers/{FAMILY}"


@pytest.fixture(scope="module")
def family(page_world: World) -> None:
    open_family(page_world, FAMILY)


@pytest.fixture
def karim(browser: Browser, page_world: World, page_application: OnePlan, family: None) -> Desk:
    return Desk(browser, page_world, page_application, FAMILY)


@pytest.fixture
def anneke(page_url: str, karim: Desk) -> Iterator[Desk]:
    one = Browser(page_url)
    with one.http:
        one.sign_in("anneke-postma")
        yield Desk(one, karim.world, karim.application, FAMILY)


def walked(karim: Desk) -> FormReader:
    """The last of the three steps, with all that was typed before."""
    path = karim.path("/handover")
    step = karim.form(path)
    for typed in (WHO, {}):
        fields = step.hidden | {"go": ["on"]} | typed
        page = karim.post(path, fields)
        assert page.status_code == 200
        step = FormReader(page.text)
        assert step.scripts() == []
    return step


def offered(karim: Desk) -> None:
    typed = {"reason": [REASON], "words": [WORDS], "go": ["on"]}
    sent = karim.post(karim.path("/handover"), walked(karim).hidden | typed)
    assert (sent.status_code, sent.headers["location"]) == (303, karim.path("/handover"))


def reads(desk: Desk) -> bool:
    """Whether somebody gets into the family as its lead."""
    return desk.get(desk.path()).status_code == 200


def test_nobody_is_asked_by_mistake(karim: Desk) -> None:
    path = karim.path("/handover")
    step = karim.form(path).hidden | {"go": ["on"]}
    for typed in ({}, {"successor": ["karim-benali@municipality"]}, {"successor": ["other"]}):
        page = karim.post(path, step | typed)
        assert page.status_code == 422
        assert FormReader(page.text).fields["step"].values == ["who"]
    last = walked(karim)
    back = karim.post(path, last.hidden | {"go": ["back"], "words": [WORDS]})
    assert FormReader(back.text).hidden["words"] == [WORDS]
    missing = karim.post(path, last.hidden | {"go": ["on"], "words": [WORDS]})
    assert missing.status_code == 422
    assert FormReader(missing.text).fields["words"].values == [WORDS]
    assert karim.plan.offer is None


def test_the_lead_takes_an_offer_back(karim: Desk) -> None:
    offered(karim)
    event = karim.events()[-1]
    assert isinstance(event, HandoverOffered)
    assert (event.offer.incoming.person_id, event.offer.words) == ("anneke-postma", WORDS)
    path = karim.path("/handover")
    empty = karim.post(f"{path}/withdraw", karim.form(path).filled(""))
    assert (empty.status_code, "Vul dit in." in empty.text) == (422, True)
    assert karim.post(f"{path}/withdraw", karim.form(path).filled(ODD)).status_code == 303
    assert isinstance(karim.events()[-1], HandoverWithdrawn)
    assert "ingetrokken" in karim.get(path).text


def test_who_was_asked_declines_or_accepts_and_only_then_leads(
    karim: Desk, anneke: Desk, page_url: str
) -> None:
    assert anneke.get(OFFER).status_code == 404
    offered(karim)
    assert [karim.get(karim.path()).status_code, anneke.get(anneke.path()).status_code] == [
        200,
        404,
    ]
    assert all(OFFER in anneke.get(one).text for one in ("/handovers", "/caseload"))
    page = anneke.get(OFFER)
    assert "Bel moeder liever na zessen." in page.text
    assert FormReader(page.text).scripts() == []
    assert karim.get(OFFER).status_code == 404
    other = Browser(page_url)
    with other.http:
        other.sign_in("hanneke-zijlstra")
        assert other.http.get(OFFER, headers={"Accept": "text/html"}).status_code == 404
    no = anneke.post(f"{OFFER}/decline", anneke.form(OFFER).filled(""))
    assert (no.status_code, "Vul dit in." in no.text) == (422, True)
    declined = anneke.form(OFFER).hidden | {"reason": ["Te druk."]}
    assert anneke.post(f"{OFFER}/decline", declined).status_code == 303
    assert isinstance(anneke.events()[-1], HandoverDeclined)
    offered(karim)
    yes = anneke.form(OFFER).hidden
    assert karim.plan.lead is not None
    assert karim.plan.lead.person_id == "karim-benali"
    assert anneke.post(f"{OFFER}/accept", yes).status_code == 303
    event = anneke.events()[-1]
    assert isinstance(event, LeadHandedOver)
    assert (event.provenance.actor, event.incoming.name) == ("anneke-postma", "Anneke Postma")
    assert [karim.get(karim.path()).status_code, anneke.get(anneke.path()).status_code] == [
        404,
        200,
    ]


def test_whoever_led_before_is_known_the_next_time(anneke: Desk) -> None:
    first = anneke.get(anneke.path("/handover"))
    assert "karim-benali@municipality" in first.text
    assert "anneke-postma@municipality" not in first.text
