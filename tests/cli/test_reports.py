# ruff: noqa: E501 - a table of commands reads better in long lines
"""The lead records reports, what follows them and the reporting code's steps, by command."""

from __future__ import annotations

import json

import pytest

from domain.family_plan import ReportReceived
from domain.family_plan.meldcode import MeldcodeStepRecorded
from domain.family_plan.reports import FeedbackGiven
from domain.values import FeedbackStage, MeldcodeDecision, ReporterKind, Role
from services.settings import Settings
from services.store.application import OnePlan
from tests.cli.test_cli import Cli, cli, last_event, project

__all__ = ["cli"]

REPORT = ["report", "F1", "Juf Vos", "professional", "Blauwe plekken.", "--about", "child", "--reporter-agency", "school", "--id", "r1"]  # fmt: skip
# The lead works for the police, who do not triage: what follows is to be told from the report.
COMMANDS = [
    (REPORT, ["ReportReceived", "TermStarted", "TermStarted"]),
    (["feedback", "F1", "r1", "received", "Uw melding is binnen."], ["FeedbackGiven", "TermMet"]),
    (["triage", "F1", "r1", "investigation", "Drie meldingen."], ["ReportTriaged", "TermStarted"]),
    (["investigation", "F1", "r1", "confirmed", "De kinderen zeggen het."], ["InvestigationCompleted", "TermMet"]),
    (["feedback", "F1", "r1", "follow-up", "Het gezin krijgt hulp."], ["FeedbackGiven", "TermMet"]),
    (["meldcode-step", "F1", "v1", "map-signals", "Slaapt in de klas.", "--about", "child", "--with-whom", "Els"], ["MeldcodeStepRecorded"]),
    (["meldcode-step", "F1", "v1", "talk", "Niet gesproken.", "--left-out-because", "Vader komt mee."], ["MeldcodeStepRecorded"]),
    (["meldcode-step", "F1", "v1", "weigh", "Aanhoudende zorg."], ["MeldcodeStepRecorded"]),
    (["meldcode-step", "F1", "v1", "decide", "Wij melden.", "--decision", "report"], ["MeldcodeStepRecorded"]),
]  # fmt: skip


def test_the_lead_follows_a_report_by_command(
    cli: Cli, settings: Settings, application: OnePlan
) -> None:
    for arguments, names in COMMANDS:
        before = len(application.events_of("F1"))
        cli("plan", *arguments)
        assert [type(one).__name__ for one in application.events_of("F1")[before:]] == names
        said_by = last_event(application).provenance
        assert (said_by.actor, said_by.role) == ("lead-1", Role.LEAD)
    events = application.events_of("F1")
    (report,) = [one.report for one in events if isinstance(one, ReportReceived)]
    assert (report.reporter_kind, report.reporter_agency) == (ReporterKind.PROFESSIONAL, "school")
    assert (report.about, report.text) == (("child",), "Blauwe plekken.")
    told = [one for one in events if isinstance(one, FeedbackGiven)]
    assert [one.stage for one in told] == [FeedbackStage.RECEIVED, FeedbackStage.FOLLOW_UP]
    steps = [one.step for one in events if isinstance(one, MeldcodeStepRecorded)]
    assert (steps[0].with_whom, steps[1].left_out_because) == ("Els", "Vader komt mee.")
    assert steps[3].decision is MeldcodeDecision.REPORT

    project(settings, application)
    terms = json.loads(cli("view", "terms", "F1", "--json").stdout)
    assert terms["due"] == []
    assert {one["kind"] for one in terms["met"]} == {
        "feedback-received",
        "investigation",
        "feedback-follow-up",
    }
    heard = json.loads(cli("view", "feedback-received", "school", "--json").stdout)
    assert [one["text"] for one in heard["feedback"]] == [
        "Uw melding is binnen.",
        "Het gezin krijgt hulp.",
    ]
    code = json.loads(cli("view", "meldcode", "F1", "--json").stdout)
    assert (code["suspicions"][0]["decision"], code["suspicions"][0]["open"]) == (
        "report",
        ["consult"],
    )
    assert "r1" in cli("view", "feedback", "F1", "--party", "police").stdout


def test_a_new_report_gets_an_id_for_later_use(cli: Cli, application: OnePlan) -> None:
    new = cli("plan", "report", "F1", "Buurvrouw", "neighbour", "Geschreeuw.").stdout.strip()
    cli("plan", "feedback", "F1", new, "received", "Wij kijken ernaar.")
    assert type(last_event(application)).__name__ == "TermMet"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (REPORT, "data.report_id: report r1 exists already"),
        (["report", "F1", "Opa", "family", "x", "--about", "opa"], "data.about[0]: the plan knows no member opa"),
        (["report", "F1", "Opa", "family", "x", "--incident", "i9"], "data.incident_id: the plan knows no incident i9"),
        (["report", "F1", "Opa", "family", "x", "--reporter-agency", "De School"], "reporter_agency: String should match pattern"),
        (["triage", "F1", "r9", "help", "x"], "data.report_id: the plan knows no report r9"),
        (["investigation", "F1", "r1", "unclear", "x"], "data.report_id: the plan knows no triage r1"),
        (["feedback", "F1", "r9", "received", "x"], "data.report_id: the plan knows no report r9"),
        (["meldcode-step", "F1", "v1", "decide", "x"], "the step decide has a decision, and no other step has one"),
        (["meldcode-step", "F1", "v1", "decide", "x", "--decision", "help"], "data.step: the plan knows no meldcode-step v1.map-signals"),
        (["meldcode-step", "F1", "v1", "weigh", "x", "--left-out-because", "y"], "only consult and talk may be left out"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_wrong_command_says_what_is_wrong(
    cli: Cli, application: OnePlan, arguments: list[str], words: str
) -> None:
    cli("plan", *REPORT)
    before = application.events_of("F1")
    result = cli("plan", *arguments, exit_code=1)
    assert words in " ".join(result.stderr.replace("│", "").split())
    assert result.stdout == ""
    assert application.events_of("F1") == before


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_is_not_among_the_choices_is_a_wrong_usage(cli: Cli) -> None:
    for arguments in (
        ["report", "F1", "Juf Vos", "teacher", "x"],
        ["triage", "F1", "r1", "maybe", "x"],
        ["feedback", "F1", "r1", "later", "x"],
        ["meldcode-step", "F1", "v1", "wait", "x"],
    ):
        assert "is not one of" in cli("plan", *arguments, exit_code=2).stderr
