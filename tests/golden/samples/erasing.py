"""Erasures, legal holds, and what a plan hears of them."""

from __future__ import annotations

from typing import cast

from domain.context import Context
from domain.erasure import (
    Destroyed,
    Erasure,
    ErasureGround,
    ErasureScope,
    ErasureTarget,
    LegalHold,
    Obstacle,
)
from domain.events import DomainEvent
from domain.values import Role
from tests.golden.samples.plan_of import CONTEXT, later_events, sample_plan

TARGET = ErasureTarget(scope=ErasureScope.MEMBER, family_id="F1", member_id="child")


def by(actor: str, role: Role = Role.ADMINISTRATOR) -> Context:
    """The sample circumstances with somebody else in them."""
    who = CONTEXT.provenance.model_copy(update={"actor": actor, "role": role, "agency": None})
    return CONTEXT.model_copy(update={"provenance": who})


def requested(erasure_id: str = "e1") -> Erasure:
    """An erasure that dirk asks for."""
    return Erasure.request(
        erasure_id,
        TARGET,
        ground=ErasureGround.AT_REQUEST,
        reason="Verzoek van de jongere.",
        obstacles=(Obstacle.TERM_RUNS,),
        context=by("dirk"),
    )


def events() -> list[DomainEvent]:
    """An erasure that was carried out, one that was refused, a hold, and the plan's event."""
    done, refused = requested(), requested("e2")
    done.approve((Obstacle.TERM_RUNS,), by("eva"))
    destroyed = Destroyed(keys=3, events=12, fields=20, messages={"AGENCY_EVENTS": 12})
    done.carry_out(("family/F1/child", "family/F1/report:r1"), destroyed, "ab" * 32, by("dirk"))
    refused.refuse("Er loopt een klacht.", by("eva"))
    hold = LegalHold.place("F1", "Klachtprocedure.", by("eva"))
    hold.release("Klacht afgehandeld.", by("eva"))
    hold.renew("Hoger beroep.", by("eva"))
    plan = sample_plan()
    service = by("oneplan", Role.SYSTEM)
    plan.record_erasure("e1", ("child",), None, service)
    plan.record_erasure("e3", (), "carla", service)
    pending = [*done.pending_events, *refused.pending_events, *hold.pending_events]
    return [*cast("list[DomainEvent]", pending), *later_events(plan)]
