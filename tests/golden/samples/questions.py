"""Samples of questions and clarified incidents."""

from __future__ import annotations

from datetime import date

from domain.events import DomainEvent
from domain.keys import question_id
from domain.values import (
    Certainty,
    Clarification,
    Gravity,
    Incident,
    IncidentKind,
    InformationSource,
    OpenQuestion,
    Owner,
    OwnerKind,
)
from tests.golden.samples.plan_of import CONTEXT, WHEN, later_events, sample_plan

CARLA = Owner(kind=OwnerKind.PROFESSIONAL, name="Carla", agency="police")


def events() -> list[DomainEvent]:
    """One event of each type."""
    plan = sample_plan()
    plan.record_incident(
        Incident(
            incident_id="i1",
            kind=IncidentKind.UNKNOWN,
            by=("unknown",),
            against=("mother",),
            began_at=WHEN,
            source=InformationSource.WITNESS,
            certainty=Certainty.TOLD,
            gravity=Gravity.SERIOUS,
            text="geschreeuw in de nacht",
        ),
        CONTEXT,
    )
    plan.ask_question(
        OpenQuestion(
            question_id="v1",
            text="Wie slaapt er bij oma?",
            about=("child",),
            incident_id="i1",
            owner=CARLA,
            due=date(2026, 1, 20),
        ),
        CONTEXT,
    )
    plan.assign_question("v1", Owner(kind=OwnerKind.NETWORK, name="oma"), None, CONTEXT)
    plan.answer_question("v1", "niemand", CONTEXT)
    plan.clarify_incident(
        "i1", Clarification(by=("child",), certainty=Certainty.DISPUTED), "zegt de buurman", CONTEXT
    )
    plan.drop_question(question_id("F1", "i1", "kind"), "niemand weet het nog", CONTEXT)
    return later_events(plan)
