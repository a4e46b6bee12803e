"""Erasure: two people, what stands against it, once."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.erasure import (
    Destroyed,
    Erasure,
    ErasureGround,
    ErasureScope,
    ErasureStatus,
    ErasureTarget,
    LegalHold,
    Obstacle,
    standing_against,
)
from domain.errors import Refused
from domain.values import Role
from tests.golden.samples.erasing import by, requested
from tests.golden.samples.plan_of import CONTEXT, sample_plan

DESTROYED = Destroyed(keys=1, events=2, fields=3, messages={})


def carry_out(erasure: Erasure) -> None:
    erasure.carry_out(("family/F1/child",), DESTROYED, "ab" * 32, by("dirk"))


def test_a_second_person_approves_and_then_it_is_carried_out_once() -> None:
    erasure = requested()
    with pytest.raises(Refused, match="it must be approved"):
        carry_out(erasure)
    with pytest.raises(Refused, match="another person must approve"):
        erasure.approve((), by("dirk"))
    with pytest.raises(Refused, match="only an administrator decides"):
        erasure.approve((), by("eva", Role.LEAD))
    erasure.approve((), by("eva"))
    assert (erasure.requested_by, erasure.approved_by) == ("dirk", "eva")
    with pytest.raises(Refused, match="it must be requested"):
        erasure.approve((), by("fred"))
    carry_out(erasure)
    assert erasure.status is ErasureStatus.CARRIED_OUT
    with pytest.raises(Refused, match="carried-out"):
        carry_out(erasure)
    with pytest.raises(Refused, match="carried-out already"):
        erasure.refuse("te laat", by("eva"))


def test_what_comes_up_after_the_request_still_counts() -> None:
    erasure = requested()
    with pytest.raises(Refused, match="legal-hold stands against"):
        erasure.approve((Obstacle.LEGAL_HOLD,), by("eva"))
    erasure.approve((Obstacle.TERM_RUNS,), by("eva"))
    erasure.require_may_begin((Obstacle.TERM_RUNS,))
    with pytest.raises(Refused, match="plan-is-open stands against"):
        erasure.require_may_begin((Obstacle.PLAN_IS_OPEN,))
    erasure.refuse("Plan is heropend.", by("eva"))
    with pytest.raises(Refused, match="refused"):
        erasure.require_may_begin(())


def test_an_agency_does_not_ask_for_an_erasure() -> None:
    with pytest.raises(Refused, match="only a lead or an administrator"):
        Erasure.request(
            "e",
            ErasureTarget(scope=ErasureScope.FAMILY, family_id="F1"),
            ground=ErasureGround.TERM_IS_OVER,
            reason="termijn",
            obstacles=(),
            context=CONTEXT,
        )


@pytest.mark.parametrize(
    ("ground", "left"),
    [
        (ErasureGround.TERM_IS_OVER, set(Obstacle)),
        (ErasureGround.AT_REQUEST, set(Obstacle) - {Obstacle.TERM_RUNS}),
        (ErasureGround.UNLAWFUL, {Obstacle.LEGAL_HOLD, Obstacle.LEADS_A_PLAN}),
        (ErasureGround.BY_ORDER, set()),
    ],
)
def test_what_each_ground_outweighs(ground: ErasureGround, left: set[Obstacle]) -> None:
    assert set(standing_against(ground, list(Obstacle))) == left


def test_a_target_names_what_its_scope_needs() -> None:
    assert ErasureTarget(scope=ErasureScope.FAMILY, family_id="F1").subject == "family/F1"
    staff = ErasureTarget(scope=ErasureScope.STAFF, agency="police", person_id="carla")
    assert staff.subject == "staff/police/carla"
    with pytest.raises(ValidationError, match="names family_id and member_id only"):
        ErasureTarget(scope=ErasureScope.MEMBER, family_id="F1")
    with pytest.raises(ValidationError, match="names family_id only"):
        ErasureTarget(scope=ErasureScope.FAMILY, family_id="F1", member_id="child")


def test_a_hold_is_placed_released_and_renewed_by_an_administrator() -> None:
    hold = LegalHold.place("F1", "klacht", by("eva"))
    with pytest.raises(Refused, match="is held already"):
        hold.renew("klacht", by("eva"))
    hold.release("klaar", by("eva"))
    assert not hold.is_active
    with pytest.raises(Refused, match="is not held already"):
        hold.release("klaar", by("eva"))
    hold.renew("beroep", by("eva"))
    assert hold.is_active
    with pytest.raises(Refused, match="only an administrator"):
        hold.release("klaar", by("eva", Role.LEAD))


def test_a_plan_hears_of_an_erasure_once_and_from_the_service_only() -> None:
    plan = sample_plan()
    before = plan.version
    plan.record_erasure("e1", ("child",), None, by("oneplan", Role.SYSTEM))
    plan.record_erasure("e1", ("child",), None, by("oneplan", Role.SYSTEM))
    assert plan.version == before + 1
    with pytest.raises(Refused, match="only the service itself"):
        plan.record_erasure("e2", ("child",), None, by("eva"))
