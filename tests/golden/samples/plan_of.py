"""The plan and the circumstances that the samples start from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import cast

from domain.context import Context, Provenance
from domain.events import DomainEvent
from domain.family_plan import FamilyPlan
from domain.values import FamilyMember, FamilyRole, LeadCaseworker, Party, Role

WHEN = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
KNOWN = datetime(2026, 1, 6, 9, 0, 0, 250000, tzinfo=UTC)
MOTHER = FamilyMember(member_id="mother", name="Anna", role=FamilyRole.PARENT)
CHILD = FamilyMember(
    member_id="child", name="Bram", role=FamilyRole.CHILD, birth_date=date(2015, 5, 1)
)
CARLA = LeadCaseworker(person_id="carla", name="Carla", agency="police")
CONTEXT = Context(
    provenance=Provenance(
        actor="police",
        role=Role.AGENCY,
        agency="police",
        correlation_id="zaak-7",
        causation_id="2f1d5d0e-50a7-5a2f-8b39-1f5f0d5a8c11",
    ),
    occurred_at=WHEN,
    recorded_at=KNOWN,
)


def sample_plan() -> FamilyPlan:
    """An open plan of mother and child, with one party, led by Carla."""
    plan = FamilyPlan.open(
        "F1",
        reason="melding",
        members=(MOTHER, CHILD),
        parties=(Party(agency="police", task="veiligheid"),),
        context=CONTEXT,
    )
    plan.assign_lead(CARLA, CONTEXT)
    return plan


def later_events(plan: FamilyPlan) -> list[DomainEvent]:
    """What was recorded after the opening and the assignment of :func:`sample_plan`."""
    return cast("list[DomainEvent]", plan.pending_events[2:])
