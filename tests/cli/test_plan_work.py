# ruff: noqa: E501 - a table of commands reads better in long lines
"""The lead's commands of plan work, and the plan on a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from typer.testing import CliRunner, Result

from domain.family_plan import ActionAgreed, GoalSet, PlanClosed
from domain.family_plan.agreements import SafetyAgreementMade
from domain.family_plan.phases import PhaseEntered
from domain.family_plan.reviews import ReviewHeld
from domain.values import ClosingReason, Owner, OwnerKind, Phase
from services.cli.main import app
from services.clock import utc_now
from services.intake.intake import Intake
from services.read_model.engine import create_read_engine
from services.read_model.projector import Projector
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog
from tests.support.events import NOW, cloud_event, delivery, lead, plan_opened

Cli = Callable[..., Result]
AT = ("--at", "2026-03-02T10:00:00Z")


@pytest.fixture
def cli(settings: Settings, application: OnePlan, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run ``oneplan ...`` on a store with one plan that lead-1 of the police leads."""
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("ONEPLAN_ACT_AS", "lead-1@police")
    monkeypatch.setenv("COLUMNS", "100")
    if settings.database_url is not None:
        monkeypatch.setenv("ONEPLAN_DATABASE_URL", settings.database_url)
        monkeypatch.setenv("ONEPLAN_KEYS_URL", str(settings.keys_url))
    intake = Intake(application, settings.agency_of_source)
    opening = [delivery(plan_opened()), delivery(cloud_event("lead.assigned", {"lead": lead()}))]
    assert [outcome.status for outcome in intake.take(opening, NOW)] == ["accepted", "accepted"]
    runner = CliRunner()

    def run(*arguments: str, exit_code: int = 0) -> Result:
        result = runner.invoke(app, list(arguments))
        assert result.exit_code == exit_code, result.output
        return result

    return run


WORK = [
    (["strength", "F1", "Zingt in een koor.", "--life-domain", "social-network", "--about", "mother", "--id", "k1"], "StrengthNoted"),
    (["agreement", "F1", "Bij ruzie naar oma.", "--with", "mother", "--watched-by", "Karin", "--agency", "police", "--review", "2026-06-01", "--id", "v1"], "SafetyAgreementMade"),
    (["variant", "F1", "heavy", "Drie partijen."], "VariantChosen"),
    (["phase", "F1", "planning"], "PhaseEntered"),
    (["goal", "F1", "Rust thuis.", "--life-domain", "safety", "--measured-by", "Drie maanden geen politie.", "--by", "2026-06-01", "--id", "d1"], "GoalSet"),
    (["action", "F1", "Anna", "Belt oma.", "--family", "mother", "--goal", "d1", "--due", "2026-04-01", "--id", "a1"], "ActionAgreed"),
    (["action", "F1", "Els", "Haalt op.", "--network", "--id", "a2"], "ActionAgreed"),
    (["review", "F1", "Het gaat beter.", "--present", "Anna", "--present", "Karin", "--decision", "Elke week bellen.", "--goal-decision", "d1:Nog een maand: rustig aan.", "--next", "2026-05-01", "--id", "e1"], "ReviewHeld"),
    (["end-agreement", "F1", "v1", "no-longer-needed", "Het is rustig."], "SafetyAgreementEnded"),
]  # fmt: skip


def test_the_lead_works_on_the_plan_by_command(cli: Cli, application: OnePlan) -> None:
    for arguments, event_name in WORK:
        cli("plan", *arguments, *AT)
        assert type(application.events_of("F1")[-1]).__name__ == event_name
    agreed, _, phase, goal, first, second, review, _ = application.events_of("F1")[3:]
    assert isinstance(agreed, SafetyAgreementMade)
    # Without --begins and --held-on it is the Dutch day of --at.
    assert agreed.agreement.begins_on == date(2026, 3, 2)
    assert isinstance(phase, PhaseEntered)
    assert (phase.phase, phase.text) == (Phase.PLANNING, None)
    assert isinstance(goal, GoalSet)
    assert goal.goal.measured_by == "Drie maanden geen politie."
    assert goal.goal.target_date == date(2026, 6, 1)
    assert isinstance(first, ActionAgreed)
    assert first.action.owner == Owner(name="Anna", kind=OwnerKind.FAMILY, member_id="mother")
    assert isinstance(second, ActionAgreed)
    assert second.action.owner == Owner(name="Els", kind=OwnerKind.NETWORK)
    assert isinstance(review, ReviewHeld)
    assert review.review.held_on == date(2026, 3, 2)
    assert [(one.goal_id, one.text) for one in review.review.decisions] == [
        (None, "Elke week bellen."),
        ("d1", "Nog een maand: rustig aan."),
    ]


