"""The lead calls a conference, puts its decisions on record and closes it, by command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from domain.calendar import dutch_day
from domain.family_plan import ActionAgreed
from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed, ConferenceDecided
from domain.values import AgendaItem, Owner, OwnerKind, Role
from services.cli.main import app
from services.clock import utc_now
from services.intake.intake import Intake
from services.settings import Settings
from services.store.application import OnePlan
from tests.support.events import NOW, cloud_event, delivery, incident, lead, plan_opened

Cli = Callable[..., Result]
TODAY = dutch_day(utc_now())
SOON = f"{utc_now() + timedelta(days=7):%Y-%m-%dT13:00:00+01:00}"


@pytest.fixture
def cli(settings: Settings, application: OnePlan, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run ``oneplan plan ...`` on a plan that lead-1 of the police leads, with one question."""
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("ONEPLAN_ACT_AS", "lead-1@police")
    if settings.database_url is not None:
        monkeypatch.setenv("ONEPLAN_DATABASE_URL", settings.database_url)
        monkeypatch.setenv("ONEPLAN_KEYS_URL", str(settings.keys_url))
    start = [
        plan_opened(),
        cloud_event("lead.assigned", {"lead": lead()}),
        cloud_event("incident.recorded", incident("i1")),
    ]
    outcomes = Intake(application, settings.agency_of_source).take(
        [delivery(event) for event in start], NOW
    )
    assert [outcome.status for outcome in outcomes] == ["accepted"] * 3
    runner = CliRunner()

    def run(*arguments: str, exit_code: int = 0) -> Result:
        result = runner.invoke(app, ["plan", *arguments])
        assert result.exit_code == exit_code, result.output
        return result

    return run


def last(application: OnePlan, back: int = 1) -> Any:
    return application.events_of("F1")[-back]


def question(application: OnePlan) -> str:
    """The id of the question that the incident raised."""
    plan = application.plan("F1")
    assert plan is not None
    (found,) = plan.items["question"]
    return found


def test_a_conference_from_calling_to_closing(cli: Cli, application: OnePlan) -> None:
    asked = question(application)
    called = cli(
        "conference", "F1", SOON, "--agency", "police", "--agency", "veilig-thuis",
        "--member", "mother", "--place", "Wijkhuis",
    )  # fmt: skip
    event = last(application)
    assert isinstance(event, ConferenceCalled)
    assert called.stdout.strip() == event.call.conference_id
    assert (event.call.agencies, event.call.members) == (("police", "veilig-thuis"), ("mother",))
    assert event.agenda == (AgendaItem(kind="question", item_id=asked),)
    assert (event.provenance.actor, event.provenance.role) == ("lead-1", Role.LEAD)
    name = event.call.conference_id

    due = TODAY + timedelta(days=14)
    cli(
        "decide", "F1", name, "Sanne gaat langs.", "--on", f"question:{asked}", "--owner", "Sanne",
        "--owner-agency", "police", "--due", str(due), "--id", "d1",
    )  # fmt: skip
    decided, agreed = last(application, 2), last(application)
    assert isinstance(decided, ConferenceDecided)
    assert decided.decision.on == AgendaItem(kind="question", item_id=asked)
    assert isinstance(agreed, ActionAgreed)
    assert (agreed.action.action_id, agreed.action.due) == ("d1", due)
    assert agreed.action.owner == Owner(name="Sanne", kind=OwnerKind.PROFESSIONAL, agency="police")
    cli(
        "decide", "F1", name, "Moeder belt oma.", "--owner", "Anna", "--owner-kind", "family",
        "--owner-member", "mother",
    )  # fmt: skip
    assert last(application).decision.owner.member_id == "mother"

    cli("close-conference", "F1", name, "Eens.", "--present", "Anna", "--present", "Sanne")
    closed = last(application)
    assert isinstance(closed, ConferenceClosed)
    assert (closed.present, closed.unsettled) == (("Anna", "Sanne"), ())


DECIDE = ["decide", "F1", "c1", "Iets."]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["conference", "F1", SOON, "--agency", "school"], 1, "school is not a party of this plan"),
        (["conference", "F1", SOON, "--agency", "police", "--id", "c1"], 1, "exists already"),
        (["conference", "F1", "2126-01-01T00:00:00Z", "--agency", "police"], 1, "a year ahead"),
        (["conference", "F1", "morgen", "--agency", "police"], 2, "is no moment with an offset"),
        (["conference", "F1", SOON], 2, "Missing option '--agency'"),
        (
            ["conference", "F1", SOON, "--agency", "police", "--as", "eva@police"],
            1,
            "eva is not the lead",
        ),
        ([*DECIDE, "--on", "goal:d1"], 2, "write it as question:id, signal:id or action:id"),
        ([*DECIDE, "--on", "question:nope"], 1, "question nope is not on the agenda"),
        ([*DECIDE, "--owner-member", "mother"], 2, "say with --owner who it is"),
        ([*DECIDE, "--owner", "Eva", "--owner-kind", "professional"], 1, "name it in agency"),
        ([*DECIDE, "--due", "morgen"], 1, "write it as 2026-12-31"),
        ([*DECIDE, "--due", "2020-01-01"], 1, "lies before the decision"),
        (["close-conference", "F1", "c9", "Eens.", "--present", "Anna"], 1, "knows no conference"),
        (["close-conference", "F1", "c1", "Eens."], 2, "Missing option '--present'"),
    ],
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_is_wrong_is_said_on_stderr_and_nothing_is_recorded(
    cli: Cli, application: OnePlan, arguments: list[str], exit_code: int, words: str
) -> None:
    cli("conference", "F1", SOON, "--agency", "police", "--id", "c1")
    before = application.events_of("F1")
    result = cli(*arguments, exit_code=exit_code)
    assert words in " ".join(result.stderr.replace("│", "").split())
    assert result.stdout == ""
    assert application.events_of("F1") == before


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_conference_of_last_week_is_recorded_with_when_it_was(
    cli: Cli, application: OnePlan
) -> None:
    week_ago = TODAY - timedelta(days=7)
    when = f"{week_ago}T13:00:00+01:00"
    cli("conference", "F1", when, "--agency", "police", "--id", "c1", "--at", when)
    cli("decide", "F1", "c1", "Belt.", "--owner", "Anna", "--due", str(week_ago), "--at", when)
    assert isinstance(last(application), ActionAgreed)
    assert dutch_day(last(application).occurred_at) == week_ago
