"""Two people at one plan: both changes go in, and what touches the same is laid side by side."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from domain.context import Context
from domain.family_plan import ActionCompleted, FamilyPlan, GoalEnded, NoteAdded
from domain.family_plan.questions import QuestionAssigned
from domain.values import Goal, GoalResult, LifeDomain, Note, Owner, OwnerKind, Role
from services.store.application import NEWEST, OnePlan
from services.store.plans import change_plan
from tests.identity.support import Browser
from tests.pages.desk import ODD, Desk, given_as, open_family
from tests.pages.reading import FormReader
from tests.support.world import World

FAMILY = "F4"
MINE = f"Moeder belde zelf. {ODD}"
THEIRS = "De wijkagent heeft het gedaan."
POLICE = Owner(name="Dirk Smeets", kind=OwnerKind.PROFESSIONAL, agency="police")


@pytest.fixture(scope="module")
def family(page_world: World) -> None:
    open_family(page_world, FAMILY)


@pytest.fixture
def desk(browser: Browser, page_world: World, page_application: OnePlan, family: None) -> Desk:
    return Desk(browser, page_world, page_application, FAMILY)


@pytest.fixture
def action(desk: Desk) -> str:
    """An action that is open."""
    sent = desk.send(
        desk.path("/do/action"), text="Oma bellen", owner__who="member:mother", goal_id=""
    )
    assert sent.status_code == 303
    return desk.newest("action")


@pytest.fixture
def question(desk: Desk) -> str:
    """A question that is open."""
    sent = desk.send(
        desk.path("/do/ask"), text="Wie haalt Bram op?", owner__who="member:mother", about=""
    )
    assert sent.status_code == 303
    return desk.newest("question")


def elsewhere(desk: Desk, command: Callable[[FamilyPlan, Context], None]) -> None:
    """The police do something to the same plan."""
    context = given_as(Role.AGENCY, "police", "politie-systeem")
    change_plan(desk.application, FAMILY, lambda plan: command(plan, context))


def filled(desk: Desk, path: str, text: str) -> dict[str, list[str]]:
    return desk.form(path).filled(text)


def laid_beside(answer: httpx.Response) -> FormReader:
    assert answer.status_code == 409
    assert "Iemand was u net voor" in answer.text
    page = FormReader(answer.text)
    assert page.scripts() == []
    return page


def test_changes_that_do_not_touch_each_other_both_go_in(desk: Desk, action: str) -> None:
    path = desk.path(f"/do/complete-action/{action}")
    typed = filled(desk, path, MINE)
    goal = Goal(goal_id="elders", life_domain=LifeDomain.SAFETY, text="Rust")
    elsewhere(desk, lambda plan, at: plan.set_goal(goal, at))
    assert desk.post(path, typed).status_code == 303
    event = desk.events()[-1]
    assert isinstance(event, ActionCompleted)
    assert event.result == MINE


def test_who_comes_second_reads_what_the_first_did_and_keeps_what_they_wrote(
    desk: Desk, action: str
) -> None:
    path = desk.path(f"/do/complete-action/{action}")
    typed = filled(desk, path, MINE)
    elsewhere(desk, lambda plan, at: plan.complete_action(action, THEIRS, at))
    before = desk.events()
    answer = desk.post(path, typed)
    page = laid_beside(answer)
    assert "De actie is gedaan" in answer.text
    assert THEIRS in answer.text
    assert "politie-systeem, " in answer.text
    (remark,) = page.fields["beside"].values
    assert remark == f"Wat kwam er van deze actie? (Oma bellen)\n{MINE}"
    assert desk.events() == before
    empty = desk.post(path, page.filled("") | {"beside": [" "]})
    assert (empty.status_code, "Vul dit in." in empty.text) == (422, True)
    for _ in range(2):
        assert desk.post(path, page.filled("") | {"beside": [remark]}).status_code == 303
    (note,) = desk.events()[len(before) :]
    assert isinstance(note, NoteAdded)
    assert note.note.text == remark


def test_what_can_still_be_done_goes_in_after_the_others(desk: Desk, question: str) -> None:
    path = desk.path(f"/do/assign-question/{question}")
    typed = desk.form(path).filled("") | {"owner.who": ["network"], "owner.name": ["Buurvrouw"]}
    elsewhere(desk, lambda plan, at: plan.assign_question(question, POLICE, None, at))
    page = laid_beside(desk.post(path, typed))
    assert page.fields["owner.name"].values == ["Buurvrouw"]
    assert desk.post(path, page.filled("") | typed | page.hidden).status_code == 303
    event = desk.events()[-1]
    assert isinstance(event, QuestionAssigned)
    assert event.owner.name == "Buurvrouw"


def test_an_item_that_was_chosen_and_has_ended_since(desk: Desk) -> None:
    goal = Goal(goal_id="weg", life_domain=LifeDomain.SAFETY, text="Samen eten")
    elsewhere(desk, lambda plan, at: plan.set_goal(goal, at))
    path = desk.path("/do/action")
    typed = filled(desk, path, MINE) | {"goal_id": ["weg"]}
    elsewhere(desk, lambda plan, at: plan.end_goal("weg", GoalResult.REACHED, THEIRS, at))
    answer = desk.post(path, typed)
    laid_beside(answer)
    assert THEIRS in answer.text
    assert isinstance(desk.events()[-1], GoalEnded)


def test_a_form_that_is_sent_twice_is_nobodys_change_but_its_own(desk: Desk, action: str) -> None:
    path = desk.path(f"/do/complete-action/{action}")
    typed = filled(desk, path, MINE)
    before = len(desk.events())
    assert desk.post(path, typed).status_code == 303

    def say_much(plan: FamilyPlan, at: Context) -> None:
        for number in range(NEWEST + 1):
            plan.add_note(Note(note_id=f"much-{number}", text=THEIRS), at)

    elsewhere(desk, say_much)
    assert desk.post(path, typed).status_code == 303
    assert len(desk.events()) == before + 1 + NEWEST + 1


def test_a_plan_that_was_closed_meanwhile_says_so(desk: Desk, action: str) -> None:
    path = desk.path(f"/do/complete-action/{action}")
    typed = filled(desk, path, MINE)
    elsewhere(desk, lambda plan, at: plan.close("Het gezin is verhuisd.", at))
    answer = desk.post(path, typed)
    page = laid_beside(answer)
    assert "Het plan is afgesloten" in answer.text
    assert "Het gezin is verhuisd." in answer.text
    assert desk.send(desk.path("/do/reopen"), reason="Toch niet.").status_code == 303
    assert desk.post(path, typed | page.hidden).status_code == 303
    assert not desk.plan.items["action"][action]


@pytest.mark.parametrize(
    "rest", ["/do/no-such-thing", "/do/action/x", "/do/end-goal", "/do/end-goal/no-such-goal"]
)
def test_there_is_no_other_form(desk: Desk, rest: str) -> None:
    assert desk.get(desk.path(rest)).status_code == 404


@pytest.mark.parametrize("seen", ["9" * 5000, "²", ""])
def test_a_version_that_never_was_is_no_fault(desk: Desk, seen: str) -> None:
    sent = desk.send(desk.path("/do/note"), text="Een opmerking.", seen=seen)
    assert sent.status_code == 303
