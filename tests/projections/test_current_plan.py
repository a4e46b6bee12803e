"""The plan as it stands, checked against literals worked out by hand."""

from __future__ import annotations

import json
from datetime import date

from domain.values import (
    Action,
    AgreementEnd,
    ClosingReason,
    Concern,
    FamilyMember,
    FamilyRole,
    Goal,
    GoalResult,
    Incident,
    IncidentKind,
    LeadCaseworker,
    LifeDomain,
    Note,
    Owner,
    OwnerKind,
    Party,
    Phase,
    PlanStatus,
    Report,
    Review,
    ReviewDecision,
    Role,
    SafetyAgreement,
    Strength,
    Variant,
)
from projections.current_plan import plan_view
from projections.plan_model import (
    Ending,
    PhaseView,
    PlanView,
    ReviewView,
    SafetyAgreementView,
    SaidBy,
    StrengthView,
    VariantView,
)
from projections.rows import Reader
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, opened

POLICE_SAYS = SaidBy(agency="police", actor="police", role=Role.AGENCY)
CARLA = LeadCaseworker(person_id="carla", name="Carla", agency="police")
DIRK = LeadCaseworker(person_id="dirk", name="Dirk", agency="school")


def view(reader: Reader, family_id: str = "F1") -> PlanView:
    found = plan_view(reader, family_id)
    assert found is not None
    return found


def test_a_family_without_a_plan_has_none(read: Read) -> None:
    assert plan_view(read(events_of(opened("F2"))), "F1") is None


def test_a_new_plan_holds_who_it_was_opened_with(read: Read) -> None:
    plan = view(read(events_of(opened())))
    assert (plan.family_id, plan.status, plan.reason) == (
        "F1",
        PlanStatus.OPEN,
        "Second report in a month",
    )
    assert (plan.opened_at, plan.reopened_at, plan.closed_at) == (at(2), None, None)
    assert (plan.version, plan.changed_at, plan.lead) == (1, at(2), None)
    assert [(one.member_id, one.name, one.role) for one in plan.members] == [
        ("anna", "Anna", FamilyRole.PARENT),
        ("bram", "Bram", FamilyRole.CHILD),
    ]
    assert [(one.agency, one.task, one.said_by) for one in plan.parties] == [
        ("police", "safety", POLICE_SAYS),
        ("school", "attendance", POLICE_SAYS),
    ]
    assert (plan.former_members, plan.former_parties) == ((), ())
    assert (plan.concerns, plan.goals, plan.loose_actions) == ((), (), ())
    assert (plan.incidents, plan.reports, plan.notes) == ((), (), ())
    assert (plan.strengths, plan.safety_agreements, plan.reviews) == ((), (), ())
    assert plan.phase == PhaseView(
        said_by=POLICE_SAYS, occurred_at=at(2), recorded_at=at(2), phase=Phase.SIGN_UP
    )
    assert (plan.variant, plan.last_review_on, plan.next_review_on) == (None, None, None)
    assert (plan.why, plan.after_care_on) == (None, None)


def test_all_is_sorted_by_when_it_happened_and_then_by_id(read: Read) -> None:
    plan = opened()
    for incident_id, day in (("i3", 8), ("i2", 5), ("i1", 8)):
        plan.record_incident(
            Incident(
                incident_id=incident_id,
                kind=IncidentKind.STALKING,
                by=("unknown",),
                against=("anna", "bram"),
                began_at=at(day),
                text="waited at the school",
            ),
            context(at(day), at(9), agency="halt"),
        )
    incidents = view(read(events_of(plan))).incidents
    assert [one.incident_id for one in incidents] == ["i2", "i1", "i3"]
    assert [(one.occurred_at, one.recorded_at) for one in incidents] == [
        (at(5), at(9)),
        (at(8), at(9)),
        (at(8), at(9)),
    ]
    assert incidents[0].said_by == SaidBy(agency="halt", actor="halt", role=Role.AGENCY)
    assert incidents[0].kind is IncidentKind.STALKING
    assert (incidents[0].by, incidents[0].against) == (("unknown",), ("anna", "bram"))


