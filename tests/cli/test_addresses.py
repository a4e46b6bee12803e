# ruff: noqa: E501 - a table of commands reads better in long lines
"""Addresses and emergency access by command, and what was said of them read back."""

from __future__ import annotations

import json

from domain.family_plan.addresses import hidden_from
from domain.values import Role
from services.settings import Settings
from services.store.application import OnePlan
from tests.cli.test_cli import Cli, cli, last_event, project

__all__ = ["cli"]

COMMANDS = [
    (["address", "F1", "mother", "Laan 1", "Elders", "--kind", "shelter", "--postcode", "1234 AB", "--id", "ad1"], "AddressRecorded"),
    (["show-address", "F1", "ad1", "Hij weet het al.", "--to", "child"], "AddressShown"),
    (["hide-address", "F1", "ad1", "Hij vertelt het door.", "--hidden-from", "child"], "AddressHidden"),
    (["hide-address", "F1", "ad1", "Voor de zekerheid.", "--from-all"], "AddressHidden"),
    (["address", "F1", "child", "Plein 2", "Elders", "--kind", "school", "--with", "mother", "--country", "BE", "--id", "ad2"], "AddressRecorded"),
    (["end-address", "F1", "ad1", "Moeder woont weer thuis."], "AddressEnded"),
]  # fmt: skip


def test_addresses_by_command(cli: Cli, settings: Settings, application: OnePlan) -> None:
    for arguments, event_name in COMMANDS:
        cli("plan", *arguments)
        assert type(last_event(application)).__name__ == event_name
    plan = application.plan("F1")
    assert plan is not None
    assert hidden_from(plan.shields["ad1"], "child")
    assert not plan.shields["ad2"].hidden_from_all
    project(settings, application)
    view = json.loads(cli("view", "addresses", "F1", "--party", "police", "--json").stdout)
    shelter, school = view["addresses"]
    assert (shelter["street"], shelter["postcode"], shelter["state"]) == (
        "Laan 1",
        "1234 AB",
        "ended",
    )
    assert (school["country"], school["with_members"]) == ("BE", ["mother"])


def test_a_wrong_address_is_refused_without_repeating_it(cli: Cli) -> None:
    result = cli(
        "plan",
        "address",
        "F1",
        "mother",
        "Geheimlaan 7",
        "Elders",
        "--kind",
        "home",
        "--postcode",
        "Geheimlaan-postcode-7",
        exit_code=1,
    )
    assert "postcode" in result.stderr
    assert "Geheimlaan" not in result.output


def test_emergency_access_by_command(cli: Cli, settings: Settings, application: OnePlan) -> None:
    short = cli("plan", "emergency", "F1", "spoed", "--as", "jvisser@halt", exit_code=1)
    assert "say in 20 characters or more" in short.stderr
    cli(
        "plan",
        "emergency",
        "F1",
        "Vader staat nu met een mes aan de deur.",
        "--as",
        "jvisser@halt",
        "--id",
        "n1",
    )
    taken = last_event(application)
    who = taken.provenance
    assert (who.actor, who.agency, who.role) == ("jvisser", "halt", Role.AGENCY)
    refused = cli(
        "plan",
        "review-emergency",
        "F1",
        "n1",
        "Terecht.",
        "--justified",
        "--as",
        "jvisser@halt",
        exit_code=1,
    )
    assert "jvisser is not the lead of this plan" in refused.stderr
    cli("plan", "review-emergency", "F1", "n1", "Niet nodig.", "--not-justified")
    project(settings, application)
    view = json.loads(cli("view", "emergency-access", "F1", "--json").stdout)
    assert [one["access_id"] for one in view["reviewed"]] == ["n1"]
    assert view["reviewed"][0]["review"]["justified"] is False
    assert view["reviewed"][0]["running"] is False


def test_who_looked_by_command(cli: Cli) -> None:
    assert json.loads(cli("access", "list", "F1", "--json").stdout)["entries"] == []
    (own,) = json.loads(cli("access", "list", "F1", "--json").stdout)["entries"]
    assert (own["role"], own["path"], own["purpose"]) == ("administrator", "cli", "audit")
    shown = cli("access", "list", "F1", "--member", "mother", "--limit", "1")
    assert "administrator" in shown.stdout
    wrong = cli("access", "list", "F1", "--after", "x", exit_code=1)
    assert "after: not a place in the list" in wrong.stderr


def test_who_looked_as_a_logboek(cli: Cli) -> None:
    cli("access", "list", "F1")
    lines = [json.loads(one) for one in cli("access", "export", "F1").stdout.splitlines()]
    assert [one["span_id"] for one in lines] == ["0000000000000002", "0000000000000001"]
    assert {one["attributes"]["dpl.core.data_subject_id"] for one in lines} == {"F1"}
