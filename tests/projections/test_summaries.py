"""One line per event, for each kind of event."""

from __future__ import annotations

from typing import ClassVar

import pytest

from domain.context import Provenance
from domain.events import DomainEvent
from domain.family_plan import PlanEvent
from domain.keys import plan_id
from domain.values import Role
from projections.summaries import summary, words
from tests.golden.samples import MODULES, sample_events
from tests.projections.support import at, context, events_of, opened

EXPECTED = {
    "PlanOpened": "Plan opened: melding",
    "MemberAdded": "Bram added as child",
    "MemberRemoved": "Member child removed: verhuisd",
    "AgencyJoined": "halt joined: straf",
    "AgencyLeft": "halt left: klaar",
    "LeadAssigned": "Carla of police took the lead",
    "LeadHandedOver": "Lead handed over from Carla of police to Dirk of school: verhuizing",
    "HandoverOffered": "Lead offered to Dirk of police: verlof",
    "HandoverWithdrawn": "Offer of the lead to Dirk withdrawn: toch geen verlof",
    "HandoverDeclined": "Dirk did not take the lead over: te veel gezinnen",
    "LeadReleased": "Dirk of school stepped back from the lead: ziek",
    "ConcernRaised": "Concern about parenting: moe",
    "ConcernResolved": "Concern c1 resolved: hulp van oma",
    "GoalSet": "Goal in safety: rust",
    "GoalEnded": "Goal g1 reached: drie maanden rust",
    "ActionAgreed": "Action for police: langsgaan",
    "ActionCompleted": "Action a1 completed: gebeld",
    "ActionCancelled": "Action a2 cancelled: niet nodig",
    "StrengthNoted": "Strength in social-network: oma komt elke week",
    "SafetyAgreementMade": "Safety agreement with mother, child, wijkagent sees to it: "
    "bij ruzie gaat het kind naar oma",
    "SafetyAgreementEnded": "Safety agreement v1 replaced: oma verhuist",
    "VariantChosen": "Heavy variant chosen: drie partijen",
    "PhaseEntered": "Phase analysis entered: iedereen is gesproken",
    "ReviewHeld": "Review of 2026-01-05: het gaat beter; decided: elke maand bellen; "
    "next on 2026-04-06",
    "IncidentRecorded": "Incident, stalking, by unknown against mother, child: stond bij school",
    "ReportReceived": "Report by buurvrouw: ruzie",
    "NoteAdded": "Note: stug contact",
    "PlanClosed": "Plan closed: doelen bereikt",
    "PlanReopened": "Plan reopened: nieuwe melding",
}
LAST = {
    type(event).__name__: event
    for module in reversed(MODULES)
    for event in module.events()
    if isinstance(event, PlanEvent)
}
"""An example of each kind of event: where several modules have one, that of the first."""


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_kind_of_event_has_its_words(name: str) -> None:
    assert summary(LAST[name]) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(LAST))
def test_no_kind_of_event_was_left_without_words(name: str) -> None:
    assert words.dispatch(type(LAST[name])) is not words.dispatch(PlanEvent)


def test_a_due_date_is_in_the_summary() -> None:
    agreed = [event for event in sample_events() if type(event).__name__ == "ActionAgreed"]
    assert isinstance(agreed[0], PlanEvent)
    assert summary(agreed[0]) == "Action for mother by 2026-02-01: bellen"


def test_a_long_text_is_cut_between_words() -> None:
    plan = opened()
    plan.close("word " * 4000, context(at(3)))
    closed = events_of(plan)[-1]
    assert isinstance(closed, PlanEvent)
    line = summary(closed)
    assert len(line) <= 160
    assert line.endswith("word word …")


def test_an_event_without_words_is_named_by_its_class() -> None:
    class HouseMoved(PlanEvent):
        TOPIC: ClassVar[str] = "test.HouseMoved"

    event = HouseMoved(
        originator_id=plan_id("F1"),
        originator_version=1,
        timestamp=at(1),
        family_id="F1",
        occurred_at=at(1),
        provenance=Provenance(actor="x", role=Role.SYSTEM, correlation_id="x", causation_id="x"),
    )
    assert isinstance(event, DomainEvent)
    assert summary(event) == "House moved"
