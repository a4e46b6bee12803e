"""The examples of plan work that agencies are shown, taken as they come from the stream."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.family_plan import ActionAgreed, GoalSet, PlanClosed, PlanEvent
from domain.family_plan.agreements import (
    SafetyAgreementEnded,
    SafetyAgreementMade,
    StrengthNoted,
)
from domain.family_plan.phases import PhaseEntered, VariantChosen
from domain.family_plan.reviews import ReviewHeld
from domain.values import Owner, SafetyAgreement
from services.contracts.receipt import Status
from services.intake.delivery import Outcome
from services.intake.intake import Intake
from services.settings import Settings
from services.store.application import OnePlan
from tests.support.events import cloud_event, delivery

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FAMILY = "GEZIN-0001"
NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
"""After the last of the examples."""
IN_ORDER = {
    "strength.noted.v1": StrengthNoted,
    "safety-agreement.made.v1": SafetyAgreementMade,
    "safety-agreement.ended.v1": SafetyAgreementEnded,
    "variant.chosen.v1": VariantChosen,
    "phase.entered.v1": PhaseEntered,
    "goal.set.v2": GoalSet,
    "action.agreed.v2": ActionAgreed,
    "review.held.v1": ReviewHeld,
    "plan.closed.v2": PlanClosed,
}


def example(type_: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(
        (EXAMPLES / f"nl.oneplan.{type_}.json").read_text(encoding="utf-8")
    )
    return body


def opening() -> dict[str, Any]:
    members = [("moeder", "parent"), ("kind-1", "child"), ("oma", "grandparent")]
    data = {
        "reason": "Derde melding.",
        "members": [{"member_id": one, "name": one, "role": role} for one, role in members],
        "parties": [
            {"agency": "municipality", "task": "casusregie"},
            {"agency": "school", "task": "onderwijs"},
        ],
    }
    return cloud_event("plan.opened", data, agency="municipality", subject=FAMILY)


@pytest.fixture
def intake(application: OnePlan, settings: Settings) -> Intake:
    made = Intake(application, settings.agency_of_source)
    assert [one.status for one in made.take([delivery(opening())], NOW)] == [Status.ACCEPTED]
    return made


def take(intake: Intake, *events: dict[str, Any]) -> list[Outcome]:
    return [outcome for event in events for outcome in intake.take([delivery(event)], NOW)]


def stored(event: PlanEvent) -> dict[str, Any]:
    """What an event says beside who said it and when."""
    told = set(PlanEvent.model_fields)
    facts = event.model_dump(mode="json", exclude=told, exclude_none=True)
    inner = next(iter(facts.values()))
    return inner if len(facts) == 1 and isinstance(inner, dict) else facts


def test_each_example_is_taken_and_stored_as_it_was_sent(
    intake: Intake, application: OnePlan
) -> None:
    sent = [example(type_) for type_ in IN_ORDER]
    outcomes = take(intake, *sent)
    assert [one.status for one in outcomes] == [Status.ACCEPTED] * len(sent), outcomes
    events = application.events_of(FAMILY)[1:]
    assert [type(event) for event in events] == list(IN_ORDER.values())
    for event, body in zip(events, sent, strict=True):
        facts = stored(event)
        # A review's decision has no goal when it is about the whole plan; empty is left out.
        assert {name: facts.get(name) for name in body["data"]} == body["data"]


def test_what_is_stored_is_of_the_domain_and_not_of_the_contract(
    intake: Intake, application: OnePlan
) -> None:
    take(intake, example("safety-agreement.made.v1"), example("goal.set.v2"))
    take(intake, example("action.agreed.v2"))
    made, _, agreed = application.events_of(FAMILY)[1:]
    assert isinstance(made, SafetyAgreementMade)
    assert type(made.agreement) is SafetyAgreement
    assert type(made.agreement.watched_by) is Owner
    assert isinstance(agreed, ActionAgreed)
    assert type(agreed.action.owner) is Owner


def test_what_comes_before_its_goal_or_agreement_is_held(intake: Intake) -> None:
    held = take(
        intake,
        example("review.held.v1"),
        example("action.agreed.v2"),
        example("safety-agreement.ended.v1"),
    )
    assert [(one.status, one.field) for one in held] == [
        (Status.HELD, "data.decisions[0].goal_id"),
        (Status.HELD, "data.goal_id"),
        (Status.HELD, "data.agreement_id"),
    ]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("type_", "path", "value", "field"),
    [
        ("goal.set.v2", ("measured_by",), None, "data.measured_by"),
        ("goal.set.v2", ("target_date",), "2026-02-28", "data.target_date"),
        ("action.agreed.v2", ("owner", "kind"), None, "data.owner.kind"),
        ("action.agreed.v2", ("due",), "2026-02-28", "data.due"),
        ("safety-agreement.made.v1", ("watched_by", "agency"), "halt", "data.watched_by.agency"),
        ("safety-agreement.made.v1", ("with_members",), [], "data.with_members"),
        ("review.held.v1", ("next_on",), "2026-03-01", "data.next_on"),
        ("review.held.v1", ("held_on",), "2026-10-02", "data.held_on"),
        ("phase.entered.v1", ("phase",), "sign-up", "data.phase"),
        ("plan.closed.v2", ("why",), "because", "data.why"),
    ],
)
def test_what_breaks_a_rule_is_rejected_with_its_field(
    intake: Intake, type_: str, path: tuple[str, ...], value: object, field: str
) -> None:
    body = example(type_)
    *outer, last = path
    place = body["data"]
    for name in outer:
        place = place[name]
    place[last] = value
    if type_ == "action.agreed.v2":
        take(intake, example("goal.set.v2"))
    (outcome,) = take(intake, body)
    assert (outcome.status, outcome.field) == (Status.REJECTED, field)
    assert outcome.reason