def test_a_plan_is_closed_for_a_reason_with_a_day_for_after_care(
    cli: Cli, application: OnePlan
) -> None:
    cli("plan", "close", "F1", "Rust.", "--why", "goals-reached", "--after-care", "2026-06-01", *AT)
    closed = application.events_of("F1")[-1]
    assert isinstance(closed, PlanClosed)
    assert (closed.why, closed.after_care_on) == (ClosingReason.GOALS_REACHED, date(2026, 6, 1))


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["action", "F1", "Anna", "Belt.", "--family", "mother", "--network"], 1, "give one of --family, --network and --agency"),
        (["action", "F1", "Dirk", "Belt.", "--agency", "halt"], 1, "data.owner.agency: halt is not a party of this plan"),
        (["action", "F1", "Opa", "Belt.", "--family", "opa"], 1, "data.owner.member_id: the plan knows no member opa"),
        (["agreement", "F1", "Rust.", "--with", "mother", "--watched-by", "Karin"], 1, "data.watched_by.kind: say whether family, network or a professional"),
        (["agreement", "F1", "Rust.", "--with", "mother", "--watched-by", "Els", "--network", "--begins", "2026-05-01", "--review", "2026-04-01"], 1, "review_on: lies before begins_on"),
        (["review", "F1", "Rust.", "--present", "Anna", "--goal-decision", "d1"], 1, "write it as goal:text"),
        (["review", "F1", "Rust.", "--present", "Anna", "--held-on", "2126-01-01"], 1, "data.held_on: 2126-01-01 lies in the future"),
        (["phase", "F1", "sign-up"], 1, "data.phase: the plan is in the phase sign-up already"),
        (["variant", "F1", "medium", "Zo."], 2, "'medium' is not one of 'light', 'heavy'"),
        (["close", "F1", "Rust.", "--after-care", "2020-01-01"], 1, "data.after_care_on: 2020-01-01 lies before the closing"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_wrong_command_says_what_is_wrong_on_stderr(
    cli: Cli, application: OnePlan, arguments: list[str], exit_code: int, words: str
) -> None:
    before = application.events_of("F1")
    result = cli("plan", *arguments, exit_code=exit_code)
    assert words in " ".join(result.stderr.replace("│", "").split())
    assert application.events_of("F1") == before


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_plan_and_its_agenda_are_shown(
    cli: Cli, settings: Settings, application: OnePlan
) -> None:
    for arguments, _ in WORK:
        cli("plan", *arguments, *AT)
    cli("plan", "complete-action", "F1", "a2", "Elke dinsdag.", *AT)
    cli("plan", "concern", "F1", "Schulden [hoog].", "--life-domain", "finances", "--id", "z1")
    engine = create_read_engine(settings)
    projector = Projector(engine, EventLog(application))
    while projector.catch_up():
        pass
    engine.dispose()
    page = [" ".join(line.split()) for line in cli("plan", "show", "F1").stdout.splitlines()]
    for line in (
        "Family F1 plan open, heavy variant, version 13",
        "Phase: planning (4 of 6), since 2026-03-02",
        "Next review: 2026-05-01",
        "Social network",
        "strength Zingt in een koor. k1",
        "concern Schulden [hoog]. z1",
        "goal Rust thuis. 2026-06-01 d1",
        "seen by Drie maanden geen politie.",
        "action Anna (family): Belt oma. 2026-04-01 a1",
        "action Els (network): Haalt op. a2",
        "completed: Elke dinsdag.",
        "2026-03-02 Bij ruzie naar oma. 2026-06-01 v1",
        "no-longer-needed: Het is rustig.",
        "2026-03-02 Het gaat beter. e1",
        "with Anna, Karin",
        "decided Elke week bellen.",
        "d1 Nog een maand: rustig aan.",
    ):
        assert line in page
    # A life domain in which nothing stands is not shown.
    assert "Housing" not in page
    agenda = json.loads(cli("view", "agenda", "F1", "--json").stdout)
    assert agenda["next_review_on"] == "2026-05-01"
    domains = json.loads(cli("view", "life-domains", "F1", "--json").stdout)["life_domains"]
    assert [one["life_domain"] for one in domains] == ["safety", "finances", "social-network"]
    cli("plan", "close", "F1", "Rust.", "--why", "family-stops")
    known = cli("plan", "show", "F1", "--known-at", utc_now().isoformat()).stdout
    assert "family-stops: Rust." in known
    assert "After-care: no day was agreed" in known
