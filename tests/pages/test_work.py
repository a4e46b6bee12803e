"""All that a lead does in forms: each is sent, with markup in every text, which never runs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from domain.values import Finding, Role
from services.cli.plan_commands import app
from services.store.application import OnePlan
from services.store.plans import change_plan
from services.web.pages.work.registry import COMMANDS
from tests.identity.support import Browser
from tests.pages.desk import ODD, Desk, given_as, open_family
from tests.pages.reading import FormReader
from tests.support.world import World

FAMILY = "F3"
NOT_IN_PAGES = {
    "goal": "services/web/pages/goals.py",
    "open": "nobody leads it yet",
    "assign-lead": "who does not lead a plan does not get in",
    "merge": "of two plans",
    "split": "of two plans",
    "emergency": "of professionals",
    "handover": "offered and accepted",
    "offer-handover": "services/web/pages/handover.py",
    "withdraw-handover": "services/web/pages/handover.py",
    "accept-handover": "services/web/pages/handover.py",
    "decline-handover": "services/web/pages/handover.py",
}


@pytest.fixture(scope="module")
def family(page_world: World, page_application: OnePlan) -> None:
    """A family of its own: at the end of these tests nobody leads it."""
    open_family(page_world, FAMILY)
    raise_signals(page_application)


@pytest.fixture
def desk(browser: Browser, page_world: World, page_application: OnePlan, family: None) -> Desk:
    """Karim's desk."""
    return Desk(browser, page_world, page_application, FAMILY)


def raise_signals(application: OnePlan) -> None:
    """Two signals, and emergency access, which come from elsewhere."""
    for key in ("one", "two"):
        finding = Finding(
            rule="not-heard", key=key, detail="for weeks", about=("mother",), evidence=()
        )
        change_plan(
            application,
            FAMILY,
            lambda plan, finding=finding: plan.raise_signal(finding, given_as(Role.SYSTEM)),  # type: ignore[misc]
        )
    change_plan(
        application,
        FAMILY,
        lambda plan: plan.take_emergency_access(
            "nood1", "jvisser", "Het kon niet tot morgen wachten.", given_as(Role.AGENCY, "halt")
        ),
    )


Item = Callable[[Desk], str]


def newest(kind: str) -> Item:
    return lambda desk: desk.newest(kind)


def first_signal(desk: Desk) -> str:
    return next(one for one, is_open in desk.plan.items["signal"].items() if is_open)


def incoming_member(desk: Desk) -> str:
    return list(desk.plan.members)[-1]


def meldcode(desk: Desk) -> str:
    step = next(
        one for one in reversed(desk.events()) if type(one).__name__ == "MeldcodeStepRecorded"
    )
    return str(getattr(step, "step").meldcode_id)  # noqa: B009 - whatever event it is


