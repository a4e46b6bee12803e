"""A professional's families in a real browser: what is owed, what is new, and writing."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.support import FAMILY_A, People

HOME = f"/my/families/{FAMILY_A}"


def test_a_professional_sees_what_is_theirs_and_what_is_new(people: People) -> None:
    with people.window("mila-school") as page:
        page.goto("/my/families")
        people.look_at(page, "my-families")
        page.goto(HOME)
        expect(page.get_by_text("Dit is uw eerste bezoek.")).to_be_visible()
        people.look_at(page, "my-family")
        page.goto(f"{HOME}/conversations/new")
        people.look_at(page, "my-conversation")


def test_a_professional_tells_of_a_conversation_without_a_script(people: People) -> None:
    with people.window("mila-school", script=False) as page:
        page.goto(f"{HOME}/conversations/new")
        page.get_by_label("Uw naam").fill("Mila Brandsma")
        page.get_by_label("Op welke manier?").select_option("at-school")
        page.get_by_label("Waar ging het over?").fill("Hoe het in de klas gaat.")
        page.get_by_role("button", name="Zet het in het plan").click()
        expect(page.get_by_role("alert")).to_contain_text("Wanneer was het?")
        page.get_by_label("Wanneer was het?").fill("2026-01-12T10:30")
        page.locator("input[name=present]").first.check()
        page.get_by_role("button", name="Zet het in het plan").click()
        expect(page.get_by_role("status")).to_have_text("Het gesprek staat in het plan.")


def test_who_takes_no_part_is_shown_the_way_in_an_emergency(people: People) -> None:
    with people.window("mila-school") as page:
        answer = page.goto("/my/families/GEZIN-X-2025")
        assert answer is not None
        assert answer.status == 404
        people.look_at(page, "my-no-party")
        page.get_by_role("link", name="Noodtoegang").click()
        expect(page.get_by_label("Welk gezin?")).to_have_value("GEZIN-X-2025")
        people.look_at(page, "my-emergency")