def test_goals_hold_their_actions_and_other_actions_are_loose(read: Read) -> None:
    plan = opened()
    plan.set_goal(Goal(goal_id="g1", life_domain=LifeDomain.SAFETY, text="calm"), context(at(3)))
    plan.set_goal(Goal(goal_id="g2", life_domain=LifeDomain.HOUSING, text="a home"), context(at(4)))
    plan.agree_action(
        Action(
            action_id="a1",
            goal_id="g1",
            owner=Owner(name="Anna"),
            text="call",
            due=date(2026, 4, 1),
        ),
        context(at(5)),
    )
    plan.agree_action(
        Action(action_id="a2", goal_id="g1", owner=Owner(name="police"), text="visit"),
        context(at(4)),
    )
    plan.agree_action(
        Action(action_id="a3", owner=Owner(name="school"), text="talk"), context(at(6))
    )
    plan.complete_action("a1", "called", context(at(7), at(8)))
    plan.cancel_action("a3", "not needed", context(at(9)))
    plan.end_goal("g2", GoalResult.PARTLY_REACHED, "a room", context(at(10)))
    found = view(read(events_of(plan)))
    assert [(one.goal_id, one.state) for one in found.goals] == [("g1", "open"), ("g2", "ended")]
    first, second = found.goals
    assert [(one.action_id, one.state) for one in first.actions] == [
        ("a2", "open"),
        ("a1", "ended"),
    ]
    assert first.actions[1].due == date(2026, 4, 1)
    assert first.actions[1].ended == Ending(
        said_by=POLICE_SAYS,
        occurred_at=at(7),
        recorded_at=at(8),
        result="completed",
        text="called",
    )
    assert second.actions == ()
    assert second.ended is not None
    assert (second.ended.result, second.ended.text) == ("partly-reached", "a room")
    assert [one.action_id for one in found.loose_actions] == ["a3"]
    assert found.loose_actions[0].ended is not None
    assert found.loose_actions[0].ended.result == "cancelled"


def test_concerns_reports_and_notes(read: Read) -> None:
    plan = opened()
    plan.raise_concern(
        Concern(
            concern_id="c1", life_domain=LifeDomain.ADDICTION, about=("anna",), text="drinks daily"
        ),
        context(at(3), agency="school"),
    )
    plan.resolve_concern("c1", "sober for a year", context(at(4), at(6)))
    plan.receive_report(
        Report(report_id="r1", reporter="a neighbour", about=("bram",), text="cried all night"),
        context(at(5)),
    )
    plan.add_note(Note(note_id="n1", about=("anna",), text="stiff contact"), context(at(5)))
    found = view(read(events_of(plan)))
    concern = found.concerns[0]
    assert (concern.text, concern.about, concern.state) == ("drinks daily", ("anna",), "ended")
    assert (concern.said_by.agency, concern.occurred_at) == ("school", at(3))
    assert concern.ended == Ending(
        said_by=POLICE_SAYS,
        occurred_at=at(4),
        recorded_at=at(6),
        result=None,
        text="sober for a year",
    )
    assert [(one.report_id, one.reporter, one.about) for one in found.reports] == [
        ("r1", "a neighbour", ("bram",))
    ]
    assert [(one.note_id, one.text, one.ended) for one in found.notes] == [
        ("n1", "stiff contact", None)
    ]


def test_the_lead_is_the_one_of_now(read: Read) -> None:
    plan = opened()
    plan.assign_lead(CARLA, context(at(3)))
    assigned = view(read(events_of(plan)))
    assert assigned.lead is not None
    assert (assigned.lead.person_id, assigned.lead.occurred_at) == ("carla", at(3))

    plan = opened()
    plan.assign_lead(CARLA, context(at(3)))
    plan.hand_over("carla", DIRK, "moved", context(at(5), agency="school"))
    handed = view(read(events_of(plan)))
    assert handed.lead is not None
    assert (handed.lead.name, handed.lead.agency) == ("Dirk", "school")
    assert (handed.lead.occurred_at, handed.lead.said_by.agency) == (at(5), "school")

    plan = opened()
    plan.assign_lead(CARLA, context(at(3)))
    plan.release_lead("carla", "ill", context(at(5)))
    assert view(read(events_of(plan))).lead is None


