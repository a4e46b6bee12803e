# ruff: noqa: E501 - a table of commands reads better in long lines
"""The command line as a lead, an auditor and an operator use it, on both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.family_plan import PlanEvent
from domain.values import Role
from services.bus.connect import connected
from services.cli.main import app
from services.intake.dead_letters import DeadLetters
from services.intake.delivery import Outcome
from services.intake.intake import Intake
from services.read_model.engine import create_read_engine
from services.read_model.projector import Projector
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog
from tests.support.bus import make_streams, running_bus
from tests.support.events import NOW, cloud_event, delivery, lead, plan_opened

Cli = Callable[..., Result]


@pytest.fixture
def cli(settings: Settings, application: OnePlan, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run ``oneplan ...`` on a store with one plan that lead-1 of the police leads."""
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("ONEPLAN_ACT_AS", "lead-1@police")
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


def project(settings: Settings, application: OnePlan) -> None:
    engine = create_read_engine(settings)
    projector = Projector(engine, EventLog(application))
    while projector.catch_up():
        pass
    engine.dispose()


def last_event(application: OnePlan) -> PlanEvent:
    return application.events_of("F1")[-1]


LEAD_COMMANDS = [
    (["add-member", "F1", "oma", "Corrie", "grandparent", "--birth-date", "1951-11-23"], "MemberAdded"),
    (["remove-member", "F1", "oma", "Wil niet meer."], "MemberRemoved"),
    (["join", "F1", "school", "onderwijs"], "AgencyJoined"),
    (["leave", "F1", "school", "Klaar."], "AgencyLeft"),
    (["concern", "F1", "Slaapt slecht.", "--life-domain", "development", "--id", "z1"], "ConcernRaised"),
    (["resolve-concern", "F1", "z1", "Slaapt weer door."], "ConcernResolved"),
    (["goal", "F1", "Rust thuis.", "--life-domain", "safety", "--id", "d1"], "GoalSet"),
    (["action", "F1", "moeder", "Belt oma.", "--goal", "d1", "--due", "2026-12-01", "--id", "a1"], "ActionAgreed"),
    (["complete-action", "F1", "a1", "Gebeld."], "ActionCompleted"),
    (["action", "F1", "vader", "Schrijft een brief.", "--id", "a2"], "ActionAgreed"),
    (["cancel-action", "F1", "a2", "Niet nodig."], "ActionCancelled"),
    (["end-goal", "F1", "d1", "reached", "Vier maanden rust."], "GoalEnded"),
    (["incident", "F1", "stalking", "Stond voor de deur.", "--began-at", "2026-02-28T21:40:00+01:00", "--by", "oma", "--against", "mother"], "IncidentRecorded"),
    (["note", "F1", "Stug contact.", "--about", "mother"], "NoteAdded"),
    (["close", "F1", "Doelen bereikt."], "PlanClosed"),
    (["reopen", "F1", "Nieuwe melding."], "PlanReopened"),
    (["offer-handover", "F1", "lead-2@veilig-thuis", "Dirk", "Verlof."], "HandoverOffered"),
    (["withdraw-handover", "F1", "Toch niet."], "HandoverWithdrawn"),
    (["handover", "F1", "lead-2@veilig-thuis", "Dirk", "Verhuizing."], "LeadHandedOver"),
]  # fmt: skip


def test_the_lead_does_a_whole_plan_by_command(cli: Cli, application: OnePlan) -> None:
    for arguments, event_name in LEAD_COMMANDS:
        cli("plan", *arguments)
        event = last_event(application)
        assert type(event).__name__ == event_name
        assert (event.provenance.actor, event.provenance.role) == ("lead-1", Role.LEAD)
        assert event.provenance.correlation_id
    cli("plan", "release-lead", "F1", "Ziek.", "--as", "lead-2@veilig-thuis")
    cli("plan", "assign-lead", "F1", "Carla", "--as", "lead-3@police")
    plan = application.plan("F1")
    assert plan is not None
    assert plan.lead is not None
    assert plan.lead.person_id == "lead-3"


def test_when_it_happened_and_when_we_knew_are_two_times(cli: Cli, application: OnePlan) -> None:
    cli("plan", "note", "F1", "Vorige maand al.", "--at", "2026-01-31T12:00:00+01:00")
    event = last_event(application)
    assert f"{event.occurred_at:%Y-%m-%dT%H:%M:%SZ}" == "2026-01-31T11:00:00Z"
    assert event.recorded_at > NOW


