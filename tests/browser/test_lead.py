"""A lead's day: the caseload, a family on one screen, and both live."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.support import FAMILY_A, LEAD_A, Agency, People

FAMILY = f"/families/{FAMILY_A}"
ODD = "<img src=x onerror=alert(1)>\"'&{{7*7}}"


def concern(text: str) -> dict[str, object]:
    """Something that worries the school."""
    return {
        "concern_id": f"Z-{uuid4().hex[:8]}",
        "life_domain": "development",
        "about": ["lotte"],
        "text": text,
    }


def test_the_caseload_says_who_needs_attention_and_why(people: People) -> None:
    with people.window(LEAD_A) as page:
        page.goto("/caseload")
        family = page.get_by_role("listitem").filter(has=page.get_by_text(FAMILY_A))
        expect(family.get_by_role("heading", level=2)).to_have_text("Hofman / Vermeer")
        expect(family).to_contain_text("Opnieuw tijdens een lopende maatregel: Rick")
        people.look_at(page, "caseload")
        family.get_by_role("link").click()
        expect(page).to_have_url(f"{people.service.url}{FAMILY}")


def test_a_family_is_on_one_screen(people: People) -> None:
    with people.window(LEAD_A) as page:
        page.goto(FAMILY)
        expect(page.get_by_role("heading", level=1)).to_have_text("Hofman / Vermeer")
        expect(page.locator("[aria-current=step]")).to_have_text("Uitvoering")
        page.get_by_text("Opnieuw tijdens een lopende maatregel").click()
        expect(page.get_by_text("Gedragsaanwijzing van negentig dagen")).to_be_visible()
        drawing = page.get_by_role("img", name="Het gezin en zijn netwerk")
        expect(drawing).to_be_visible()
        page.get_by_text("Als tabel").click()
        stalking = page.get_by_role("row", name="Rick Hofman Sanne Vermeer")
        expect(stalking).to_be_visible()
        people.look_at(page, "family")


def test_what_an_agency_says_shows_by_itself_and_what_is_open_stays_open(
    people: People, school: Agency
) -> None:
    with people.window(LEAD_A) as page:
        page.goto(FAMILY)
        page.locator("summary", has_text="Opnieuw tijdens een lopende maatregel").click()
        # Where the concerns stand too, so that this part is brought up to date around it.
        page.locator("summary", has_text="acties gedaan").first.click()
        for number in range(2):
            text = f"Zorg {number} {ODD}"
            school.say("concern.raised", concern(text))
            expect(page.get_by_text(text)).to_be_visible()
        expect(page.get_by_text("Gedragsaanwijzing van negentig dagen")).to_be_visible()
        done = page.locator("details[open] > summary", has_text="acties gedaan")
        expect(done.first).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("De pagina is zojuist bijgewerkt.")


def test_an_open_page_ends_with_the_session(people: People) -> None:
    with people.window(LEAD_A, own_session=True) as page:
        page.goto(FAMILY)
        other = page.context.new_page()
        other.goto("/caseload")
        other.locator("summary", has_text="Casusregisseur").click()
        other.get_by_role("button", name="Uitloggen").click()
        expect(other.get_by_role("link", name="Inloggen")).to_be_visible()
        # It asks once more, and is led to the identity provider.
        expect(page.get_by_role("heading", name="Wie bent u?")).to_be_visible()


def test_a_page_of_a_role_that_was_left_says_so(people: People) -> None:
    with people.window(LEAD_A, own_session=True) as page:
        page.goto(FAMILY)
        other = page.context.new_page()
        other.goto("/caseload")
        other.locator("summary", has_text="Casusregisseur").click()
        other.get_by_role("button", name="Verder als: Professional").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Deze pagina is niet voor u")


def test_an_administrator_sees_nothing_of_a_family(people: People) -> None:
    with people.window("noa-beheer") as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("Beheer")
        people.look_at(page, "administration")