def test_who_left_is_a_former_member_or_party(read: Read) -> None:
    plan = opened()
    oma = FamilyMember(member_id="oma", name="Oma", role=FamilyRole.GRANDPARENT)
    plan.add_member(oma, context(at(3)))
    plan.remove_member("bram", "moved out", context(at(4)))
    plan.agency_joins(Party(agency="halt", task="measure"), context(at(4)))
    plan.agency_leaves("school", "left school", context(at(5), agency="school"))
    found = view(read(events_of(plan)))
    assert [one.member_id for one in found.members] == ["anna", "oma"]
    assert [one.member_id for one in found.former_members] == ["bram"]
    assert found.former_members[0].ended is not None
    assert found.former_members[0].ended.text == "moved out"
    assert [one.agency for one in found.parties] == ["police", "halt"]
    assert [(one.agency, one.ended is not None) for one in found.former_parties] == [
        ("school", True)
    ]


def test_who_comes_back_is_no_longer_a_former_one(read: Read) -> None:
    plan = opened()
    plan.agency_leaves("school", "left school", context(at(5), agency="school"))
    plan.agency_joins(Party(agency="school", task="back at school"), context(at(6)))
    found = view(read(events_of(plan)))
    assert [(one.agency, one.task) for one in found.parties] == [
        ("police", "safety"),
        ("school", "back at school"),
    ]
    assert found.former_parties == ()


def test_closing_and_reopening(read: Read) -> None:
    plan = opened()
    plan.close("goals reached", context(at(20), at(21)))
    closed = view(read(events_of(plan)))
    assert (closed.status, closed.closed_at, closed.reason) == (
        PlanStatus.CLOSED,
        at(20),
        "goals reached",
    )
    assert (closed.version, closed.changed_at) == (2, at(21))

    plan = opened()
    plan.close("goals reached", context(at(20)))
    plan.reopen("a new report", context(at(25)))
    again = view(read(events_of(plan)))
    assert (again.status, again.closed_at, again.reason) == (PlanStatus.OPEN, None, "a new report")
    assert (again.opened_at, again.reopened_at, again.version) == (at(2), at(25), 3)


def test_why_a_plan_was_closed_and_when_after_care_is(read: Read) -> None:
    plan = opened()
    plan.enter_phase(Phase.CLOSING, None, context(at(18)))
    plan.close(
        "goals reached",
        context(at(20)),
        why=ClosingReason.GOALS_REACHED,
        after_care_on=date(2026, 6, 1),
    )
    closed = view(read(events_of(plan)))
    assert (closed.why, closed.after_care_on) == (ClosingReason.GOALS_REACHED, date(2026, 6, 1))
    # It was in the last phase before it was closed.
    assert (closed.phase.phase, closed.phase.occurred_at) == (Phase.CLOSING, at(18))

    plan = opened()
    plan.close("moved", context(at(20)), why=ClosingReason.MOVED_AWAY, after_care_on=None)
    closed = view(read(events_of(plan)))
    assert (closed.phase.phase, closed.phase.occurred_at) == (Phase.CLOSING, at(20))

    plan = opened()
    plan.close(
        "moved", context(at(20)), why=ClosingReason.MOVED_AWAY, after_care_on=date(2026, 4, 1)
    )
    plan.reopen("they are back", context(at(25), at(26)))
    again = view(read(events_of(plan)))
    assert (again.why, again.after_care_on) == (None, None)
    assert (again.phase.phase, again.phase.occurred_at) == (Phase.ANALYSIS, at(25))


def test_strengths_and_safety_agreements(read: Read) -> None:
    plan = opened()
    strength = Strength(
        strength_id="s1", life_domain=LifeDomain.SOCIAL_NETWORK, about=("bram",), text="football"
    )
    plan.note_strength(strength, context(at(3), at(4), agency="halt"))
    agreements = [
        SafetyAgreement(
            agreement_id=f"v{number}",
            text="to grandmother when it gets loud",
            with_members=("anna", "bram"),
            watched_by=Owner(name="Karin", kind=OwnerKind.PROFESSIONAL, agency="school"),
            begins_on=date(2026, 3, 5),
            review_on=date(2026, 6, 1),
        )
        for number in (1, 2)
    ]
    for one in agreements:
        plan.make_agreement(one, context(at(5)))
    plan.end_agreement("v1", AgreementEnd.BROKEN, "he came in", context(at(8), at(9)))
    found = view(read(events_of(plan)))
    halt_says = SaidBy(agency="halt", actor="halt", role=Role.AGENCY)
    assert found.strengths == (
        StrengthView(**dict(strength), said_by=halt_says, occurred_at=at(3), recorded_at=at(4)),
    )
    broken = Ending(
        said_by=POLICE_SAYS,
        occurred_at=at(8),
        recorded_at=at(9),
        result="broken",
        text="he came in",
    )
    first, second = (
        SafetyAgreementView(**dict(one), said_by=POLICE_SAYS, occurred_at=at(5), recorded_at=at(5))
        for one in agreements
    )
    assert found.safety_agreements == (
        first.model_copy(update={"state": "ended", "ended": broken}),
        second,
    )