Fields = dict[str, str]
LAST = "the last that can be chosen"
DAY: list[tuple[str, Item | None, Fields, str]] = [
    ("add-member", None, {"birth_date": "2015-05-01"}, "MemberAdded"),
    ("join", None, {}, "AgencyJoined"),
    ("own-words", newest("goal"), {}, "OwnWordsRecorded"),
    ("action", None, {}, "ActionAgreed"),
    ("complete-action", newest("action"), {}, "ActionCompleted"),
    ("action", None, {"owner.who": "agency:police"}, "ActionAgreed"),
    ("cancel-action", newest("action"), {}, "ActionCancelled"),
    ("end-goal", newest("goal"), {}, "GoalEnded"),
    ("concern", None, {}, "ConcernRaised"),
    ("resolve-concern", newest("concern"), {}, "ConcernResolved"),
    ("strength", None, {}, "StrengthNoted"),
    ("agreement", None, {"watched_by.who": "network"}, "SafetyAgreementMade"),
    ("end-agreement", newest("agreement"), {}, "SafetyAgreementEnded"),
    ("address", None, {"postcode": "1234 AB", "with_members": "", "hidden_from": ""},
     "AddressRecorded"),
    ("hide-address", newest("address"), {"hidden_from": LAST}, "AddressHidden"),
    ("show-address", newest("address"), {"shown_to": LAST}, "AddressShown"),
    ("end-address", newest("address"), {}, "AddressEnded"),
    ("review-emergency", newest("emergency-access"), {}, "EmergencyAccessReviewed"),
    ("incident", None, {"ended_at": ""}, "IncidentRecorded"),
    ("clarify", newest("incident"), {}, "IncidentClarified"),
    ("ask", None, {}, "QuestionAsked"),
    ("assign-question", newest("question"), {"owner.who": "agency:police"}, "QuestionAssigned"),
    ("answer", newest("question"), {}, "QuestionAnswered"),
    ("ask", None, {}, "QuestionAsked"),
    ("drop-question", newest("question"), {}, "QuestionDropped"),
    ("accept-signal", first_signal, {}, "SignalAccepted"),
    ("set-aside", first_signal, {}, "SignalSetAside"),
    ("note", None, {}, "NoteAdded"),
    ("measure", None, {}, "MeasureStarted"),
    ("outcome", newest("measure"), {}, "OutcomeRecorded"),
    ("end-measure", newest("measure"), {}, "MeasureEnded"),
    ("conversation", None, {"members.mother": "heard"}, "ConversationHeld"),
    ("consent", None, {}, "ConsentGiven"),
    ("withdraw-consent", newest("consent"), {}, "ConsentWithdrawn"),
    ("objection", None, {}, "ObjectionMade"),
    ("answer-objection", newest("objection"), {}, "ObjectionAnswered"),
    ("look-back", None, {}, "LookBackRecorded"),
    ("report", None, {}, "ReportReceived"),
    ("feedback", newest("report"), {}, "FeedbackGiven"),
    ("triage", newest("report"), {}, "ReportTriaged"),
    ("investigation", newest("report"), {}, "InvestigationCompleted"),
    ("meldcode", None, {"decision": "", "left_out_because": ""}, "MeldcodeStepRecorded"),
    ("meldcode-step", meldcode, {"step": "consult", "decision": ""}, "MeldcodeStepRecorded"),
    ("variant", None, {}, "VariantChosen"),
    ("phase", None, {"phase": "analysis"}, "PhaseEntered"),
    ("review", None, {}, "ReviewHeld"),
    ("conference", None, {}, "ConferenceCalled"),
    ("decide", newest("conference"), {"on": ""}, "ConferenceDecided"),
    ("close-conference", newest("conference"), {}, "ConferenceClosed"),
    ("leave", lambda _: "police", {}, "AgencyLeft"),
    ("remove-member", incoming_member, {}, "MemberRemoved"),
    ("close", None, {}, "PlanClosed"),
    ("reopen", None, {}, "PlanReopened"),
    ("release-lead", None, {}, "LeadReleased"),
]  # fmt: skip


def test_every_command_of_the_command_line_has_its_form_and_is_tried_here() -> None:
    registered = app.registered_commands
    names = {one.name or getattr(one.callback, "__name__", "") for one in registered} - {"show"}
    assert set(COMMANDS) | set(NOT_IN_PAGES) >= names
    assert {name for name, *_ in DAY} == set(COMMANDS)


def test_a_whole_plan_in_forms_with_markup_in_every_text(desk: Desk) -> None:
    goal = "/families/F3/goals/new"
    assert desk.post(goal, desk.form(goal).filled(ODD)).status_code == 303
    reached: set[str] = set()
    for name, item, values, event in DAY:
        reached |= set(re.findall(r"/do/([a-z-]+)", desk.get(desk.path("/work")).text))
        path = COMMANDS[name].path(FAMILY, None if item is None else item(desk))
        form = desk.form(path)
        assert form.scripts() == [], name
        if any(typed.required for typed in form.fields.values()):
            empty = desk.post(path, form.hidden)
            assert (empty.status_code, 'class="error"' in empty.text) == (422, True), name
            assert FormReader(empty.text).hidden == form.hidden, name
        fields = form.filled(ODD) | {
            one: [chosen(form, one, value)] for one, value in values.items()
        }
        before = len(desk.events())
        sent = desk.post(path, fields)
        faults = [] if sent.status_code == 303 else errors_in(sent.text)
        assert (sent.status_code, faults) == (303, []), (name, fields)
        made = desk.events()[before:]
        assert event in {type(one).__name__ for one in made}, name
        shown = desk.get(sent.headers["location"])
        assert FormReader(shown.text).scripts() == [], name
    assert reached == {name for name, one in COMMANDS.items() if one.on is not None}


def chosen(form: FormReader, name: str, value: str) -> str:
    return form.fields[name].options[-1] if value is LAST else value


def errors_in(page: str) -> list[str]:
    """What a page says is wrong."""
    parts = page.split('class="error"')[1:]
    summary = page.partition('class="errors"')[2].partition("</ul>")[0]
    return [summary, *(one[:200] for one in parts)]
