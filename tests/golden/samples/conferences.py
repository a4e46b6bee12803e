"""Samples of conferences."""

from __future__ import annotations

from datetime import timedelta

from domain.events import DomainEvent
from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed, ConferenceDecided
from domain.values import Action, AgendaItem, Call, Decision, Owner, OwnerKind
from tests.golden.samples.plan_of import CONTEXT, KNOWN, later_events, sample_plan


def events() -> list[DomainEvent]:
    """One event of each type."""
    plan = sample_plan()
    before = KNOWN.date() - timedelta(days=7)
    for action_id in ("a1", "a2"):
        action = Action(action_id=action_id, owner=Owner(name="mother"), text="bellen", due=before)
        plan.agree_action(action, CONTEXT)
    plan.call_conference(
        Call(
            conference_id="c1",
            begins_at=KNOWN + timedelta(days=2),
            place="wijkhuis",
            agencies=("police",),
            members=("mother",),
        ),
        CONTEXT,
    )
    plan.decide(
        Decision(
            decision_id="d1",
            conference_id="c1",
            on=AgendaItem(kind="action", item_id="a1"),
            text="samen bellen",
            owner=Owner(name="Carla", kind=OwnerKind.PROFESSIONAL, agency="police"),
            due=before + timedelta(days=14),
        ),
        CONTEXT,
    )
    plan.decide(Decision(decision_id="d2", conference_id="c1", text="rust"), CONTEXT)
    plan.close_conference("c1", ("Anna", "Carla"), "eens over rust", CONTEXT)
    own = (ConferenceCalled, ConferenceDecided, ConferenceClosed)
    return [event for event in later_events(plan) if isinstance(event, own)]