def test_reviews_and_when_the_next_is(read: Read) -> None:
    plan = opened()

    def review(review_id: str, day: int, next_on: date | None) -> Review:
        return Review(
            review_id=review_id,
            held_on=date(2026, 3, day),
            present=("Anna", "Karin"),
            text="it goes better",
            decisions=(ReviewDecision(decision_id=f"{review_id}-d", text="go on"),),
            next_on=next_on,
        )

    march = review("r1", 10, date(2026, 4, 1))
    plan.hold_review(march, context(at(10)))
    # An earlier review that is told later does not change when the next one is.
    plan.hold_review(review("r0", 4, date(2026, 3, 9)), context(at(4), at(11)))
    found = view(read(events_of(plan)))
    assert [one.review_id for one in found.reviews] == ["r0", "r1"]
    assert found.reviews[1] == ReviewView(
        **dict(march), said_by=POLICE_SAYS, occurred_at=at(10), recorded_at=at(10)
    )
    assert (found.last_review_on, found.next_review_on) == (date(2026, 3, 10), date(2026, 4, 1))

    # A second review on the same day counts as the later one, and here it plans none.
    plan = opened()
    plan.hold_review(march, context(at(10)))
    plan.hold_review(review("r2", 10, None), context(at(10)))
    found = view(read(events_of(plan)))
    assert (found.last_review_on, found.next_review_on) == (date(2026, 3, 10), None)


def test_the_variant_and_the_phase_are_those_of_now(read: Read) -> None:
    plan = opened()
    plan.choose_variant(Variant.LIGHT, "one agency", context(at(3)))
    plan.choose_variant(Variant.HEAVY, "three agencies", context(at(5), at(6)))
    plan.enter_phase(Phase.PLANNING, None, context(at(4)))
    plan.enter_phase(Phase.ANALYSIS, "a new report", context(at(7), agency="school"))
    found = view(read(events_of(plan)))
    assert found.variant == VariantView(
        said_by=POLICE_SAYS,
        occurred_at=at(5),
        recorded_at=at(6),
        variant=Variant.HEAVY,
        reason="three agencies",
    )
    assert found.phase == PhaseView(
        said_by=SaidBy(agency="school", actor="school", role=Role.AGENCY),
        occurred_at=at(7),
        recorded_at=at(7),
        phase=Phase.ANALYSIS,
        text="a new report",
    )


def test_goals_and_actions_say_by_when_and_by_whom(read: Read) -> None:
    plan = opened()
    goal = Goal(
        goal_id="g1",
        life_domain=LifeDomain.SAFETY,
        text="calm",
        measured_by="no police for three months",
        target_date=date(2026, 6, 1),
    )
    owner = Owner(name="Anna", kind=OwnerKind.FAMILY, member_id="anna")
    plan.set_goal(goal, context(at(3)))
    plan.agree_action(
        Action(action_id="a1", goal_id="g1", owner=owner, text="call", due=date(2026, 4, 1)),
        context(at(3)),
    )
    found = view(read(events_of(plan))).goals[0]
    assert (found.measured_by, found.target_date) == (
        "no police for three months",
        date(2026, 6, 1),
    )
    assert (found.actions[0].owner, found.actions[0].due) == (owner, date(2026, 4, 1))


def test_a_plan_is_json_and_back(read: Read) -> None:
    plan = opened()
    plan.set_goal(Goal(goal_id="g1", life_domain=LifeDomain.SAFETY, text="calm"), context(at(3)))
    found = view(read(events_of(plan)))
    assert PlanView.model_validate_json(found.model_dump_json()) == found
    assert json.loads(found.model_dump_json())["goals"][0]["occurred_at"] == "2026-03-03T09:00:00Z"
