"""What is unclear about an incident is asked on by itself, and answered once it is clear."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.context import Context, Provenance
from domain.errors import Refused, UnknownItem
from domain.family_plan import FamilyPlan
from domain.family_plan.questions import QuestionAnswered, QuestionAsked, QuestionDropped
from domain.keys import question_id
from domain.values import (
    Certainty,
    Clarification,
    FamilyMember,
    FamilyRole,
    Incident,
    IncidentFact,
    IncidentKind,
    InformationSource,
    LeadCaseworker,
    OpenQuestion,
    Owner,
    OwnerKind,
    Party,
    Role,
)

# A Monday in March 2026: no public holiday is near.
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FACTS = tuple(IncidentFact)


def context(agency: str = "police", *, recorded_at: datetime = NOW) -> Context:
    return Context(
        provenance=Provenance(
            actor=agency,
            role=Role.AGENCY,
            agency=agency,
            correlation_id="c",
            causation_id="c",
        ),
        occurred_at=recorded_at,
        recorded_at=recorded_at,
    )


def new_plan(*, led: bool = False) -> FamilyPlan:
    """A plan of three people with the police and the school; nothing pending."""
    plan = FamilyPlan.open(
        "F1",
        reason="a report",
        members=tuple(
            FamilyMember(member_id=one, name=one.title(), role=FamilyRole.PARENT)
            for one in ("anna", "rick", "tom")
        ),
        parties=(Party(agency="police", task="x"), Party(agency="school", task="y")),
        context=context(),
    )
    if led:
        carla = LeadCaseworker(person_id="carla", name="Carla", agency="school")
        plan.assign_lead(carla, context())
    plan.collect_events()
    return plan


def incident(**facts: Any) -> Incident:
    """An incident about which all is clear, but for ``facts``."""
    return Incident(
        **{
            "incident_id": "i1",
            "kind": IncidentKind.PHYSICAL,
            "by": ("rick",),
            "against": ("anna",),
            "began_at": NOW,
            "source": InformationSource.VICTIM,
            "certainty": Certainty.TOLD,
            "text": "it happened",
            **facts,
        }
    )


UNCLEAR: dict[IncidentFact, Any] = {
    IncidentFact.BY: ("unknown",),
    IncidentFact.AGAINST: ("anna", "unknown"),
    IncidentFact.KIND: IncidentKind.UNKNOWN,
    IncidentFact.SOURCE: InformationSource.UNKNOWN,
    IncidentFact.CERTAINTY: Certainty.UNKNOWN,
}
CLEAR: dict[IncidentFact, Any] = {
    IncidentFact.BY: ("tom",),
    IncidentFact.AGAINST: ("anna", "tom"),
    IncidentFact.KIND: IncidentKind.SEXUAL,
    IncidentFact.SOURCE: InformationSource.CHILD,
    IncidentFact.CERTAINTY: Certainty.ESTABLISHED,
}
some_facts = st.sets(st.sampled_from(FACTS))


def asked(plan: FamilyPlan) -> list[OpenQuestion]:
    return [one.question for one in plan.pending_events if isinstance(one, QuestionAsked)]


def answered(plan: FamilyPlan) -> list[QuestionAnswered]:
    return [one for one in plan.pending_events if isinstance(one, QuestionAnswered)]


def the_id(fact: IncidentFact) -> str:
    return question_id("F1", "i1", fact.value)


def without_values(facts: set[IncidentFact], values: dict[IncidentFact, Any]) -> dict[str, Any]:
    return {fact.value: values[fact] for fact in facts}


@settings(deadline=None)
@given(unclear=some_facts)
def test_each_fact_that_is_unclear_is_asked_on_once(unclear: set[IncidentFact]) -> None:
    plan = new_plan()
    plan.record_incident(incident(**without_values(unclear, UNCLEAR)), context())
    assert {one.unclear for one in asked(plan)} == unclear
    assert [one.question_id for one in asked(plan)] == [the_id(f) for f in FACTS if f in unclear]
    assert all(one.incident_id == "i1" for one in asked(plan))


@settings(deadline=None)
@given(unclear=some_facts, cleared=st.lists(some_facts.filter(bool), max_size=4))
def test_what_becomes_clear_answers_its_question_once(
    unclear: set[IncidentFact], cleared: list[set[IncidentFact]]
) -> None:
    plan = new_plan()
    plan.record_incident(incident(**without_values(unclear, UNCLEAR)), context())
    for facts in cleared:
        clear = Clarification(**without_values(facts, CLEAR))
        plan.clarify_incident("i1", clear, "now we know", context())
    expected = unclear & {fact for facts in cleared for fact in facts}
    assert {one.question_id for one in answered(plan)} == {the_id(fact) for fact in expected}
    assert len(answered(plan)) == len(expected)
    assert all(one.by_itself and one.answer == "now we know" for one in answered(plan))


def test_what_version_1_did_not_ask_raises_no_question() -> None:
    plan = new_plan()
    plan.record_incident(incident(source=None, certainty=None), context())
    assert asked(plan) == []


def test_a_question_is_about_the_known_people_and_due_in_ten_working_days() -> None:
    plan = new_plan()
    plan.record_incident(incident(by=("unknown",)), context())
    (question,) = asked(plan)
    assert question.about == ("anna",)
    # Monday 2 March and ten working days: Monday 16 March.
    assert question.due == date(2026, 3, 16)
    assert question.text.startswith("Door wie?")


@pytest.mark.parametrize(
    ("led", "teller", "name", "agency"),
    [
        pytest.param(True, "police", "Carla", "school", id="the lead"),
        pytest.param(False, "school", "school", "school", id="without a lead, who told it"),
        pytest.param(False, "halt", "police", "police", id="a stranger told it: the first party"),
    ],
)
def test_who_asks_on(led: bool, teller: str, name: str, agency: str) -> None:
    plan = new_plan(led=led)
    plan.record_incident(incident(by=("unknown",)), context(teller))
    (question,) = asked(plan)
    assert question.owner == Owner(kind=OwnerKind.PROFESSIONAL, name=name, agency=agency)


def test_what_is_said_to_be_unknown_later_is_asked_then_and_not_twice() -> None:
    plan = new_plan()
    plan.record_incident(incident(), context())
    disputed = Clarification(by=("unknown",))
    plan.clarify_incident("i1", disputed, "he says it was not he", context())
    plan.clarify_incident("i1", disputed, "he says so again", context())
    assert [one.unclear for one in asked(plan)] == [IncidentFact.BY]


def test_what_becomes_unclear_again_is_asked_again_about_whom_it_is_by_then() -> None:
    plan = new_plan()
    plan.record_incident(incident(by=("unknown",)), context())
    cleared = Clarification(by=("rick",), against=("anna", "tom"))
    plan.clarify_incident("i1", cleared, "Anna says so", context())
    plan.clarify_incident("i1", Clarification(by=("unknown",)), "he denies it", context())
    first, again = asked(plan)
    assert (first.question_id, first.about) == (the_id(IncidentFact.BY), ("anna",))
    assert again.question_id == question_id("F1", "i1", "by", 2) != first.question_id
    # Of those it was said to be by nobody is left; against whom it was had become clear.
    assert again.about == ("anna", "tom")
    plan.clarify_incident("i1", Clarification(by=("tom",)), "on film", context())
    assert [(one.question_id, one.answer) for one in answered(plan)] == [
        (first.question_id, "Anna says so"),
        (again.question_id, "on film"),
    ]


def test_a_dropped_question_is_asked_again_once_somebody_says_it_is_unknown() -> None:
    plan = new_plan()
    plan.record_incident(incident(kind=IncidentKind.UNKNOWN), context())
    plan.drop_question(the_id(IncidentFact.KIND), "no camera", context())
    plan.clarify_incident("i1", Clarification(by=("tom",)), "seen", context())
    assert len(asked(plan)) == 1
    plan.clarify_incident("i1", Clarification(kind=IncidentKind.UNKNOWN), "film found", context())
    assert [one.unclear for one in asked(plan)] == [IncidentFact.KIND, IncidentFact.KIND]


class History:
    """Gives a plan random commands about one incident and its questions, and keeps what was said.

    ``asking`` holds, for each fact, whether its last word left a question that nobody ended.
    """

    def __init__(self, unclear: set[IncidentFact]) -> None:
        self.plan = new_plan()
        self.asking = {fact: fact in unclear for fact in FACTS}
        self.plan.record_incident(incident(**without_values(unclear, UNCLEAR)), context())

    def clarify(self, facts: set[IncidentFact], unclear: set[IncidentFact]) -> None:
        said = without_values(facts, CLEAR) | without_values(unclear, UNCLEAR)
        self.plan.clarify_incident("i1", Clarification(**said), "this is said", context())
        self.asking |= dict.fromkeys(facts, False) | dict.fromkeys(unclear, True)

    def end(self, data: st.DataObject) -> None:
        still_open = self.open_questions()
        if not still_open:
            return
        fact = data.draw(st.sampled_from(sorted(still_open)))
        end = data.draw(st.sampled_from([self.plan.answer_question, self.plan.drop_question]))
        end(still_open[fact], "so it is", context())
        self.asking[fact] = False

    def open_questions(self) -> dict[IncidentFact, str]:
        """By the fact each is about; fails when there are two about one fact."""
        found = [
            (one.unclear, one.question_id)
            for one in asked(self.plan)
            if one.unclear is not None and self.plan.items["question"][one.question_id]
        ]
        assert len({fact for fact, _ in found}) == len(found)
        return dict(found)


@settings(deadline=None, max_examples=60)
@given(unclear=some_facts, data=st.data())
def test_what_is_unclear_by_the_last_word_is_being_asked_and_nothing_ends_twice(
    unclear: set[IncidentFact], data: st.DataObject
) -> None:
    history = History(unclear)
    for _ in range(data.draw(st.integers(0, 8))):
        if data.draw(st.booleans()):
            history.end(data)
        else:
            named = data.draw(some_facts.filter(bool))
            still = {one for one in named if data.draw(st.booleans())}
            history.clarify(named - still, still)
        assert {fact for fact, open_ in history.asking.items() if open_} == {
            *history.open_questions()
        }
    events = history.plan.pending_events
    ended = [
        one.question_id for one in events if isinstance(one, QuestionAnswered | QuestionDropped)
    ]
    all_asked = [one.question_id for one in asked(history.plan)]
    assert len(set(ended)) == len(ended)
    assert len(set(all_asked)) == len(all_asked)
    assert {*ended} == {*all_asked} - {*history.open_questions().values()}


def test_a_part_that_stays_unknown_leaves_the_question_open() -> None:
    plan = new_plan()
    plan.record_incident(incident(by=("unknown",)), context())
    plan.clarify_incident("i1", Clarification(by=("rick", "unknown")), "one of two", context())
    assert answered(plan) == []
    assert plan.items["question"][the_id(IncidentFact.BY)]


def a_question(question_id: str = "v1", **facts: Any) -> OpenQuestion:
    owner = Owner(kind=OwnerKind.PROFESSIONAL, name="Carla", agency="school")
    return OpenQuestion(**{"question_id": question_id, "text": "who?", "owner": owner, **facts})


def test_every_agency_may_ask_and_answer_and_only_parties_assign_and_drop() -> None:
    plan = new_plan()
    plan.ask_question(a_question(), context("halt"))
    with pytest.raises(Refused, match="not a party"):
        plan.assign_question("v1", a_question().owner, None, context("halt"))
    with pytest.raises(Refused, match="not a party"):
        plan.drop_question("v1", "no", context("halt"))
    plan.answer_question("v1", "she does", context("halt"))
    assert [type(one).__name__ for one in plan.pending_events] == [
        "QuestionAsked",
        "QuestionAnswered",
    ]


@pytest.mark.parametrize(
    ("question", "error", "field"),
    [
        pytest.param(a_question("q-1"), Refused, "data.question_id", id="an id of the service"),
        pytest.param(a_question(about=("zoe",)), UnknownItem, "data.about[0]", id="unknown member"),
        pytest.param(
            a_question(incident_id="i9"), UnknownItem, "data.incident_id", id="unknown incident"
        ),
        pytest.param(
            a_question(owner=Owner(kind=OwnerKind.PROFESSIONAL, name="X", agency="halt")),
            Refused,
            "data.owner.agency",
            id="an owner of no party",
        ),
        pytest.param(
            a_question(owner=Owner(name="Els")), Refused, "data.owner.kind", id="on no side"
        ),
    ],
)
def test_questions_that_cannot_be_asked(
    question: OpenQuestion, error: type[Refused | UnknownItem], field: str
) -> None:
    plan = new_plan()
    with pytest.raises(error) as refused:
        plan.ask_question(question, context())
    assert refused.value.field == field
    assert plan.pending_events == []


def test_a_question_ends_once() -> None:
    plan = new_plan()
    plan.ask_question(a_question(), context())
    plan.drop_question("v1", "nobody knows", context())
    with pytest.raises(Refused, match="has ended already"):
        plan.answer_question("v1", "x", context())
    with pytest.raises(Refused, match="has ended already"):
        plan.drop_question("v1", "x", context())
    with pytest.raises(Refused, match="has ended already"):
        plan.assign_question("v1", a_question().owner, None, context())


def test_an_answer_that_comes_before_its_question_waits_for_it() -> None:
    plan = new_plan()
    with pytest.raises(UnknownItem) as waiting:
        plan.answer_question("v1", "early", context())
    plan.ask_question(a_question(), context())
    known = plan.pending_events[0]
    assert isinstance(known, QuestionAsked)
    assert waiting.value.waits_for in known.makes_known()


def test_a_clarification_names_known_members_of_a_known_incident() -> None:
    plan = new_plan()
    with pytest.raises(UnknownItem) as no_incident:
        plan.clarify_incident("i1", Clarification(by=("rick",)), "x", context())
    plan.record_incident(incident(), context())
    with pytest.raises(UnknownItem) as no_member:
        plan.clarify_incident("i1", Clarification(by=("zoe",)), "x", context())
    assert (no_incident.value.field, no_member.value.field) == (
        "data.incident_id",
        "data.clear.by[0]",
    )
