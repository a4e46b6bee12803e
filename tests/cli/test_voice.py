# ruff: noqa: E501 - a table of commands reads better in long lines
"""The lead puts the family's voice on record by command, and reads it back."""

from __future__ import annotations

import json

import pytest

from domain.family_plan.conversations import ConversationHeld
from domain.family_plan.voice import ConsentGiven, ConsentWithdrawn, ObjectionAnswered
from domain.values import Heard, Manner, Role
from services.settings import Settings
from services.store.application import OnePlan
from tests.cli.test_cli import Cli, cli, last_event, project

__all__ = ["cli"]

COMMANDS = [
    (["goal", "F1", "Rust thuis.", "--life-domain", "safety", "--id", "d1"], "GoalSet"),
    (["own-words", "F1", "d1", "mother", "Dat ik weer durf te slapen."], "OwnWordsRecorded"),
    (["consent", "F1", "mother", "Zij mogen overleggen.", "--agency", "school", "--agency", "halt", "--id", "t1"], "ConsentGiven"),
    (["consent", "F1", "mother", "De dokter mag bellen.", "--id", "t2"], "ConsentGiven"),
    (["objection", "F1", "child", "Ik heb niet gespijbeld.", "--id", "b1"], "ObjectionMade"),
    (["conversation", "F1", "Hoe het gaat.", "--manner", "home-visit", "--heard", "child:Ik wil: rust.", "--with", "mother", "--id", "k1"], "ConversationHeld"),
    (["close", "F1", "Doelen bereikt."], "PlanClosed"),
    (["withdraw-consent", "F1", "t1"], "ConsentWithdrawn"),
    (["withdraw-consent", "F1", "t2", "--reason", "Het werd te veel."], "ConsentWithdrawn"),
    (["answer-objection", "F1", "b1", "We schrijven het anders op.", "--upheld"], "ObjectionAnswered"),
    (["look-back", "F1", "mother", "Eindelijk vroeg iemand het aan mij."], "LookBackRecorded"),
]  # fmt: skip


def test_the_lead_puts_the_voice_of_the_family_on_record(
    cli: Cli, settings: Settings, application: OnePlan
) -> None:
    for arguments, event_name in COMMANDS:
        cli("plan", *arguments)
        event = last_event(application)
        assert type(event).__name__ == event_name
        assert (event.provenance.actor, event.provenance.role) == ("lead-1", Role.LEAD)
    facts = application.events_of("F1")
    given = [one.consent.agencies for one in facts if isinstance(one, ConsentGiven)]
    assert given == [("school", "halt"), ()]
    reasons = [one.reason for one in facts if isinstance(one, ConsentWithdrawn)]
    assert reasons == [None, "Het werd te veel."]
    assert [one.upheld for one in facts if isinstance(one, ObjectionAnswered)] == [True]
    project(settings, application)
    voice = json.loads(cli("view", "voice", "F1", "--party", "police", "--json").stdout)
    child, mother = voice["members"]
    assert mother["own_words"][0]["words"] == "Dat ik weer durf te slapen."
    assert [one["state"] for one in mother["consents"]] == ["ended", "ended"]
    assert mother["look_backs"][0]["words"] == "Eindelijk vroeg iemand het aan mij."
    assert (mother["last_heard"], child["last_heard"]["conversation_id"]) == (None, "k1")
    assert child["wants_known"][0]["words"] == "Ik wil: rust."
    load = json.loads(cli("view", "contact-load", "F1", "--party", "police", "--json").stdout)
    assert (load["contacts_4_weeks"], load["agencies"][0]["agency"]) == (1, "police")
    assert load["weeks"][0]["home_visits"] == 1
    readable = cli("view", "contact-load", "F1", "--party", "police").stdout
    assert "police" in readable


def test_a_conversation_is_the_leads_own_and_of_now_unless_said_otherwise(
    cli: Cli, application: OnePlan
) -> None:
    said = ["plan", "conversation", "F1", "Hoe het gaat.", "--manner", "phone", "--heard", "mother"]
    cli(*said)
    cli(*said, "--at", "2026-02-01T12:00:00Z", "--agency", "school", "--professional", "Els")
    cli(*said, "--held-at", "2026-01-31T13:00:00+01:00")
    first, second, third = (
        one for one in application.events_of("F1") if isinstance(one, ConversationHeld)
    )
    own = first.conversation
    assert (own.agency, own.professional, own.manner) == ("police", "lead-1", Manner.PHONE)
    assert own.held_at == first.occurred_at
    assert own.members == (Heard(member_id="mother", heard=True),)
    other = second.conversation
    assert (other.agency, other.professional, other.held_at) == (
        "school",
        "Els",
        second.occurred_at,
    )
    assert f"{other.held_at:%Y-%m-%d}" == "2026-02-01"
    assert f"{third.conversation.held_at:%Y-%m-%dT%H:%M:%SZ}" == "2026-01-31T12:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["own-words", "F1", "d9", "mother", "x"], 1, "data.goal_id: the plan knows no goal d9"),
        (["consent", "F1", "opa", "x"], 1, "data.member_id: the plan knows no member opa"),
        (["withdraw-consent", "F1", "t9"], 1, "the plan knows no consent t9"),
        (["answer-objection", "F1", "b9", "x"], 2, "--upheld"),
        (["conversation", "F1", "x", "--manner", "phone"], 2, "name who was there"),
        (["conversation", "F1", "x", "--manner", "letter", "--heard", "mother"], 2, "letter"),
        (["conversation", "F1", "x", "--manner", "phone", "--heard", "mother", "--with", "mother"], 1, "mother is named twice"),
        (["conversation", "F1", "x", "--manner", "phone", "--heard", "mother", "--held-at", "2126-01-01T00:00:00Z"], 1, "lies in the future"),
        (["look-back", "F1", "unknown", "x"], 1, "somebody unknown neither speaks"),
        (["look-back", "F1", "mother", ""], 1, "words: String should have at least 1 character"),
    ],
)  # fmt: skip
def test_a_wrong_command_says_what_is_wrong(
    cli: Cli, application: OnePlan, arguments: list[str], exit_code: int, words: str
) -> None:
    before = len(application.events_of("F1"))
    result = cli("plan", *arguments, exit_code=exit_code)
    assert words in " ".join(result.stderr.split())
    assert len(application.events_of("F1")) == before
