"""Coming in, going out, languages and problems, in a real browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.support import FAMILY_A, LEAD_A, People

WHAT, HOW, WHEN = "Wat wil het gezin bereiken?", "Hoe ziet iedereen", "Wanneer?"
ODD = "Rust <script>alert(1)</script> & ruimte"
NEW_GOAL = f"/families/{FAMILY_A}/goals/new"


def test_a_visitor_comes_in_and_goes_out_again(people: People) -> None:
    with people.window(LEAD_A, own_session=True) as page:
        expect(page).to_have_url(f"{people.service.url}/caseload")
        page.locator("summary", has_text="Casusregisseur").click()
        page.get_by_role("button", name="Uitloggen").click()
        expect(page.get_by_role("link", name="Inloggen")).to_be_visible()
        people.look_at(page, "landing")
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        assert page.locator("html").get_attribute("lang") == "en"
        page.goto("/caseload")
        people.choose(page, LEAD_A)
        expect(page).to_have_url(f"{people.service.url}/caseload")


def test_a_browser_is_told_what_is_wrong_in_a_page(people: People) -> None:
    with people.window(LEAD_A) as page:
        answer = page.goto("/families/NOBODY/goals/new")
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_role("heading", level=1)).to_have_text("Deze pagina vinden we niet")
        people.look_at(page, "problem")
        program = page.request.get("/nothing", headers={"Accept": "application/json"})
        assert program.json()["type"] == "urn:oneplan:problem:not-found"


def test_another_of_ones_roles_is_offered(people: People) -> None:
    with people.window(LEAD_A, own_session=True) as page:
        page.locator("summary", has_text="Casusregisseur").click()
        page.get_by_role("button", name="Verder als: Professional").click()
        page.goto(NEW_GOAL)
        expect(page.get_by_role("heading", level=1)).to_have_text("Deze pagina is niet voor u")
        page.locator("main").get_by_role("button", name="Verder als: Casusregisseur").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Nieuw doel")


def test_a_form_without_a_script_says_what_is_wrong_beside_the_field(people: People) -> None:
    with people.window(LEAD_A, script=False) as page:
        page.goto(NEW_GOAL)
        page.get_by_label(WHAT).fill(ODD)
        page.get_by_role("button", name="Doel vastleggen").click()
        assert page.get_by_label(WHAT).input_value() == (ODD)
        by_when = page.get_by_label(WHEN)
        assert by_when.get_attribute("aria-invalid") == "true"
        described = by_when.get_attribute("aria-describedby") or ""
        assert page.locator(f"#{described}").inner_text().endswith("Vul dit in.")
        page.get_by_role("alert").get_by_role("link", name=WHEN).click()


def test_what_was_typed_when_the_session_was_over_is_there_after_signing_in(people: People) -> None:
    with people.window(LEAD_A, own_session=True) as page:
        page.goto(NEW_GOAL)
        page.get_by_label(WHAT).fill("Elke avond samen eten.")
        page.get_by_label(HOW).fill("Vier weken lang.\nZonder ruzie.")
        page.context.clear_cookies(name="oneplan-session")
        page.get_by_role("button", name="Doel vastleggen").click()
        people.choose(page, LEAD_A)
        expect(page.get_by_text("U was even uitgelogd.")).to_be_visible()
        assert page.get_by_label(WHAT).input_value() == "Elke avond samen eten."
        assert page.get_by_label(HOW).input_value() == "Vier weken lang.\nZonder ruzie."
        people.look_at(page, "form")


def test_the_keyboard_is_enough(people: People) -> None:
    with people.window(LEAD_A) as page:
        page.goto("/caseload")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Hofman / Vermeer")
        account = page.locator(".account summary")
        account.focus()
        page.keyboard.press("Enter")
        for name in ("Verder als: Professional", "Uitloggen"):
            page.keyboard.press("Tab")
            expect(page.get_by_role("button", name=name)).to_be_focused()
