"""Every kind of event has a category, and its content adds those that the law sets apart."""

from __future__ import annotations

import pytest

from domain.family_plan.core import PlanEvent
from domain.family_plan.goals import GoalEnded, GoalSet
from domain.family_plan.measures import MeasureEnded, MeasureStarted, OutcomeRecorded
from domain.family_plan.standing import TakenOver
from domain.need_to_know.categories import CATEGORY_OF, Category, categories_of
from domain.need_to_know.labels import Labels
from domain.need_to_know.sight import CUTS
from domain.values import (
    Effect,
    Goal,
    GoalResult,
    LifeDomain,
    Measure,
    MeasureEnd,
    MeasureForm,
    MeasureKind,
    Outcome,
)
from tests.projections.support import at, context, events_of, opened


def all_event_classes(base: type[PlanEvent] = PlanEvent) -> set[type[PlanEvent]]:
    """Every class of events of a plan that is stored."""
    found = {base} if "TOPIC" in base.__dict__ else set()
    return found.union(*(all_event_classes(one) for one in base.__subclasses__()))


def test_every_class_of_events_has_a_category() -> None:
    ours = {one for one in all_event_classes() if one.__module__.startswith("domain.")}
    assert ours == set(CATEGORY_OF)
    assert set(CUTS) - {TakenOver} <= ours


def test_a_class_without_a_category_is_refused() -> None:
    class Unheard(PlanEvent):
        """Of no category."""

    event = events_of(opened())[0]
    facts = {name: getattr(event, name) for name in PlanEvent.model_fields}
    with pytest.raises(LookupError, match="Unheard has no category"):
        categories_of(Unheard(**facts))


def measure(kind: MeasureKind, form: MeasureForm, *domains: LifeDomain) -> Measure:
    return Measure(
        measure_id="m1",
        kind=kind,
        form=form,
        name="x",
        agency="halt",
        for_members=("bram",),
        life_domains=domains,
        aim="x",
        why_it_fits="x",
        begins_on=at(2).date(),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (measure(MeasureKind.PENALTY, MeasureForm.HALT), {Category.CRIMINAL}),
        (measure(MeasureKind.HELP, MeasureForm.TRAINING), {Category.HELP}),
        (measure(MeasureKind.HELP, MeasureForm.TREATMENT), {Category.HELP, Category.HEALTH}),
        (
            measure(MeasureKind.PENALTY, MeasureForm.TRAINING, LifeDomain.ADDICTION),
            {Category.CRIMINAL, Category.HEALTH},
        ),
    ],
)
def test_a_measure_s_end_and_outcome_are_what_the_measure_is(
    given: Measure, expected: set[Category]
) -> None:
    plan = opened()
    plan.start_measure(given, context(at(3)))
    words = Outcome(
        outcome_id="o1", measure_id="m1", effect=Effect.HELPED, member_id="anna", text="x"
    )
    plan.record_outcome(words, context(at(4), agency="school"))
    plan.end_measure("m1", at(4).date(), MeasureEnd.COMPLETED, "x", context(at(4)))
    labels = Labels()
    found = {type(one): labels.label(one) for one in events_of(plan) if isinstance(one, PlanEvent)}
    assert found[MeasureStarted].categories == expected
    assert found[MeasureEnded].categories == expected
    assert found[OutcomeRecorded].categories == expected | {Category.OWN_WORDS}
    # Who carries it out, who put it on record and who saw what came of it.
    assert found[OutcomeRecorded].agencies == {"halt", "police", "school"}
    assert found[OutcomeRecorded].about == {"anna", "bram"}
    assert found[OutcomeRecorded].needs == {("measure", "m1")}


def test_how_a_health_goal_ended_is_health() -> None:
    plan = opened()
    goal = Goal(goal_id="g1", life_domain=LifeDomain.MENTAL_HEALTH, text="x")
    plan.set_goal(goal, context(at(3), agency="school"))
    plan.end_goal("g1", GoalResult.REACHED, "x", context(at(4)))
    labels = Labels()
    found = {type(one): labels.label(one) for one in events_of(plan) if isinstance(one, PlanEvent)}
    assert found[GoalSet].categories == {Category.WORK, Category.HEALTH}
    assert found[GoalEnded].categories == {Category.WORK, Category.HEALTH}
    assert found[GoalEnded].agencies == {"school", "police"}
