"""Forms: who may send them, once only, and what was typed comes through whatever happens."""

from __future__ import annotations

import re

import httpx
import pytest
from eventsourcing.persistence import OperationalError

from domain.family_plan import GoalSet, PlanEvent
from services.settings import Settings
from services.store.application import OnePlan
from services.web.pages import forms
from tests.identity.support import Browser

PAGE = "/families/F1/goals/new"
HTML = {"Accept": "text/html"}
GOAL = {
    "text": "Samen eten.\r\nElke avond.",
    "life_domain": "relations",
    "measured_by": "Vier weken.",
    "target_date": "2026-12-01",
}


def hidden(page: httpx.Response) -> dict[str, str]:
    """The fields of a form that nobody types."""
    main = page.text.partition("<main")[2]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', main))


def goals(page_application: OnePlan) -> list[PlanEvent]:
    return [one for one in page_application.events_of("F1") if isinstance(one, GoalSet)]


def test_a_form_gives_its_command_once_as_who_sent_it(
    browser: Browser, page_application: OnePlan
) -> None:
    before = len(goals(page_application))
    fields = {**hidden(browser.http.get(PAGE, headers=HTML)), **GOAL}
    for _ in range(2):
        sent = browser.http.post(PAGE, data=fields)
        assert (sent.status_code, sent.headers["location"]) == (303, "/families/F1")
    found = goals(page_application)[before:]
    assert len(found) == 1
    event = found[0]
    assert isinstance(event, GoalSet)
    assert event.goal.text == "Samen eten.\nElke avond."
    who = event.provenance
    assert (who.actor, who.role, who.agency) == ("karim-benali", "lead", "municipality")
    assert who.causation_id == f"form-{event.goal.goal_id.removeprefix('goal-')}"
    assert len(who.correlation_id) == 32
    said = browser.http.get("/families/F1", headers=HTML)
    assert "Het doel is vastgelegd." in said.text
    assert "Het doel is vastgelegd." not in browser.http.get("/families/F1", headers=HTML).text


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(browser: Browser) -> None:
    fields = {**hidden(browser.http.get(PAGE, headers=HTML)), **GOAL, "target_date": "gisteren"}
    answer = browser.http.post(PAGE, data=fields, headers=HTML)
    assert answer.status_code == 422
    assert "Dit is geen datum. Schrijf het als 2026-12-31." in answer.text
    assert "Samen eten.\nElke avond.</textarea>" in answer.text
    assert hidden(answer)["form"] == fields["form"]


@pytest.mark.parametrize("form", ["", "made-up", "WyJhIiwia2FyaW0tYmVuYWxpIl0.made-up"])
def test_a_form_that_is_not_ours_is_refused(browser: Browser, form: str) -> None:
    fields = {**hidden(browser.http.get(PAGE, headers=HTML)), **GOAL, "form": form}
    answer = browser.http.post(PAGE, data=fields, headers=HTML)
    assert answer.status_code == 403
    assert "Deze pagina is niet voor u" in answer.text


def test_a_form_sent_too_late_comes_back_to_who_typed_it_and_to_nobody_else(
    browser: Browser, page_settings: Settings
) -> None:
    fields = {**hidden(browser.http.get(PAGE, headers=HTML)), **GOAL}

    def sent_too_late() -> str:
        browser.http.cookies.delete("oneplan-session")
        answer = browser.http.post(PAGE, data=fields, headers=HTML)
        assert answer.status_code == 303
        begun = browser.http.get(answer.headers["location"])
        return str(begun.headers["location"])

    back = browser.choose(sent_too_late(), "hanneke-zijlstra")
    assert browser.http.get(back).headers["location"] == PAGE
    assert "Samen eten." not in browser.http.get(PAGE, headers=HTML).text

    back = browser.choose(sent_too_late(), "karim-benali")
    files = page_settings.data_dir.glob("oneplan.sqlite*")
    assert not any(b"Samen eten." in path.read_bytes() for path in files)
    browser.http.get(back)
    shown = browser.http.get(PAGE, headers=HTML)
    assert "Samen eten.\nElke avond.</textarea>" in shown.text
    assert "U was even uitgelogd." in shown.text
    assert browser.http.post(PAGE, data={**fields, **hidden(shown)}).status_code == 303


def test_a_form_older_than_the_sign_in_is_shown_again_when_it_comes_from_us(
    browser: Browser,
) -> None:
    fields = {**hidden(browser.http.get(PAGE, headers=HTML)), **GOAL}
    browser.sign_in()
    from_elsewhere = browser.http.post(PAGE, data=fields, headers=HTML)
    assert from_elsewhere.status_code == 403
    assert "Samen eten." not in from_elsewhere.text
    ours = {**HTML, "Sec-Fetch-Site": "same-origin"}
    again = browser.http.post(PAGE, data=fields, headers=ours)
    assert again.status_code == 403
    assert "Samen eten." in again.text
    fresh = {**fields, "csrf_token": hidden(again)["csrf_token"]}
    assert browser.http.post(PAGE, data=fresh, headers=ours).status_code == 303


def test_a_form_that_could_not_be_taken_now_can_be_sent_again(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {**hidden(browser.http.get(PAGE, headers=HTML)), **GOAL}
    ours = {**HTML, "Sec-Fetch-Site": "same-origin"}

    def fails(*_: object) -> None:
        raise OperationalError("the database is gone")

    with monkeypatch.context() as patched:
        patched.setattr(forms, "carry_out_once", fails)
        answer = browser.http.post(PAGE, data=fields, headers=ours)
    assert answer.status_code == 503
    assert "Wat bewaard is, is veilig." in answer.text
    again = dict(
        re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL)
    )
    assert again["text"] == GOAL["text"]
    sent = browser.http.post(PAGE, data={**again, **hidden(answer)}, headers=ours)
    assert sent.status_code == 303


def test_a_part_of_a_page_lets_the_whole_page_sign_in(page_url: str) -> None:
    with httpx.Client(base_url=page_url) as visitor:
        headers = {"HX-Request": "true", "HX-Current-URL": f"{page_url}/families/F1?x=1"}
        answer = visitor.get("/families/F1", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["hx-redirect"] == "/auth/sign-in?next=/families/F1%3Fx%3D1"
