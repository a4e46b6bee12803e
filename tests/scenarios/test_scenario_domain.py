"""What the parts of each plan hold at the end is what was worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TypeVar

import pytest

from domain.calendar import dutch_day
from domain.family_plan import FamilyPlan, PlanEvent
from domain.family_plan.addresses import hidden_from
from domain.family_plan.agreements import SafetyAgreementEnded, SafetyAgreementMade, StrengthNoted
from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed, ConferenceDecided
from domain.family_plan.conversations import ConversationHeld
from domain.family_plan.emergency import EmergencyAccessReviewed, EmergencyAccessTaken
from domain.family_plan.incidents import IncidentClarified
from domain.family_plan.measures import MeasureEnded, MeasureStarted, OutcomeRecorded
from domain.family_plan.meldcode import MeldcodeStepRecorded
from domain.family_plan.phases import PhaseEntered
from domain.family_plan.questions import QuestionAnswered, QuestionAsked, QuestionDropped
from domain.family_plan.reports import FeedbackGiven, InvestigationCompleted, ReportTriaged
from domain.family_plan.reviews import ReviewHeld
from domain.family_plan.terms import TermMet, TermStarted
from domain.family_plan.voice import (
    ConsentGiven,
    ConsentWithdrawn,
    LookBackRecorded,
    ObjectionAnswered,
    ObjectionMade,
    OwnWordsRecorded,
)
from domain.values import MeldcodeStep
from tests.scenarios.domain_of_a import SPREADING_STALKING_DOMAIN
from tests.scenarios.domain_of_b import BROKEN_WINDOW_DOMAIN
from tests.scenarios.domain_of_c import CUSTODY_FIGHT_DOMAIN
from tests.scenarios.domain_shapes import Did, Due, ExpectedDomain, Kept, Met, Talk
from tests.scenarios.expected_domain import DOMAINS
from tests.scenarios.simulate import facts, read, simulate

Event = TypeVar("Event", bound=PlanEvent)

each_scenario = pytest.mark.parametrize(
    "expected", [pytest.param(one, id=one.scenario.letter) for one in DOMAINS]
)


@cache
def _plan(letter: str) -> FamilyPlan:
    scenario = next(one.scenario for one in DOMAINS if one.scenario.letter == letter)
    return simulate(read(scenario.path)).plans[scenario.family_id]


def plan_of(expected: ExpectedDomain) -> FamilyPlan:
    return _plan(expected.scenario.letter)


def of(expected: ExpectedDomain, kind: type[Event]) -> Iterator[Event]:
    """All that happened to the plan of one kind, in the order in which it was decided."""
    return (fact for fact in facts(plan_of(expected)) if isinstance(fact, kind))


@each_scenario
def test_each_question_is_open_answered_or_dropped(expected: ExpectedDomain) -> None:
    questions = plan_of(expected).items["question"]
    answered = [one.question_id for one in of(expected, QuestionAnswered)]
    dropped = [one.question_id for one in of(expected, QuestionDropped)]
    assert {one for one, is_open in questions.items() if is_open} == expected.open_questions
    assert sorted(answered) == sorted(expected.answered_questions)
    assert sorted(dropped) == sorted(expected.dropped_questions)
    assert len(questions) == len(answered) + len(dropped) + len(expected.open_questions)


@each_scenario
def test_what_is_unclear_asks_by_itself_and_nothing_else_does(expected: ExpectedDomain) -> None:
    asked = [one for one in of(expected, QuestionAsked) if one.by_itself]
    named = expected.open_questions | expected.answered_questions | expected.dropped_questions
    assert {one.question.question_id for one in asked} == {
        one for one in named if one.startswith("q-")
    }
    assert all(one.question.incident_id and one.question.unclear for one in asked)


def test_a_clarification_answers_what_it_makes_clear() -> None:
    by_itself = [
        one.question_id for one in of(CUSTODY_FIGHT_DOMAIN, QuestionAnswered) if one.by_itself
    ]
    assert {*by_itself} == CUSTODY_FIGHT_DOMAIN.answered_questions
    for other in (SPREADING_STALKING_DOMAIN, BROKEN_WINDOW_DOMAIN):
        assert [one for one in of(other, QuestionAnswered) if one.by_itself] == []


@each_scenario
def test_incidents_become_clear(expected: ExpectedDomain) -> None:
    cleared = tuple(one.incident_id for one in of(expected, IncidentClarified))
    assert cleared == expected.clarified_incidents


@each_scenario
def test_measures_and_how_they_ended(expected: ExpectedDomain) -> None:
    began = [one.measure.measure_id for one in of(expected, MeasureStarted)]
    ended = {one.measure_id: one.how for one in of(expected, MeasureEnded)}
    assert {one: ended.get(one) for one in began} == expected.measures
    assert len(began) == len(expected.measures)


@each_scenario
def test_what_each_measure_did_and_who_says_so(expected: ExpectedDomain) -> None:
    assert {
        one.outcome.outcome_id: Did(
            one.outcome.measure_id, one.outcome.effect, one.outcome.member_id
        )
        for one in of(expected, OutcomeRecorded)
    } == expected.outcomes


def test_an_agency_and_a_member_may_see_the_same_measure_differently() -> None:
    mediation = {
        did.words_of: did.effect
        for did in CUSTODY_FIGHT_DOMAIN.outcomes.values()
        if did.measure_id == "M-MEDIATION"
    }
    assert len({*mediation.values()}) == len(mediation) == 2


@each_scenario
def test_what_followed_each_report(expected: ExpectedDomain) -> None:
    triages = {one.report_id: one.outcome for one in of(expected, ReportTriaged)}
    found = {one.report_id: one.conclusion for one in of(expected, InvestigationCompleted)}
    assert triages == expected.triages
    assert found == expected.investigations
    assert len(triages) == expected.scenario.reports


@each_scenario
def test_what_the_reporters_heard_and_when(expected: ExpectedDomain) -> None:
    assert {
        (one.report_id, one.stage): dutch_day(one.occurred_at)
        for one in of(expected, FeedbackGiven)
    } == expected.feedback


@each_scenario
def test_the_terms_by_the_dutch_calendar(expected: ExpectedDomain) -> None:
    kept = {
        one.term.term_id: Kept.ON_TIME if one.on_time else Kept.LATE
        for one in of(expected, TermMet)
    }
    began = [one.term for one in of(expected, TermStarted)]
    assert {
        (term.kind, term.report_id): Due(dutch_day(term.due_at), kept.get(term.term_id, Kept.NEVER))
        for term in began
    } == expected.terms
    assert len(began) == len(expected.terms)


@each_scenario
def test_the_steps_of_the_reporting_code(expected: ExpectedDomain) -> None:
    steps: dict[str, list[MeldcodeStep]] = {}
    for one in of(expected, MeldcodeStepRecorded):
        steps.setdefault(one.step.meldcode_id, []).append(one.step.step)
    assert steps == {one: [*MeldcodeStep] for one in expected.meldcode}
    assert {
        one.step.meldcode_id: one.step.decision
        for one in of(expected, MeldcodeStepRecorded)
        if one.step.decision is not None
    } == expected.meldcode


@each_scenario
def test_who_was_heard(expected: ExpectedDomain) -> None:
    assert {
        one.conversation.conversation_id: Talk(
            heard=frozenset(them.member_id for them in one.conversation.members if them.heard),
            not_heard=frozenset(
                them.member_id for them in one.conversation.members if not them.heard
            ),
        )
        for one in of(expected, ConversationHeld)
    } == expected.conversations


def test_four_agencies_have_her_tell_it_in_one_week() -> None:
    # Monday 17 to Sunday 23 March is week 12.
    agencies = [
        one.conversation.agency
        for one in of(SPREADING_STALKING_DOMAIN, ConversationHeld)
        if one.conversation.held_at.isocalendar()[:2] == (2025, 12)
        and "sanne" in {them.member_id for them in one.conversation.members}
    ]
    assert agencies == ["municipality", "veilig-thuis", "police", "school"]


def test_the_children_are_present_before_they_are_heard() -> None:
    # Line 13 in February, lines 59 and 60 in May.
    first: dict[str, dict[bool, int]] = {"noor": {}, "tijn": {}}
    for one in of(CUSTODY_FIGHT_DOMAIN, ConversationHeld):
        for them in one.conversation.members:
            if them.member_id in first:
                first[them.member_id].setdefault(them.heard, one.conversation.held_at.month)
    assert first == {"noor": {False: 2, True: 5}, "tijn": {False: 2, True: 5}}


@each_scenario
def test_the_familys_own_voice(expected: ExpectedDomain) -> None:
    consents = {one.consent.consent_id: True for one in of(expected, ConsentGiven)}
    consents |= {one.consent_id: False for one in of(expected, ConsentWithdrawn)}
    answered = {one.objection_id: one.upheld for one in of(expected, ObjectionAnswered)}
    made = {one.objection.objection_id for one in of(expected, ObjectionMade)}
    words = [one.own_words for one in of(expected, OwnWordsRecorded)]
    assert consents == expected.consents
    assert answered == expected.objections
    assert made == answered.keys()
    assert tuple((one.goal_id, one.member_id) for one in words) == expected.own_words
    assert {one.look_back.look_back_id for one in of(expected, LookBackRecorded)} == (
        expected.look_backs
    )


@each_scenario
def test_strengths_and_safety_agreements(expected: ExpectedDomain) -> None:
    made = [one.agreement.agreement_id for one in of(expected, SafetyAgreementMade)]
    ended = {one.agreement_id: one.how for one in of(expected, SafetyAgreementEnded)}
    strengths = {one.strength.strength_id for one in of(expected, StrengthNoted)}
    assert {one: ended.get(one) for one in made} == expected.agreements
    assert strengths == expected.strengths


@each_scenario
def test_reviews_variant_and_phases(expected: ExpectedDomain) -> None:
    plan = plan_of(expected)
    assert {
        one.review.review_id: tuple(decision.decision_id for decision in one.review.decisions)
        for one in of(expected, ReviewHeld)
    } == expected.reviews
    assert plan.variant is expected.variant
    assert tuple(one.phase for one in of(expected, PhaseEntered)) == expected.phases
    assert plan.phase is expected.phase


@each_scenario
def test_conferences_from_their_agenda_to_what_was_left(expected: ExpectedDomain) -> None:
    agenda = {one.call.conference_id: one.agenda for one in of(expected, ConferenceCalled)}
    left = {one.conference_id: one.unsettled for one in of(expected, ConferenceClosed)}
    decided: dict[str, list[str]] = {}
    for one in of(expected, ConferenceDecided):
        decided.setdefault(one.decision.conference_id, []).append(one.decision.decision_id)
    assert {
        conference_id: Met(
            agenda=tuple(item.item_id for item in items),
            decisions=tuple(decided[conference_id]),
            unsettled=tuple(item.item_id for item in left[conference_id]),
        )
        for conference_id, items in agenda.items()
    } == expected.conferences


@each_scenario
def test_from_whom_each_address_is_hidden(expected: ExpectedDomain) -> None:
    plan = plan_of(expected)
    assert {
        address_id: frozenset(one for one in plan.members if hidden_from(shield, one))
        for address_id, shield in plan.shields.items()
    } == expected.addresses


@each_scenario
def test_emergency_access_and_what_the_lead_says_of_it(expected: ExpectedDomain) -> None:
    taken = {one.access.access_id for one in of(expected, EmergencyAccessTaken)}
    assert {
        one.access_id: one.justified for one in of(expected, EmergencyAccessReviewed)
    } == expected.emergencies
    assert taken == expected.emergencies.keys()
