"""Samples of voice."""

from __future__ import annotations

from domain.events import DomainEvent
from domain.values import (
    Consent,
    Conversation,
    Goal,
    Heard,
    LifeDomain,
    LookBack,
    Manner,
    Objection,
    OwnWords,
)
from tests.golden.samples.plan_of import CONTEXT, WHEN, later_events, sample_plan


def events() -> list[DomainEvent]:
    """One event of each type."""
    plan = sample_plan()
    plan.set_goal(Goal(goal_id="g1", life_domain=LifeDomain.SAFETY, text="rust"), CONTEXT)
    plan.record_own_words(
        OwnWords(goal_id="g1", member_id="mother", words="dat ik weer durf te slapen"), CONTEXT
    )
    plan.give_consent(
        Consent(
            consent_id="t1",
            member_id="mother",
            to="de school mag met de politie praten",
            agencies=("school", "police"),
        ),
        CONTEXT,
    )
    plan.withdraw_consent("t1", "het werd te veel", CONTEXT)
    plan.make_objection(
        Objection(objection_id="b1", member_id="mother", against="ik zou niet meewerken"), CONTEXT
    )
    plan.answer_objection("b1", True, "we schrijven het anders op", CONTEXT)
    plan.hold_conversation(
        Conversation(
            conversation_id="k1",
            agency="police",
            professional="Els de Boer",
            manner=Manner.HOME_VISIT,
            held_at=WHEN,
            members=(
                Heard(member_id="mother", heard=False),
                Heard(member_id="child", heard=True, words="niet weer verhuizen"),
            ),
            about="hoe het thuis gaat",
        ),
        CONTEXT,
    )
    plan.look_back(
        LookBack(look_back_id="l1", member_id="mother", words="eindelijk vroeg iemand het aan mij"),
        CONTEXT,
    )
    return later_events(plan)