def test_a_family_gets_one_plan(cli: Cli, application: OnePlan) -> None:
    opening = ["plan", "open", "F2", "Melding.", "--party", "police:veiligheid"]
    cli(*opening, "--member", "kind:child:Bram de Wit")
    plan = application.plan("F2")
    assert plan is not None
    assert plan.parties.keys() == {"police"}
    assert plan.members["kind"].name == "Bram de Wit"
    cli("plan", "assign-lead", "F2", "Carla")
    second = cli(*opening, exit_code=1)
    assert "family F2 has a plan already: one family, one plan" in second.stderr
    assert len(application.events_of("F2")) == 2


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["plan", "open", "F2", "x"], 1, "police opens the plan, so name it as a party"),
        (["plan", "open", "F 2", "x", "--party", "police:x"], 1, "family_id: String should match pattern"),
        (["plan", "open", "F2", "x", "--party", "police"], 2, "write it as agency:task"),
        (["plan", "open", "F2", "x", "--member", "kind:baby:B"], 2, "write it as id:role:name"),
        (["plan", "goal", "NOPE", "x", "--life-domain", "safety"], 1, "family NOPE has no plan"),
        (["plan", "note", "F1", "x", "--about", "opa"], 1, "data.about[0]: the plan knows no member opa"),
        (["plan", "note", "F1", ""], 1, "text: String should have at least 1 character"),
        (["plan", "note", "F1", "x", "--as", "lead-9@police"], 1, "lead-9 is not the lead of this plan"),
        (["plan", "note", "F1", "x", "--as", "somebody"], 2, "write it as person@agency"),
        (["plan", "note", "F1", "x", "--at", "gisteren"], 2, "is no moment with an offset"),
        (["plan", "note", "F1", "x", "--at", "2126-01-01T00:00:00Z"], 1, "lies in the future"),
        (["plan", "action", "F1", "moeder", "x", "--due", "morgen"], 1, "write it as 2026-12-31"),
        (["plan", "assign-lead", "F1", "Eva", "--as", "eva@police"], 1, "has a lead already"),
        (["plan", "show", "NOPE"], 1, "family NOPE has no plan"),
        (["plan", "show", "F1", "--party", "school"], 1, "takes no part"),
        (["projections", "rebuild", "nope"], 2, "no view is called nope; there are current_plan"),
        (["deadletters", "list"], 1, "oneplan up"),
        (["deadletters", "resubmit"], 2, "give the places to take again, or --all"),
        (["plan", "dance"], 2, "No such command"),
    ],
)  # fmt: skip
def test_a_wrong_command_says_what_is_wrong_on_stderr(  # noqa: PLR0917
    cli: Cli,
    settings: Settings,
    application: OnePlan,
    arguments: list[str],
    exit_code: int,
    words: str,
) -> None:
    project(settings, application)
    before = application.events_of("F1")
    result = cli(*arguments, exit_code=exit_code)
    assert words in " ".join(result.stderr.replace("│", "").split())
    assert result.stdout == ""
    assert application.events_of("F1") == before


def test_the_plan_is_shown_to_people_to_programs_and_as_it_was(
    cli: Cli, settings: Settings, application: OnePlan
) -> None:
    cli("plan", "goal", "F1", "Rust thuis.", "--life-domain", "safety", "--id", "d1")
    project(settings, application)
    page = cli("plan", "show", "F1").stdout
    assert "Lead caseworker: Carla (police)" in page
    assert "Rust thuis." in page
    now = json.loads(cli("plan", "show", "F1", "--party", "police", "--json").stdout)
    assert [goal["goal_id"] for goal in now["goals"]] == ["d1"]
    then = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    earlier = json.loads(cli("plan", "show", "F1", "--known-at", then, "--json").stdout)
    assert earlier["goals"] == []
    assert earlier["lead"]["person_id"] == "lead-1"
    too_early = cli("plan", "show", "F1", "--known-at", "2020-01-01T00:00:00Z", exit_code=1)
    assert "no plan that was known at 2020-01-01" in too_early.stderr


def test_the_auditor_replays_and_verifies(
    cli: Cli, settings: Settings, application: OnePlan, tmp_path: Path
) -> None:
    behind = cli("audit", "verify", exit_code=1)
    assert "views are behind position 4" in behind.stdout
    project(settings, application)
    assert json.loads(cli("audit", "verify", "--json").stdout) == {
        "events": 4,
        "families": 1,
        "receipts": 2,
        "findings": [],
        "signed": None,
        "not_signed_yet": None,
    }
    lines = [json.loads(line) for line in cli("audit", "replay", "--json").stdout.splitlines()]
    assert [line["type"] for line in lines] == [
        "PlanOpened",
        "LeadAssigned",
        "EventAccepted",
        "EventAccepted",
    ]
    assert cli("audit", "replay", "--family", "F2", "--json").stdout == ""
    assert cli("audit", "replay", "--until", "2020-01-01T00:00:00Z", "--json").stdout == ""
    assert "LeadAssigned" in cli("audit", "replay", "--family", "F1").stdout
    table = cli("audit", "replay", "--agency", "police", "--format", "csv").stdout.splitlines()
    assert (
        table[0]
        == "position,aggregate_id,version,type,family_id,recorded_at,occurred_at,agency,facts"
    )
    assert len(table) == 1 + 4
    out = str(tmp_path / "history.jsonl")
    cli("audit", "replay", "--format", "jsonl", "--output", out)
    cli("audit", "replay", "--format", "jsonl", "--output", out)
    assert (tmp_path / "history.jsonl").read_text().splitlines() == cli(
        "audit", "replay", "--json"
    ).stdout.splitlines()
    assert (
        "Parquet goes into a folder"
        in cli("audit", "replay", "--format", "parquet", exit_code=2).stderr
    )
    assert (
        "family_id: String should match"
        in cli("audit", "replay", "--family", "a b", exit_code=2).stderr
    )
    assert (
        "is no entry of the history"
        in cli("audit", "replay", "--format", "jsonl", "--output", __file__, exit_code=1).stderr
    )


