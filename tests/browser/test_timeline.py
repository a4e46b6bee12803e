"""The timeline and the auditor's pages in a real browser, by keyboard too."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.support import FAMILY_A, LEAD_A, People

TIMELINE = f"/families/{FAMILY_A}/timeline"
AUDIT = f"/audit/families/{FAMILY_A}"
AUDITOR = "vera-toezicht"


def test_the_lead_sees_the_circle_widen_and_looks_closer(people: People) -> None:
    with people.window(LEAD_A) as page:
        page.goto(TIMELINE)
        deeds = page.locator("figure a.deed")
        expect(deeds).to_have_count(9)
        people.look_at(page, "timeline")
        # What looked closely leaves marks in the page.
        page.reload()
        # The doer first, then whom it befell: ex, child, child, grandmother.
        names = page.locator("figure text.name").all_text_contents()
        assert names[:5] == [
            "Rick Hofman",
            "Sanne Vermeer",
            "Lotte Hofman",
            "Ria Vermeer-Kok",
            "Daan Hofman",
        ]
        page.get_by_label("Over").select_option("daan")
        expect(deeds).to_have_count(1)
        assert "member=daan" in page.url
        page.get_by_role("link", name="Inzoomen").click()
        expect(page.get_by_role("link", name="Alles", exact=True)).not_to_have_attribute(
            "aria-current", "true"
        )
        assert page.get_by_label("Over").input_value() == "daan"
        page.go_back()
        expect(page.get_by_role("link", name="Alles", exact=True)).to_have_attribute(
            "aria-current", "true"
        )


def test_without_a_script_a_mark_leads_to_its_row(people: People) -> None:
    with people.window(LEAD_A, script=False) as page:
        page.goto(f"{TIMELINE}?kind=stalking")
        page.get_by_label("Minstens").select_option("serious")
        page.get_by_role("button", name="Tonen").click()
        mark = page.locator("figure a.deed")
        expect(mark).to_have_count(1)
        mark.focus()
        page.keyboard.press("Enter")
        row = page.locator("tr:target")
        expect(row).to_contain_text("Daan Hofman")
        expect(row).to_contain_text("Ernstig")


def test_an_auditor_moves_through_time(people: People) -> None:
    with people.window(AUDITOR) as page:
        page.goto(AUDIT)
        page.get_by_label("Een klacht").check()
        page.get_by_role("button", name="Inzien").click()
        expect(page).to_have_url(f"{people.service.url}{AUDIT}")
        people.look_at(page, "audit-moment")
        page.reload()
        ruler = page.get_by_role("slider")
        last = int(ruler.get_attribute("max") or "0")
        assert last > 5
        # The scenarios are played at once, so each event is known a moment after the one before.
        page.goto(f"{AUDIT}?step=0")
        few = page.locator("figure a").count()
        ruler.focus()
        page.keyboard.press("End")
        expect(page.get_by_text(f"moment {last + 1} van {last + 1}")).to_be_visible()
        assert page.locator("figure a").count() > few
        for name, path in (
            ("known", f"{AUDIT}/known"),
            ("history", f"{AUDIT}/history"),
        ):
            page.goto(path)
            people.look_at(page, f"audit-{name}")
