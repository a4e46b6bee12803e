"""A lead's day in a real browser: forms, two windows at once, a conference, a handover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast

from playwright.sync_api import Page, expect

from domain.family_plan import FamilyPlan
from services.clock import utc_now
from services.store.application import open_application
from tests.browser.support import FAMILY_A, LEAD_A, People

FAMILY = f"/families/{FAMILY_A}"
LEAD_C, FAMILY_C = "samira-el-idrissi", "GEZIN-C-2025"
NEXT = "hanneke-zijlstra"
ODD = "<img src=x onerror=\"document.title='gehackt'\"> & <script>alert(1)</script>"
SOON = (utc_now() + timedelta(days=30)).date().isoformat()


def plan_of(people: People, family_id: str = FAMILY_A) -> FamilyPlan:
    with open_application(people.service.settings) as application:
        return cast("FamilyPlan", application.plan(family_id))


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).click()


def agree(page: Page, text: str) -> None:
    """Agree an action, for the grandmother."""
    page.goto(f"{FAMILY}/do/action")
    page.get_by_label("Wat gaat er gebeuren?").fill(text)
    page.get_by_label("Uit het gezin, het netwerk of een instantie").select_option("member:ria")
    page.get_by_label("Wanneer?").fill(SOON)
    press(page, "Actie afspreken")
    expect(page.get_by_role("status").first).to_have_text("De actie is afgesproken.")


def test_a_day_of_the_lead(people: People) -> None:
    with people.window(LEAD_A) as page:
        page.goto(FAMILY)
        page.get_by_text("Alles wat u kunt doen").click()
        people.look_at(page, "family-commands")
        agree(page, f"Oma belt elke vrijdag {ODD}")
        expect(page.get_by_text(f"Oma belt elke vrijdag {ODD}").first).to_be_visible()
        assert "gehackt" not in page.title()

        page.goto(f"{FAMILY}/do/conversation")
        page.get_by_label("Op welke manier?").select_option("phone")
        page.get_by_label("Ria", exact=False).first.select_option("heard")
        page.get_by_label("Waar ging het over?").fill("Hoe het met de kinderen gaat.")
        people.look_at(page, "conversation-form")
        press(page, "Gesprek vastleggen")
        expect(page.get_by_text("Het gesprek is vastgelegd.")).to_be_visible()

        signal = page.locator(".finding").first
        signal.locator("summary").click()
        signal.get_by_role("link", name="Oppakken").first.click()
        page.get_by_label("Wat is de volgende stap?").fill("Bespreken in het overleg.")
        people.look_at(page, "signal-form")
        press(page, "Signaal oppakken")
        expect(page.get_by_text("Het signaal is opgepakt.")).to_be_visible()


def test_the_keyboard_is_enough_for_a_form(people: People) -> None:
    with people.window(LEAD_A, script=False) as page:
        page.goto(f"{FAMILY}/do/note")
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
                break
        page.keyboard.type("Lotte slaapt beter.")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        while page.evaluate("document.activeElement.tagName") != "BUTTON":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("De opmerking is vastgelegd.")).to_be_visible()


def test_two_windows_change_one_plan_at_once(people: People) -> None:
    with people.window(LEAD_A) as one, people.window(LEAD_A, own_session=True) as two:
        agree(one, "De school belt de huisarts.")
        action = list(plan_of(people).items["action"])[-1]
        for page in (one, two):
            page.goto(f"{FAMILY}/do/complete-action/{action}")
        two.goto(f"{FAMILY}/do/note")
        two.get_by_label("De opmerking").fill("Dit raakt niets anders.")
        two.get_by_role("button", name="Opmerking bewaren").click()
        two.goto(f"{FAMILY}/do/cancel-action/{action}")
        two.get_by_label("Waarom?").fill("De huisarts belde zelf.")
        mine = one.get_by_label("Wat is er gedaan, en wat kwam eruit?")
        mine.fill(f"Gebeld en afspraak gemaakt. {ODD}")
        press(two, "Actie schrappen")
        expect(two.get_by_text("De actie is geschrapt.")).to_be_visible()
        press(one, "Het is gedaan")
        expect(one.get_by_role("heading", level=1)).to_have_text("Iemand was u net voor")
        expect(one.locator(".meanwhile")).to_contain_text("De huisarts belde zelf.")
        expect(one.locator(".meanwhile")).to_contain_text("door uzelf, in een ander venster")
        expect(one.get_by_label("De opmerking")).to_have_value(
            f"Wat kwam er van deze actie? (De school belt de huisarts.)\n"
            f"Gebeld en afspraak gemaakt. {ODD}"
        )
        people.look_at(one, "meanwhile")
        press(one, "Die van mij als opmerking bewaren")
        expect(one.get_by_text("Wat u schreef is bewaard als opmerking.")).to_be_visible()
        assert "gehackt" not in one.title()


def test_a_case_conference_from_call_to_paper(people: People) -> None:
    with people.window(LEAD_A) as page:
        page.goto(f"{FAMILY}/do/conference")
        page.get_by_label("Wanneer begint het?").fill(f"{SOON}T13:00")
        page.get_by_label("Waar is het?").fill("Wijkgebouw De Brug")
        for name in ("School", "Politie"):
            page.get_by_role("checkbox", name=name).check()
        people.look_at(page, "conference-form")
        press(page, "Overleg plannen")
        expect(page.get_by_role("heading", level=1)).to_have_text("Casusoverleg")
        page.get_by_role("link", name="Besluit vastleggen").first.click()
        page.get_by_label("Wat is er besloten?").fill("School belt oma elke week.")
        page.get_by_label("Uit het gezin, het netwerk of een instantie").select_option(
            "agency:school"
        )
        page.get_by_label("Naam").fill("Mila Brandsma")
        page.get_by_label("Wanneer?").fill(SOON)
        press(page, "Besluit vastleggen")
        expect(page.get_by_text("School belt oma elke week.")).to_be_visible()
        expect(page.get_by_text("een actie in het plan")).to_be_visible()
        people.look_at(page, "conference")
        page.get_by_role("link", name="Overleg afsluiten").click()
        page.get_by_label("Wie waren erbij?").fill("Mila Brandsma\nKarim Benali")
        page.get_by_label("Wat kwam eruit?").fill("We bellen oma om de beurt.")
        press(page, "Overleg afsluiten")
        expect(page.get_by_text("We bellen oma om de beurt.")).to_be_visible()
        page.emulate_media(media="print")
        expect(page.locator(".top")).to_be_hidden()
        expect(page.get_by_text("Nog te bespreken")).to_be_visible()
        page.screenshot(path=people.screenshots / "conference-paper.png", full_page=True)


def test_a_successor_reads_what_is_offered_before_they_answer(people: People) -> None:
    offer = f"/handovers/{FAMILY_C}"
    look: Callable[[Page, str], None] = people.look_at
    with people.window(LEAD_C) as lead, people.window(NEXT) as successor:
        lead.goto(f"/families/{FAMILY_C}/handover")
        lead.get_by_label("Hanneke Zijlstra").check()
        look(lead, "handover-who")
        press(lead, "Verder")
        look(lead, "handover-what")
        press(lead, "Verder")
        lead.get_by_label("Waarom draagt u over?").fill("Ik ga een jaar naar een ander team.")
        lead.get_by_label("Wat wilt u uw opvolger meegeven?").fill(
            f"Bel Esther altijd eerst. {ODD}"
        )
        look(lead, "handover-words")
        press(lead, "Voorstel doen")
        expect(lead.get_by_role("heading", level=1)).to_have_text("Uw voorstel wacht")
        look(lead, "handover-waiting")
        successor.goto("/handovers")
        successor.get_by_role("link", name="Bekijken en antwoorden").click()
        expect(successor.get_by_text("Bel Esther altijd eerst.")).to_be_visible()
        look(successor, "handover-offered")
        successor.get_by_text("Nee, ik neem het niet over").click()
        successor.get_by_label("Waarom niet?").fill("Ik heb er nu geen ruimte voor.")
        successor.get_by_role("button", name="Afwijzen").click()
        expect(successor).to_have_url(f"{people.service.url}/handovers")
        successor.goto(offer)
        expect(successor.get_by_role("heading", level=1)).to_have_text("Deze pagina vinden we niet")
        lead.goto(f"/families/{FAMILY_C}/handover")
        expect(lead.get_by_text("Ik heb er nu geen ruimte voor.")).to_be_visible()
    now = plan_of(people, FAMILY_C).lead
    assert now is not None
    assert now.person_id == LEAD_C