def test_the_verifier_finds_what_was_lost(
    cli: Cli, settings: Settings, application: OnePlan
) -> None:
    project(settings, application)
    recorder = application.recorder
    table = "stored_events" if settings.database_url is None else "oneplan_events"
    with recorder.datastore.transaction(commit=True) as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"DELETE FROM {table} WHERE topic = 'oneplan.plan.LeadAssigned'")  # noqa: S608
    found = json.loads(cli("audit", "verify", "--json", exit_code=1).stdout)
    assert found["findings"][0].endswith("has 0 effects, not 1")
    assert any("differs from its events" in finding for finding in found["findings"])


def test_projections_stand_and_are_rebuilt(
    cli: Cli, settings: Settings, application: OnePlan
) -> None:
    project(settings, application)
    status = json.loads(cli("projections", "status", "--json").stdout)
    assert status["last_position"] == 4
    assert set(status["positions"].values()) == {4}
    before = cli("plan", "show", "F1", "--json").stdout
    assert "rebuilt current_plan" in cli("projections", "rebuild", "current_plan").stdout
    assert "rebuilt all views" in cli("projections", "rebuild").stdout
    assert cli("plan", "show", "F1", "--json").stdout == before


def test_dead_letters_are_listed_and_taken_again(
    cli: Cli,
    settings: Settings,
    application: OnePlan,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    early = delivery(cloud_event("action.completed", {"action_id": "a1", "result": "gedaan"}))
    broken = delivery(b"{")
    outcomes = Intake(application, settings.agency_of_source).take([early, broken], NOW)

    async def keep(bus: Settings, kept: list[Outcome]) -> None:
        async with connected(bus) as client:
            for outcome in kept:
                await DeadLetters(client.jetstream()).keep(outcome, NOW)

    with running_bus(settings) as bus:
        monkeypatch.setenv("ONEPLAN_NATS_URL", str(bus.nats_url))
        asyncio.run(make_streams(bus))
        assert json.loads(cli("deadletters", "list", "--json").stdout) == []
        asyncio.run(keep(bus, outcomes))
        listed = json.loads(cli("deadletters", "list", "--json").stdout)
        assert [(one["place"], one["status"], one["field"]) for one in listed] == [
            (1, "held", "data.action_id"),
            (2, "rejected", "(message)"),
        ]
        assert "data.action_id" in cli("deadletters", "list").stdout
        assert (
            "no dead letter at place 9" in cli("deadletters", "resubmit", "9", exit_code=1).stderr
        )

        still = cli("deadletters", "resubmit", "--all", "--json", exit_code=1)
        assert json.loads(still.stdout) == {"held": 1, "rejected": 1}
        cli("plan", "action", "F1", "moeder", "Belt oma.", "--id", "a1")
        again = json.loads(cli("deadletters", "list", "--json").stdout)
        place = next(one["place"] for one in again if one["status"] == "held")
        assert "accepted" in cli("deadletters", "resubmit", str(place)).stdout
        left = json.loads(cli("deadletters", "list", "--json").stdout)
    assert [one["status"] for one in left] == ["rejected"]
    assert type(last_event(application)).__name__ == "ActionCompleted"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_command_has_help_with_an_example(cli: Cli) -> None:
    groups = ["plan", "audit", "deadletters", "projections", "schema", "credentials"]
    commands = [["up"], ["publish"], ["doctor"]]
    for group in groups:
        listing = cli(group, "--help").stdout
        names = _commands(listing)
        assert names
        commands += [[group, name] for name in names]
    for command in commands:
        text = cli(*command, "--help").stdout
        assert "Example: oneplan" in text, command


def _commands(listing: str) -> list[str]:
    rows = listing.split("Commands", 1)[1].splitlines()
    return [row[2:].split()[0] for row in rows if row.startswith("│ ") and row[2] != " "]


def test_views_that_were_never_made_are_an_error_in_words(cli: Cli) -> None:
    shown = cli("view", "signals", "F1", exit_code=1)
    assert shown.stderr.startswith("error: the views cannot be read")
    assert "oneplan up" in shown.stderr
    assert "SELECT" not in shown.stderr
