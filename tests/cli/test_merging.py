"""The lead merges two families by command, and splits them again."""

from __future__ import annotations

from domain.values import PlanStatus
from services.store.application import OnePlan
from tests.cli.test_cli import Cli, cli

__all__ = ["cli"]

OPEN = [
    "plan", "open", "F2", "Tweede dossier.", "--party", "police:veiligheid",
    "--member", "mama:parent:Anna", "--member", "cor:parent:Cor",
]  # fmt: skip
MERGE = ["plan", "merge", "F1", "F2", "Dezelfde moeder."]
SPLIT = ["plan", "split", "F1", "F2", "Toch een andere moeder."]
LED = ["--lead", "lead-2:Eva:police"]


def test_merging_and_splitting(cli: Cli, application: OnePlan) -> None:
    cli(*OPEN)
    assert "F1 is at version 3" in cli(*MERGE, "--same-as", "mama:mother").stdout
    home, other = application.plan("F1"), application.plan("F2")
    assert home is not None and other is not None  # noqa: PT018
    assert home.members.keys() == {"mother", "child", "cor"}
    assert other.status is PlanStatus.MERGED
    cli("plan", "note", "F1", "Over de ander.", "--id", "n1")
    cli(*SPLIT, *LED, "--item", "note:n1")
    home, other = application.plan("F1"), application.plan("F2")
    assert home is not None and other is not None  # noqa: PT018
    assert home.members.keys() == {"mother", "child"}
    assert other.items["note"].keys() == {"n1"}
    assert other.lead is not None
    assert (other.lead.person_id, other.lead.name) == ("lead-2", "Eva")


def test_an_administrator_merges_what_the_lead_may_not(cli: Cli, application: OnePlan) -> None:
    cli(*OPEN)
    names = ["--same-as", "mama:mother", "--rename", "cor:child"]
    refused = cli(*MERGE, *names, "--as", "eva@police", exit_code=1).stderr
    assert "eva is not the lead of this plan" in refused
    cli(*MERGE, "--same-as", "mama:mother", "--as", "root@municipality", "--administrator")
    assert application.events_of("F2") == []


def test_what_cannot_be_is_said_in_words(cli: Cli) -> None:
    cli(*OPEN)
    for arguments, words in (
        ([*MERGE, "--same-as", "mama"], "write both, with a colon between them"),
        (["plan", "merge", "F1", "F9", "x"], "family F9 has no plan"),
        (["plan", "merge", "F1", "F1", "x"], "cannot be merged into itself"),
        ([*SPLIT, *LED], "F2 is not merged into F1"),
        ([*SPLIT, "--lead", "eva"], "write it as person:name:agency"),
    ):
        assert words in " ".join(cli(*arguments, exit_code=1).stderr.split()), words
    cli(*MERGE, "--same-as", "mama:mother")
    told = cli("plan", "note", "F2", "x", exit_code=1).stderr
    assert "was merged into another family" in " ".join(told.split())
    assert "name who leads the plan of F2" in cli(*SPLIT, exit_code=1).stderr
