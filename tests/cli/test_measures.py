"""The lead puts measures on record by command, and reads what was tried and what it did."""

from __future__ import annotations

import json

from domain.family_plan import MeasureEnded, MeasureStarted, OutcomeRecorded
from services.settings import Settings
from services.store.application import OnePlan
from tests.cli.test_cli import Cli, cli, last_event, project

__all__ = ["cli"]

MEASURE = [
    "plan", "measure", "F1", "Terugbetalen", "--kind", "penalty", "--form", "reparation",
    "--agency", "halt", "--for", "mother", "--aim", "Herstel.", "--why", "Snapt een boete niet.",
    "--begins", "2025-01-06", "--life-domain", "justice", "--life-domain", "finances",
]  # fmt: skip


def test_a_measure_from_begin_to_outcome(
    cli: Cli, application: OnePlan, settings: Settings
) -> None:
    given = cli(*MEASURE, "--ends", "2025-04-01", "--id", "m1")
    assert given.stdout.strip() == "m1"
    started = last_event(application)
    assert isinstance(started, MeasureStarted)
    assert started.measure.why_it_fits == "Snapt een boete niet."
    assert [one.value for one in started.measure.life_domains] == ["justice", "finances"]

    cli("plan", "end-measure", "F1", "m1", "2025-03-28", "completed", "Alles betaald.")
    assert isinstance(last_event(application), MeasureEnded)
    cli("plan", "outcome", "F1", "m1", "helped", "Hij kijkt me weer aan.", "--member", "mother")
    told = last_event(application)
    assert isinstance(told, OutcomeRecorded)
    assert (told.outcome.member_id, told.outcome.effect.value) == ("mother", "helped")

    project(settings, application)
    view = json.loads(cli("view", "measures", "F1", "--json").stdout)
    (found,) = view["measures"]
    assert (found["measure_id"], found["state"], found["form"]) == ("m1", "ended", "reparation")
    assert found["ended"]["ended_on"] == "2025-03-28"
    assert [one["text"] for one in found["outcomes"]] == ["Hij kijkt me weer aan."]
    page = cli("view", "measures", "F1").stdout
    assert "Name: Terugbetalen" in page
    assert "Hij kijkt me weer aan." in " ".join(page.split())


def test_what_cannot_be_is_said_in_words(cli: Cli) -> None:
    cli(*MEASURE, "--id", "m1")
    for arguments, words in (
        ([*MEASURE, "--id", "m1"], "measure m1 exists already"),
        ([*MEASURE, "--ends", "2025-01-05"], "ends_on: lies before begins_on"),
        (["plan", "end-measure", "F1", "m1", "1 mei", "completed", "x"], "write it as 2026-12-31"),
        (["plan", "end-measure", "F1", "m1", "2025-01-05", "completed", "x"], "if it never began"),
        (["plan", "outcome", "F1", "m9", "helped", "x"], "the plan knows no measure m9"),
        (["plan", "outcome", "F1", "m1", "helped", "x", "--member", "opa"], "knows no member opa"),
    ):
        assert words in cli(*arguments, exit_code=1).stderr


def test_learning_has_nothing_to_tell_of_a_few_families(
    cli: Cli, application: OnePlan, settings: Settings
) -> None:
    project(settings, application)
    found = json.loads(cli("view", "learning", "--json").stdout)
    assert found == {
        "smallest_group": 10,
        "repeat_reports": [],
        "feedback": [],
        "after_measures": [],
    }
    assert "Smallest group: 10" in cli("view", "learning").stdout
