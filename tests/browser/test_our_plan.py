"""A family's own plan in a real browser: what it looks like, what is said there, and leaving."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.support import People

ROOMS = ("", "/agreements", "/safety", "/people", "/questions", "/voice", "/looks")


def test_each_room_of_the_plan_is_fit_for_everybody(people: People) -> None:
    with people.window("esther") as page:
        for room in ROOMS:
            answer = page.goto(f"/our-plan{room}")
            assert answer is not None
            assert answer.status == 200
            people.look_at(page, f"family{room.replace('/', '-')}")


def test_a_member_says_it_in_their_own_words_without_a_script(people: People) -> None:
    with people.window("sanne", script=False) as page:
        page.goto("/our-plan/agreements")
        page.get_by_role("link", name="Zeg wat dit voor u betekent").first.click()
        page.get_by_role("button", name="Zet het in het plan").click()
        expect(page.get_by_role("alert")).to_contain_text("Vul dit in.")
        page.get_by_label("Wat wilt u zeggen?").fill("Weer slapen.\n<b>Zonder</b> angst.")
        page.get_by_role("button", name="Zet het in het plan").click()
        expect(page.get_by_role("status")).to_have_text("Uw woorden staan in het plan.")
        expect(page.get_by_text("Weer slapen.\n<b>Zonder</b> angst.")).to_be_visible()


def test_a_member_leaves_quickly_and_going_back_shows_nothing(people: People) -> None:
    with people.window("sanne", own_session=True) as page:
        page.goto("/our-plan/safety")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(page).to_have_title("Kalender")
        people.look_at(page, "calendar")
        page.goto("/our-plan")
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("Sanne")
    with people.window("sanne", own_session=True, script=False) as page:
        page.goto("/our-plan")
        page.get_by_role("link", name="Snel weg van deze pagina").click()
        expect(page).to_have_title("Kalender")
        page.go_back()
        assert "Hallo Sanne" not in page.content()
