"""Measures: who may start them, when they end, and whose words an outcome is in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.calendar import year_after
from domain.context import Context, Provenance
from domain.errors import PlanIsClosed, Refused, UnknownItem
from domain.family_plan import FamilyPlan, MeasureEnded, MeasureStarted, OutcomeRecorded
from domain.values import (
    Effect,
    FamilyMember,
    FamilyRole,
    Measure,
    MeasureEnd,
    MeasureForm,
    MeasureKind,
    Outcome,
    Party,
    Role,
)

TODAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


def by(agency: str, recorded_at: datetime = NOON) -> Context:
    """The circumstances of a command by an agency."""
    provenance = Provenance(
        actor=agency, role=Role.AGENCY, agency=agency, correlation_id="c", causation_id="c"
    )
    return Context(provenance=provenance, occurred_at=recorded_at, recorded_at=recorded_at)


def measure(measure_id: str = "m1", **facts: object) -> Measure:
    """Paying the damage back, for the son."""
    given = {
        "kind": MeasureKind.PENALTY,
        "form": MeasureForm.REPARATION,
        "name": "Paying back",
        "agency": "prosecution",
        "for_members": ("son",),
        "aim": "He keeps his hands off other people's things.",
        "why_it_fits": "A fine means nothing to him.",
        "begins_on": date(2026, 1, 5),
    }
    return Measure.model_validate({"measure_id": measure_id, **given, **facts})


def outcome(outcome_id: str = "o1", **facts: object) -> Outcome:
    given = {"measure_id": "m1", "effect": Effect.HELPED, "text": "He came every week."}
    return Outcome.model_validate({"outcome_id": outcome_id, **given, **facts})


@pytest.fixture
def plan() -> FamilyPlan:
    """A plan of mother and son, with the police and halt."""
    return FamilyPlan.open(
        "F1",
        reason="Third fire",
        members=(
            FamilyMember(member_id="mother", name="Anna", role=FamilyRole.PARENT),
            FamilyMember(member_id="son", name="Bram", role=FamilyRole.CHILD),
        ),
        parties=(Party(agency="police", task="safety"), Party(agency="halt", task="penalty")),
        context=by("police"),
    )


def test_a_measure_runs_and_ends_and_has_outcomes_of_both_sides(plan: FamilyPlan) -> None:
    plan.start_measure(measure(), by("halt"))
    plan.record_outcome(outcome("o1"), by("halt"))
    plan.end_measure("m1", TODAY, MeasureEnd.COMPLETED, "All paid back.", by("halt"))
    plan.record_outcome(outcome("o2", member_id="son", effect=Effect.UNCLEAR), by("police"))
    started, first, ended, second = plan.pending_events[1:]
    assert isinstance(started, MeasureStarted)
    assert started.measure == measure()
    assert isinstance(ended, MeasureEnded)
    assert (ended.measure_id, ended.ended_on, ended.how) == ("m1", TODAY, MeasureEnd.COMPLETED)
    assert isinstance(first, OutcomeRecorded)
    assert isinstance(second, OutcomeRecorded)
    assert (first.outcome.member_id, second.outcome.member_id) == (None, "son")


def test_what_was_tried_before_the_plan_goes_on_record_for_an_agency_outside_it(
    plan: FamilyPlan,
) -> None:
    fine = measure("fine", form=MeasureForm.FINE, begins_on=date(2021, 4, 1))
    plan.start_measure(fine, by("police"))
    plan.end_measure("fine", date(2021, 6, 1), MeasureEnd.COMPLETED, "Paid.", by("police"))
    assert plan.items["measure"] == {"fine": False}


def test_only_the_plans_own_people_start_and_end_measures(plan: FamilyPlan) -> None:
    with pytest.raises(Refused, match="prosecution is not a party of this plan"):
        plan.start_measure(measure(), by("prosecution"))
    plan.start_measure(measure(), by("police"))
    with pytest.raises(Refused, match="prosecution is not a party of this plan"):
        plan.end_measure("m1", TODAY, MeasureEnd.COMPLETED, "Done.", by("prosecution"))
    # The one that carried it out knows best what it did.
    plan.record_outcome(outcome(), by("prosecution"))
    assert plan.items["outcome"] == {"o1": True}


def test_a_measure_is_for_known_members_only(plan: FamilyPlan) -> None:
    with pytest.raises(UnknownItem) as waiting:
        plan.start_measure(measure(for_members=("son", "uncle")), by("halt"))
    assert waiting.value.field == "data.for_members[1]"
    assert waiting.value.waits_for == "member:F1:uncle"
    # Nobody will ever be known as unknown, so there is nothing to wait for.
    with pytest.raises(Refused) as refused:
        plan.start_measure(measure(for_members=("unknown",)), by("halt"))
    assert refused.value.field == "data.for_members[0]"
    plan.remove_member("mother", "moved", by("police"))
    plan.start_measure(measure(for_members=("mother",)), by("halt"))
    assert plan.items["measure"] == {"m1": True}


@given(ahead=st.integers(-4000, 800))
def test_a_measure_begins_at_most_a_year_from_now(ahead: int) -> None:
    plan = _plan()
    begins_on = TODAY + timedelta(days=ahead)
    # From 10 March 2026 to 10 March 2027 are 365 days.
    if ahead > 365:
        with pytest.raises(Refused, match="lies more than a year ahead"):
            plan.start_measure(measure(begins_on=begins_on), by("halt"))
    else:
        plan.start_measure(measure(begins_on=begins_on), by("halt"))
        assert plan.measures_begin == {"m1": begins_on}


@given(
    begin=st.integers(-400, 300), end=st.integers(-500, 400), how=st.sampled_from(list(MeasureEnd))
)
def test_a_measure_ends_between_its_begin_and_today_unless_it_never_began(
    begin: int, end: int, how: MeasureEnd
) -> None:
    plan = _plan()
    plan.start_measure(measure(begins_on=TODAY + timedelta(days=begin)), by("halt"))
    ended_on = TODAY + timedelta(days=end)
    if how is MeasureEnd.NOT_STARTED or begin <= end <= 0:
        plan.end_measure("m1", ended_on, how, "Over.", by("halt"))
        assert plan.items["measure"] == {"m1": False}
        assert plan.measures_begin == {}
    else:
        with pytest.raises(Refused) as error:
            plan.end_measure("m1", ended_on, how, "Over.", by("halt"))
        assert error.value.field == "data.ended_on"
        assert plan.items["measure"] == {"m1": True}


def test_today_is_the_dutch_day(plan: FamilyPlan) -> None:
    # 23:30 UTC on 10 March is 00:30 on 11 March in the Netherlands.
    late = by("halt", datetime(2026, 3, 10, 23, 30, tzinfo=UTC))
    plan.start_measure(measure(), late)
    plan.end_measure("m1", date(2026, 3, 11), MeasureEnd.COMPLETED, "Done.", late)
    assert plan.items["measure"] == {"m1": False}


@given(
    attempts=st.lists(
        st.tuples(st.sampled_from(["start", "end", "outcome"]), st.sampled_from(["m1", "m2"])),
        max_size=20,
    )
)
def test_in_any_order_a_measure_starts_once_and_ends_once(attempts: list[tuple[str, str]]) -> None:
    plan = _plan()
    started: list[str] = []
    ended: list[str] = []
    for number, (what, measure_id) in enumerate(attempts):
        try:
            if what == "start":
                plan.start_measure(measure(measure_id), by("halt"))
                started.append(measure_id)
            elif what == "end":
                plan.end_measure(measure_id, TODAY, MeasureEnd.COMPLETED, "Done.", by("halt"))
                ended.append(measure_id)
            else:
                plan.record_outcome(outcome(f"o{number}", measure_id=measure_id), by("halt"))
                assert measure_id in started
        except UnknownItem:
            assert measure_id not in started
        except Refused:
            assert measure_id in (started if what == "start" else ended)
    assert len(started) == len(set(started))
    assert len(ended) == len(set(ended))
    assert set(ended) <= set(started)
    assert plan.measures_begin.keys() == set(started) - set(ended)


def test_an_outcome_is_new_and_in_the_words_of_a_known_member(plan: FamilyPlan) -> None:
    plan.start_measure(measure(), by("halt"))
    plan.record_outcome(outcome("o1"), by("halt"))
    with pytest.raises(Refused, match="outcome o1 exists already"):
        plan.record_outcome(outcome("o1"), by("halt"))
    with pytest.raises(UnknownItem) as waiting:
        plan.record_outcome(outcome("o2", member_id="uncle"), by("halt"))
    assert (waiting.value.field, waiting.value.waits_for) == ("data.member_id", "member:F1:uncle")
    with pytest.raises(Refused, match="somebody unknown"):
        plan.record_outcome(outcome("o2", member_id="unknown"), by("halt"))


def test_what_waits_for_a_measure_goes_on_once_it_is_there(plan: FamilyPlan) -> None:
    with pytest.raises(UnknownItem) as error:
        plan.record_outcome(outcome(), by("halt"))
    plan.start_measure(measure(), by("halt"))
    started = plan.pending_events[-1]
    assert isinstance(started, MeasureStarted)
    assert error.value.waits_for in started.makes_known()


def test_nothing_is_said_about_measures_on_a_closed_plan(plan: FamilyPlan) -> None:
    plan.start_measure(measure(), by("halt"))
    plan.close("Quiet.", by("police"))
    with pytest.raises(PlanIsClosed):
        plan.start_measure(measure("m2"), by("halt"))
    with pytest.raises(PlanIsClosed):
        plan.end_measure("m1", TODAY, MeasureEnd.COMPLETED, "Done.", by("halt"))
    with pytest.raises(PlanIsClosed):
        plan.record_outcome(outcome(), by("halt"))


def test_a_measure_cannot_be_planned_to_end_before_it_begins() -> None:
    with pytest.raises(ValidationError, match="lies before begins_on"):
        measure(ends_on=date(2026, 1, 4))


def test_a_year_after_the_leap_day_is_the_last_of_february() -> None:
    assert year_after(date(2024, 2, 29)) == date(2025, 2, 28)
    assert year_after(date(2023, 2, 28)) == date(2024, 2, 28)


def _plan() -> FamilyPlan:
    """A plan for one example of a property."""
    son = FamilyMember(member_id="son", name="Bram", role=FamilyRole.CHILD)
    return FamilyPlan.open(
        "F1",
        reason="Third fire",
        members=(son,),
        parties=(Party(agency="halt", task="penalty"),),
        context=by("halt"),
    )
