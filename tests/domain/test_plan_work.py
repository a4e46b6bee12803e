"""Plan work: strengths, safety agreements, goals, actions, reviews, variant, phases, closing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.context import Context, Provenance
from domain.errors import PlanIsClosed, Refused, UnknownItem
from domain.family_plan import ActionAgreed, FamilyPlan, GoalSet, PlanClosed
from domain.family_plan.agreements import (
    SafetyAgreementEnded,
    SafetyAgreementMade,
    StrengthNoted,
)
from domain.family_plan.phases import PhaseEntered, VariantChosen
from domain.family_plan.reviews import ReviewHeld
from domain.values import (
    Action,
    AgreementEnd,
    ClosingReason,
    FamilyMember,
    FamilyRole,
    Goal,
    GoalResult,
    LifeDomain,
    Owner,
    OwnerKind,
    Party,
    Phase,
    Review,
    ReviewDecision,
    Role,
    SafetyAgreement,
    Strength,
    Variant,
)

TODAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
KARIN = Owner(name="Karin", kind=OwnerKind.PROFESSIONAL, agency="police")
MOTHER = Owner(name="Anna", kind=OwnerKind.FAMILY, member_id="mother")


def by(agency: str, moment: datetime = NOON) -> Context:
    """The circumstances of a command by an agency."""
    provenance = Provenance(
        actor=agency, role=Role.AGENCY, agency=agency, correlation_id="c", causation_id="c"
    )
    return Context(provenance=provenance, occurred_at=moment, recorded_at=moment)


def opened() -> FamilyPlan:
    """A plan of mother and child, with the police and the school."""
    return FamilyPlan.open(
        "F1",
        reason="Second report",
        members=(
            FamilyMember(member_id="mother", name="Anna", role=FamilyRole.PARENT),
            FamilyMember(member_id="child", name="Bram", role=FamilyRole.CHILD),
        ),
        parties=(Party(agency="police", task="safety"), Party(agency="school", task="lessons")),
        context=by("police"),
    )


@pytest.fixture
def plan() -> FamilyPlan:
    return opened()


def strength(strength_id: str = "s1", about: tuple[str, ...] = ("child",)) -> Strength:
    return Strength(
        strength_id=strength_id, life_domain=LifeDomain.SOCIAL_NETWORK, about=about, text="football"
    )


def agreement(agreement_id: str = "v1", **facts: object) -> SafetyAgreement:
    given = {
        "text": "To grandmother when it gets loud.",
        "with_members": ("mother",),
        "watched_by": KARIN,
        "begins_on": TODAY,
    }
    return SafetyAgreement.model_validate({"agreement_id": agreement_id, **given, **facts})


def goal(goal_id: str = "g1", target_date: date | None = None) -> Goal:
    return Goal(
        goal_id=goal_id,
        life_domain=LifeDomain.SAFETY,
        text="calm",
        measured_by="no police for three months",
        target_date=target_date,
    )


def action(action_id: str = "a1", owner: Owner = KARIN, due: date | None = None) -> Action:
    return Action(action_id=action_id, owner=owner, text="call", due=due)


def review(review_id: str = "r1", **facts: object) -> Review:
    given = {"held_on": TODAY, "present": ("Anna", "Karin"), "text": "It goes better."}
    return Review.model_validate({"review_id": review_id, **given, **facts})


def test_every_agency_notes_what_goes_well(plan: FamilyPlan) -> None:
    plan.note_strength(strength("s1"), by("football-club"))
    plan.note_strength(strength("s2", about=("unknown",)), by("school"))
    noted = plan.pending_events[-1]
    assert isinstance(noted, StrengthNoted)
    assert noted.strength == strength("s2", about=("unknown",))
    with pytest.raises(Refused, match="strength s1 exists already"):
        plan.note_strength(strength("s1"), by("school"))
    with pytest.raises(UnknownItem) as error:
        plan.note_strength(strength("s3", about=("child", "uncle")), by("school"))
    assert (error.value.field, error.value.waits_for) == ("data.about[1]", "member:F1:uncle")


def test_an_agreement_is_made_and_ends(plan: FamilyPlan) -> None:
    plan.make_agreement(agreement(), by("police"))
    plan.end_agreement("v1", AgreementEnd.BROKEN, "Father came in.", by("school"))
    made, ended = plan.pending_events[1:]
    assert isinstance(made, SafetyAgreementMade)
    assert made.agreement == agreement()
    assert made.makes_known() == ("agreement:F1:v1",)
    assert isinstance(ended, SafetyAgreementEnded)
    assert (ended.agreement_id, ended.how) == ("v1", AgreementEnd.BROKEN)
    assert plan.items["agreement"] == {"v1": False}


def test_nothing_is_agreed_with_somebody_unknown(plan: FamilyPlan) -> None:
    with pytest.raises(Refused) as refused:
        plan.make_agreement(agreement(with_members=("mother", "unknown")), by("police"))
    assert refused.value.field == "data.with_members[1]"
    with pytest.raises(UnknownItem) as waiting:
        plan.make_agreement(agreement(with_members=("uncle",)), by("police"))
    assert waiting.value.waits_for == "member:F1:uncle"
    plan.remove_member("mother", "moved", by("police"))
    plan.make_agreement(agreement(), by("police"))
    assert plan.items["agreement"] == {"v1": True}


def test_somebody_of_a_known_side_sees_to_an_agreement(plan: FamilyPlan) -> None:
    with pytest.raises(Refused) as error:
        plan.make_agreement(agreement(watched_by=Owner(name="Karin")), by("police"))
    assert error.value.field == "data.watched_by.kind"


OWNERS = [
    pytest.param(KARIN, None, id="a professional of a party"),
    pytest.param(MOTHER, None, id="a member"),
    pytest.param(Owner(name="Els", kind=OwnerKind.NETWORK), None, id="a neighbour"),
    pytest.param(
        Owner(name="Anna", kind=OwnerKind.NETWORK, member_id="mother"), None, id="a known neighbour"
    ),
    pytest.param(Owner(name="somebody"), None, id="an older version did not ask"),
    pytest.param(
        Owner(name="Dirk", kind=OwnerKind.PROFESSIONAL, agency="halt"),
        (Refused, "agency"),
        id="a professional of no party",
    ),
    pytest.param(
        Owner(name="Anna", kind=OwnerKind.FAMILY), (Refused, "member_id"), id="family without id"
    ),
    pytest.param(
        Owner(name="Ome", kind=OwnerKind.FAMILY, member_id="uncle"),
        (UnknownItem, "member_id"),
        id="family not yet known",
    ),
    pytest.param(
        Owner(name="?", kind=OwnerKind.NETWORK, member_id="unknown"),
        (Refused, "member_id"),
        id="network unknown",
    ),
]


@pytest.mark.parametrize(("owner", "fault"), OWNERS)
def test_an_owner_stands_on_a_side_that_the_plan_knows(
    plan: FamilyPlan, owner: Owner, fault: tuple[type[Exception], str] | None
) -> None:
    if fault is None:
        plan.agree_action(action(owner=owner), by("police"))
        agreed = plan.pending_events[-1]
        assert isinstance(agreed, ActionAgreed)
        assert agreed.action.owner == owner
        return
    error, place = fault
    with pytest.raises(error) as caught:
        plan.agree_action(action(owner=owner), by("police"))
    assert getattr(caught.value, "field", None) == f"data.owner.{place}"
    if owner.kind is not None:
        with pytest.raises(error) as caught:
            plan.make_agreement(agreement(watched_by=owner), by("police"))
        assert getattr(caught.value, "field", None) == f"data.watched_by.{place}"


def test_a_professional_takes_something_on_once_the_agency_is_a_party(plan: FamilyPlan) -> None:
    dirk = Owner(name="Dirk", kind=OwnerKind.PROFESSIONAL, agency="halt")
    with pytest.raises(Refused, match="halt is not a party of this plan; let the agency join"):
        plan.agree_action(action(owner=dirk), by("police"))
    plan.agency_joins(Party(agency="halt", task="measure"), by("police"))
    plan.agree_action(action(owner=dirk), by("police"))
    assert plan.items["action"] == {"a1": True}


@given(days=st.integers(-500, 500), is_stated=st.booleans())
def test_nothing_is_to_be_done_before_it_was_agreed(days: int, is_stated: bool) -> None:
    plan, day = opened(), TODAY + timedelta(days=days)
    owner = MOTHER if is_stated else Owner(name="Anna")
    if days >= 0:
        plan.set_goal(goal(target_date=day), by("police"))
        agreed = plan.pending_events[-1]
        assert isinstance(agreed, GoalSet)
        assert agreed.goal.target_date == day
    else:
        with pytest.raises(Refused) as error:
            plan.set_goal(goal(target_date=day), by("police"))
        assert error.value.field == "data.target_date"
    if days >= 0 or not is_stated:
        plan.agree_action(action(owner=owner, due=day), by("police"))
        assert plan.action_due == {"a1": day}
    else:
        with pytest.raises(Refused) as error:
            plan.agree_action(action(owner=owner, due=day), by("police"))
        assert error.value.field == "data.due"
        assert plan.action_due == {}


def test_what_was_agreed_is_judged_by_the_dutch_day_on_which_it_was(plan: FamilyPlan) -> None:
    # 23:30 UTC on 10 March is 00:30 on 11 March in the Netherlands; it is told a week later.
    occurred = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    late = by("police").model_copy(
        update={"occurred_at": occurred, "recorded_at": NOON + timedelta(days=7)}
    )
    with pytest.raises(Refused, match=r"2026-03-10 lies before the day .* agreed \(2026-03-11\)"):
        plan.set_goal(goal(target_date=TODAY), late)
    plan.set_goal(goal(target_date=date(2026, 3, 11)), late)
    assert plan.items["goal"] == {"g1": True}


@given(steps=st.lists(st.sampled_from(["agree", "agree-loose", "complete", "cancel"]), max_size=15))
def test_the_days_of_open_actions_are_kept(steps: list[str]) -> None:
    plan = opened()
    expected: dict[str, date] = {}
    still_open: list[str] = []
    for number, step in enumerate(steps):
        name = f"a{number}"
        if step.startswith("agree"):
            due = TODAY + timedelta(days=number) if step == "agree" else None
            plan.agree_action(action(name, due=due), by("police"))
            still_open.append(name)
            if due is not None:
                expected[name] = due
        elif still_open:
            ended = still_open.pop(0)
            expected.pop(ended, None)
            end = plan.complete_action if step == "complete" else plan.cancel_action
            end(ended, "so it is", by("police"))
        assert plan.action_due == expected


@given(
    attempts=st.lists(
        st.tuples(st.sampled_from(["make", "end"]), st.sampled_from(["v1", "v2"])), max_size=15
    )
)
def test_in_any_order_an_agreement_is_made_once_and_ends_once(
    attempts: list[tuple[str, str]],
) -> None:
    plan = opened()
    made: list[str] = []
    ended: list[str] = []
    for what, agreement_id in attempts:
        try:
            if what == "make":
                plan.make_agreement(agreement(agreement_id), by("police"))
                made.append(agreement_id)
            else:
                plan.end_agreement(agreement_id, AgreementEnd.REPLACED, "new one", by("police"))
                ended.append(agreement_id)
        except UnknownItem:
            assert agreement_id not in made
        except Refused:
            assert agreement_id in (made if what == "make" else ended)
    assert len(made) == len(set(made))
    assert len(ended) == len(set(ended))
    assert plan.items["agreement"] == {one: one not in ended for one in made}


def test_a_review_decides_about_the_plan_and_its_goals(plan: FamilyPlan) -> None:
    plan.set_goal(goal("g1"), by("police"))
    plan.end_goal("g1", GoalResult.REACHED, "three months", by("police"))
    decisions = (
        ReviewDecision(decision_id="d1", text="call every week"),
        ReviewDecision(decision_id="d2", goal_id="g1", text="celebrate"),
    )
    held = review(decisions=decisions, next_on=date(2026, 6, 1))
    plan.hold_review(held, by("school"))
    event = plan.pending_events[-1]
    assert isinstance(event, ReviewHeld)
    assert event.review == held
    assert plan.items["review"] == {"r1": True}
    assert plan.items["review-decision"] == {"d1": True, "d2": True}


def test_a_decision_about_a_goal_waits_for_the_goal(plan: FamilyPlan) -> None:
    decision = ReviewDecision(decision_id="d1", goal_id="g1", text="go on")
    with pytest.raises(UnknownItem) as error:
        plan.hold_review(review(decisions=(decision,)), by("police"))
    assert (error.value.field, error.value.waits_for) == (
        "data.decisions[0].goal_id",
        "goal:F1:g1",
    )
    plan.set_goal(goal(), by("police"))
    plan.hold_review(review(decisions=(decision,)), by("police"))
    assert plan.items["review"] == {"r1": True}


def test_reviews_and_decisions_have_their_own_ids(plan: FamilyPlan) -> None:
    one = ReviewDecision(decision_id="d1", text="go on")
    with pytest.raises(Refused, match="d1 is used twice") as error:
        plan.hold_review(review(decisions=(one, one)), by("police"))
    assert error.value.field == "data.decisions[1].decision_id"
    plan.hold_review(review(decisions=(one,)), by("police"))
    with pytest.raises(Refused, match="review r1 exists already"):
        plan.hold_review(review(), by("police"))
    with pytest.raises(Refused, match="review-decision d1 exists already"):
        plan.hold_review(review("r2", decisions=(one,)), by("police"))
    assert plan.items["review"] == {"r1": True}


@given(days=st.integers(-400, 400))
def test_a_review_is_put_on_record_once_it_was_held(days: int) -> None:
    plan, held = opened(), review(held_on=TODAY + timedelta(days=days))
    if days > 0:
        with pytest.raises(Refused) as error:
            plan.hold_review(held, by("police"))
        assert error.value.field == "data.held_on"
    else:
        plan.hold_review(held, by("police"))
    assert plan.items["review"] == ({} if days > 0 else {"r1": True})


@given(choices=st.lists(st.sampled_from(Variant), max_size=8))
def test_one_variant_is_followed_at_a_time(choices: list[Variant]) -> None:
    plan = opened()
    followed: Variant | None = None
    for variant in choices:
        if variant is followed:
            with pytest.raises(Refused) as error:
                plan.choose_variant(variant, "so many agencies", by("police"))
            assert error.value.field == "data.variant"
        else:
            plan.choose_variant(variant, "so many agencies", by("police"))
            event = plan.pending_events[-1]
            assert isinstance(event, VariantChosen)
            followed = variant
        assert plan.variant is followed


ORDER = ("sign-up", "acquaintance", "analysis", "planning", "carrying-out", "closing")
"""The phases as 1Gezin1Plan practice has them."""


@given(attempts=st.lists(st.tuples(st.sampled_from(Phase), st.booleans()), max_size=12))
def test_phases_go_forward_freely_and_back_for_a_reason(
    attempts: list[tuple[Phase, bool]],
) -> None:
    plan = opened()
    current = 0
    for phase, with_reason in attempts:
        place = ORDER.index(phase.value)
        is_taken = place > current or (place < current and with_reason)
        text = "we know more" if with_reason else None
        if is_taken:
            plan.enter_phase(phase, text, by("police"))
            event = plan.pending_events[-1]
            assert isinstance(event, PhaseEntered)
            assert (event.phase, event.text) == (phase, text)
            current = place
        else:
            with pytest.raises(Refused) as error:
                plan.enter_phase(phase, text, by("police"))
            assert error.value.field == ("data.phase" if place == current else "data.text")
        assert plan.phase.value == ORDER[current]


def test_a_closed_plan_is_in_the_last_phase_and_a_reopened_one_in_analysis(
    plan: FamilyPlan,
) -> None:
    phases = [plan.phase]
    plan.choose_variant(Variant.LIGHT, "one agency", by("police"))
    plan.close("Moved away.", by("police"), why=ClosingReason.MOVED_AWAY)
    phases.append(plan.phase)
    plan.reopen("They are back.", by("police"))
    phases.append(plan.phase)
    plan.enter_phase(Phase.PLANNING, None, by("police"))
    phases.append(plan.phase)
    # What happened since the closing has to be understood first; the variant stays as it was.
    assert phases == [Phase.SIGN_UP, Phase.CLOSING, Phase.ANALYSIS, Phase.PLANNING]
    assert plan.variant is Variant.LIGHT


@given(days=st.integers(-400, 400))
def test_after_care_comes_after_the_closing(days: int) -> None:
    plan, day = opened(), TODAY + timedelta(days=days)
    if days < 0:
        with pytest.raises(Refused) as error:
            plan.close("Calm.", by("police"), after_care_on=day)
        assert error.value.field == "data.after_care_on"
        return
    plan.close("Calm.", by("police"), why=ClosingReason.GOALS_REACHED, after_care_on=day)
    closed = plan.pending_events[-1]
    assert isinstance(closed, PlanClosed)
    assert (closed.why, closed.after_care_on) == (ClosingReason.GOALS_REACHED, day)


def test_only_parties_work_on_the_plan_and_only_while_it_is_open(plan: FamilyPlan) -> None:
    def attempt(agency: str) -> list[str]:
        refused: list[str] = []
        commands: dict[str, Callable[[], None]] = {
            "agree": lambda: plan.make_agreement(agreement("v9"), by(agency)),
            "end": lambda: plan.end_agreement("v1", AgreementEnd.BROKEN, "x", by(agency)),
            "review": lambda: plan.hold_review(review("r9"), by(agency)),
            "variant": lambda: plan.choose_variant(Variant.HEAVY, "x", by(agency)),
            "phase": lambda: plan.enter_phase(Phase.PLANNING, None, by(agency)),
        }
        for name, give in commands.items():
            try:
                give()
            except (Refused, PlanIsClosed) as error:
                refused.append(f"{name} {error.field}")
        return refused

    plan.make_agreement(agreement("v1"), by("police"))
    everything = ["agree", "end", "review", "variant", "phase"]
    assert attempt("halt") == [f"{name} source" for name in everything]
    plan.close("Calm.", by("police"))
    assert attempt("police") == [f"{name} subject" for name in everything]
    with pytest.raises(PlanIsClosed):
        plan.note_strength(strength(), by("police"))
    plan.reopen("Again.", by("police"))
    assert attempt("police") == []
