# ruff: noqa: E501 - a table of commands reads better in long lines
"""The lead records and clarifies incidents, and asks on, by command."""

from __future__ import annotations

import json
from datetime import date

import pytest

from domain.family_plan import IncidentRecorded
from domain.family_plan.questions import QuestionAsked, QuestionAssigned
from domain.keys import question_id
from domain.values import Certainty, Gravity, InformationSource, Owner, OwnerKind, Role
from services.settings import Settings
from services.store.application import OnePlan
from tests.cli.test_cli import Cli, cli, last_event, project

__all__ = ["cli"]

INCIDENT = ["incident", "F1", "unknown", "Er is geschreeuwd.", "--began-at", "2026-02-28T21:40:00+01:00", "--against", "mother", "--against", "unknown", "--source", "witness", "--certainty", "told", "--gravity", "serious", "--id", "i1"]  # fmt: skip
BY, AGAINST, KIND = (question_id("F1", "i1", fact) for fact in ("by", "against", "kind"))
COMMANDS = [
    (INCIDENT, ["IncidentRecorded", "QuestionAsked", "QuestionAsked", "QuestionAsked"]),
    (["ask", "F1", "Wie haalt Bram op?", "Juf Vos", "--agency", "police", "--about", "child", "--incident", "i1", "--due", "2026-03-10", "--id", "v1"], ["QuestionAsked"]),
    (["assign-question", "F1", "v1", "Anna", "--family", "mother", "--due", "2126-01-01"], ["QuestionAssigned"]),
    (["ask", "F1", "Wie slaapt er bij oma?", "Els", "--network", "--id", "v2"], ["QuestionAsked"]),
    (["answer", "F1", "v2", "Niemand."], ["QuestionAnswered"]),
    (["drop-question", "F1", AGAINST, "Er zijn geen beelden."], ["QuestionDropped"]),
    (["clarify", "F1", "i1", "Zij zegt het zelf.", "--by", "mother", "--certainty", "established"], ["IncidentClarified", "QuestionAnswered"]),
]  # fmt: skip


def test_the_lead_asks_on_by_command(cli: Cli, settings: Settings, application: OnePlan) -> None:
    for arguments, names in COMMANDS:
        before = len(application.events_of("F1"))
        cli("plan", *arguments)
        assert [type(one).__name__ for one in application.events_of("F1")[before:]] == names
        said_by = last_event(application).provenance
        assert (said_by.actor, said_by.role) == ("lead-1", Role.LEAD)
    events = application.events_of("F1")
    (incident,) = [one.incident for one in events if isinstance(one, IncidentRecorded)]
    assert (incident.source, incident.certainty, incident.gravity) == (
        InformationSource.WITNESS,
        Certainty.TOLD,
        Gravity.SERIOUS,
    )
    owners = [one.question.owner for one in events if isinstance(one, QuestionAsked)]
    assert owners[3:] == [
        Owner(kind=OwnerKind.PROFESSIONAL, name="Juf Vos", agency="police"),
        Owner(kind=OwnerKind.NETWORK, name="Els"),
    ]
    (assigned,) = [one for one in events if isinstance(one, QuestionAssigned)]
    assert assigned.owner == Owner(kind=OwnerKind.FAMILY, name="Anna", member_id="mother")
    assert assigned.due == date(2126, 1, 1)
    project(settings, application)
    view = json.loads(cli("view", "questions", "F1", "--party", "police", "--json").stdout)
    # The kind is still unknown: due in ten working days, long before the year 2126.
    assert [one["question_id"] for one in view["open"]] == [KIND, "v1"]
    assert {one["question_id"]: one["answered"]["answer"] for one in view["answered"]} == {
        BY: "Zij zegt het zelf.",
        "v2": "Niemand.",
    }
    assert [(one["question_id"], one["dropped"]["reason"]) for one in view["dropped"]] == [
        (AGAINST, "Er zijn geen beelden.")
    ]
    assert view["counts"] == {"open": 2, "overdue": 0, "answered": 2, "dropped": 1}
    assert "Wie haalt Bram op?" in cli("view", "questions", "F1").stdout


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_new_question_gets_an_id_for_later_use(cli: Cli, application: OnePlan) -> None:
    asked = cli("plan", "ask", "F1", "Wie haalt Bram op?", "Juf Vos", "--agency", "police")
    cli("plan", "answer", "F1", asked.stdout.strip(), "Oma.")
    assert type(last_event(application)).__name__ == "QuestionAnswered"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "F1", "Wie?", "Juf Vos"], "data.owner.kind: say whether family, network or a professional asks"),
        (["ask", "F1", "Wie?", "Dirk", "--agency", "halt"], "data.owner.agency: halt is not a party of this plan"),
        (["ask", "F1", "Wie?", "Opa", "--family", "opa"], "data.owner.member_id: the plan knows no member opa"),
        (["ask", "F1", "Wie?", "Els", "--network", "--due", "morgen"], "morgen is no date; write it as 2026-12-31"),
        (["ask", "F1", "Wie?", "Els", "--network", "--incident", "i9"], "data.incident_id: the plan knows no incident i9"),
        (["ask", "F1", "Wie?", "Els", "--network", "--id", "q-1"], "data.question_id: ids that begin with q- are the service's"),
        (["assign-question", "F1", "v9", "Els", "--network"], "the plan knows no question v9"),
        (["answer", "F1", "v9", "Oma."], "data.question_id: the plan knows no question v9"),
        (["drop-question", "F1", "v9", "Niet nodig."], "data.question_id: the plan knows no question v9"),
        (["clarify", "F1", "i9", "Gezien.", "--by", "mother"], "data.incident_id: the plan knows no incident i9"),
        (["clarify", "F1", "i1", "Gezien."], "says nothing; name at least one fact that has become clear"),
        (["clarify", "F1", "i1", "Gezien.", "--by", "opa"], "data.clear.by[0]: the plan knows no member opa"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_wrong_command_says_what_is_wrong(
    cli: Cli, application: OnePlan, arguments: list[str], words: str
) -> None:
    cli("plan", *INCIDENT)
    before = application.events_of("F1")
    result = cli("plan", *arguments, exit_code=1)
    assert words in " ".join(result.stderr.replace("│", "").split())
    assert application.events_of("F1") == before
