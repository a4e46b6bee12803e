"""The family's voice: taken whoever writes it down, once; a member's rights outlast the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.context import Context, Provenance
from domain.errors import DomainError, PlanIsClosed, Refused, UnknownItem
from domain.family_plan import FamilyPlan
from domain.family_plan.voice import (
    ConsentGiven,
    ConsentWithdrawn,
    LookBackRecorded,
    ObjectionAnswered,
    ObjectionMade,
    OwnWordsRecorded,
)
from domain.keys import item_key
from domain.values import (
    Consent,
    FamilyMember,
    FamilyRole,
    Goal,
    GoalResult,
    LeadCaseworker,
    LifeDomain,
    LookBack,
    Objection,
    OwnWords,
    Party,
    Role,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Give = Callable[[FamilyPlan, Context], None]


def context(role: Role = Role.AGENCY, agency: str | None = "police", actor: str = "x") -> Context:
    return Context(
        provenance=Provenance(
            actor=actor, role=role, agency=agency, correlation_id="c", causation_id="c"
        ),
        occurred_at=NOW,
        recorded_at=NOW,
    )


PARTY = context()
STRANGER = context(agency="victim-support")
LEAD = context(Role.LEAD, "municipality", "carla")
OTHER_LEAD = context(Role.LEAD, "police", "dirk")
ADMINISTRATOR = context(Role.ADMINISTRATOR, None)


def led_plan() -> FamilyPlan:
    """A plan of Anna, Bram and Opa, who left it, with a goal g1; Carla leads it. None pending."""
    plan = FamilyPlan.open(
        "F1",
        reason="a report",
        members=tuple(
            FamilyMember(member_id=one, name=one.title(), role=FamilyRole.PARENT)
            for one in ("anna", "bram", "opa")
        ),
        parties=(Party(agency="police", task="x"), Party(agency="municipality", task="y")),
        context=PARTY,
    )
    carla = LeadCaseworker(person_id="carla", name="Carla", agency="municipality")
    plan.assign_lead(carla, ADMINISTRATOR)
    plan.remove_member("opa", "moved", LEAD)
    plan.set_goal(Goal(goal_id="g1", life_domain=LifeDomain.SAFETY, text="calm"), LEAD)
    plan.collect_events()
    return plan


def own_words(member_id: str = "anna", goal_id: str = "g1") -> Give:
    words = OwnWords(goal_id=goal_id, member_id=member_id, words="to sleep again")
    return lambda plan, who: plan.record_own_words(words, who)


def consent(member_id: str = "anna", consent_id: str = "t1", agencies: Any = ()) -> Give:
    given = Consent(consent_id=consent_id, member_id=member_id, to="talk", agencies=agencies)
    return lambda plan, who: plan.give_consent(given, who)


def withdraw(consent_id: str = "t1", reason: str | None = None) -> Give:
    return lambda plan, who: plan.withdraw_consent(consent_id, reason, who)


def objection(member_id: str = "anna", objection_id: str = "b1") -> Give:
    made = Objection(objection_id=objection_id, member_id=member_id, against="it is untrue")
    return lambda plan, who: plan.make_objection(made, who)


def answer(objection_id: str = "b1", upheld: bool = True) -> Give:
    return lambda plan, who: plan.answer_objection(objection_id, upheld, "you are right", who)


def look_back(member_id: str = "anna", look_back_id: str = "l1") -> Give:
    said = LookBack(look_back_id=look_back_id, member_id=member_id, words="they listened")
    return lambda plan, who: plan.look_back(said, who)


VOICES = [
    pytest.param(own_words, id="own words"),
    pytest.param(consent, id="consent"),
    pytest.param(objection, id="objection"),
    pytest.param(look_back, id="look back"),
]


@pytest.mark.parametrize("who", [PARTY, STRANGER, LEAD, ADMINISTRATOR])
@pytest.mark.parametrize("voice", VOICES)
def test_a_voice_is_taken_whoever_writes_it_down(voice: Callable[[], Give], who: Context) -> None:
    plan = led_plan()
    voice()(plan, who)
    (event,) = plan.pending_events
    assert event.provenance == who.provenance  # type: ignore[attr-defined]


@pytest.mark.parametrize("voice", VOICES)
def test_a_lead_writes_down_the_voice_of_its_own_family_only(voice: Callable[[], Give]) -> None:
    with pytest.raises(Refused, match="dirk is not the lead"):
        voice()(led_plan(), OTHER_LEAD)


@pytest.mark.parametrize("voice", VOICES)
def test_a_former_member_is_heard_an_unknown_one_waited_for(voice: Callable[[str], Give]) -> None:
    plan = led_plan()
    voice("opa")(plan, PARTY)
    assert len(plan.pending_events) == 1
    with pytest.raises(UnknownItem) as waiting:
        voice("oma")(led_plan(), PARTY)
    assert waiting.value.field == "data.member_id"
    assert waiting.value.waits_for == item_key("F1", "member", "oma")
    with pytest.raises(Refused, match="somebody unknown neither speaks"):
        voice("unknown")(led_plan(), PARTY)


def test_own_words_stand_beside_a_goal_also_one_that_ended_and_change() -> None:
    plan = led_plan()
    with pytest.raises(UnknownItem) as waiting:
        own_words(goal_id="g2")(plan, PARTY)
    assert waiting.value.waits_for == item_key("F1", "goal", "g2")
    own_words()(plan, PARTY)
    plan.end_goal("g1", GoalResult.REACHED, "they sleep", LEAD)
    own_words()(plan, STRANGER)
    first, _, second = plan.pending_events
    assert isinstance(first, OwnWordsRecorded)
    assert isinstance(second, OwnWordsRecorded)
    assert first.own_words.words == "to sleep again"


def test_a_consent_is_withdrawn_once_with_or_without_a_reason() -> None:
    plan = led_plan()
    with pytest.raises(UnknownItem) as waiting:
        withdraw()(plan, PARTY)
    consent(agencies=("school", "police"))(plan, PARTY)
    consent(consent_id="t2")(plan, STRANGER)
    withdraw()(plan, STRANGER)  # not the one who wrote it down
    withdraw("t2", "too much")(plan, LEAD)
    with pytest.raises(Refused, match="consent t1 has ended already"):
        withdraw()(plan, PARTY)
    first, second, third, fourth = plan.pending_events
    assert isinstance(first, ConsentGiven)
    assert isinstance(second, ConsentGiven)
    assert waiting.value.waits_for in first.makes_known()
    assert first.consent.agencies == ("school", "police")
    assert isinstance(third, ConsentWithdrawn)
    assert isinstance(fourth, ConsentWithdrawn)
    assert (third.reason, fourth.reason) == (None, "too much")


def test_an_agency_is_named_once_in_a_consent() -> None:
    with pytest.raises(Refused) as refused:
        consent(agencies=("school", "police", "school"))(led_plan(), PARTY)
    assert refused.value.field == "data.agencies[2]"


def test_an_objection_is_answered_once_by_a_party_or_the_lead() -> None:
    plan = led_plan()
    with pytest.raises(UnknownItem) as waiting:
        answer()(plan, LEAD)
    objection()(plan, STRANGER)
    objection(objection_id="b2")(plan, STRANGER)
    for who, field in ((STRANGER, "source"), (OTHER_LEAD, "actor")):
        with pytest.raises(Refused) as refused:
            answer()(plan, who)
        assert refused.value.field == field
    answer()(plan, LEAD)
    answer("b2", upheld=False)(plan, PARTY)
    with pytest.raises(Refused, match="objection b1 has ended already"):
        answer()(plan, LEAD)
    made, _, first, second = plan.pending_events
    assert isinstance(made, ObjectionMade)
    assert waiting.value.waits_for in made.makes_known()
    assert isinstance(first, ObjectionAnswered)
    assert isinstance(second, ObjectionAnswered)
    assert (first.upheld, second.upheld) == (True, False)


def test_a_closed_plan_takes_what_is_a_members_right() -> None:
    plan = led_plan()
    consent()(plan, PARTY)
    objection()(plan, PARTY)
    plan.close("done", LEAD)
    plan.collect_events()
    withdraw()(plan, STRANGER)
    answer()(plan, LEAD)
    objection(objection_id="b2")(plan, PARTY)
    look_back()(plan, STRANGER)
    kinds = [ConsentWithdrawn, ObjectionAnswered, ObjectionMade, LookBackRecorded]
    assert [type(event) for event in plan.pending_events] == kinds


@pytest.mark.parametrize("voice", [own_words, consent])
def test_what_is_about_the_work_waits_until_the_plan_is_open(voice: Callable[[], Give]) -> None:
    plan = led_plan()
    plan.close("done", LEAD)
    with pytest.raises(PlanIsClosed):
        voice()(plan, PARTY)


IDS = st.sampled_from(["x1", "x2"])
STEP = st.one_of(
    IDS.map(lambda one: ("consent", one, True, consent(consent_id=one))),
    IDS.map(lambda one: ("consent", one, False, withdraw(one))),
    IDS.map(lambda one: ("objection", one, True, objection(objection_id=one))),
    IDS.map(lambda one: ("objection", one, False, answer(one))),
    IDS.map(lambda one: ("look-back", one, True, look_back(look_back_id=one))),
    st.sampled_from(["close", "reopen"]).map(lambda one: ("plan", one, True, _lead_says(one))),
)


def _lead_says(verb: str) -> Give:
    return lambda plan, _who: getattr(plan, verb)("because", LEAD)


@given(steps=st.lists(STEP, max_size=25))
def test_in_any_order_nothing_begins_or_ends_twice(
    steps: list[tuple[str, str, bool, Give]],
) -> None:
    """Against a model: what was begun, what of it has ended, and whether the plan is open."""
    plan, is_open = led_plan(), True
    begun: set[tuple[str, str]] = set()
    ended: set[tuple[str, str]] = set()
    for kind, item_id, begins, give in steps:
        item = (kind, item_id)
        if kind == "plan":
            may = is_open == (item_id == "close")
            is_open = is_open != may
        elif begins:
            may = item not in begun and (is_open or kind != "consent")
            begun |= {item} if may else set()
        else:
            may = item in begun - ended
            ended |= {item} if may else set()
        before = len(plan.pending_events)
        try:
            give(plan, PARTY)
        except DomainError:
            assert not may
        assert len(plan.pending_events) == before + may
    for kind in ("consent", "objection", "look-back"):
        state = {item_id: (kind, item_id) not in ended for one, item_id in begun if one == kind}
        assert plan.items[kind] == state


def test_the_two_times_are_kept() -> None:
    plan = led_plan()
    earlier = PARTY.model_copy(update={"occurred_at": NOW - timedelta(days=3)})
    look_back()(plan, earlier)
    (event,) = plan.pending_events
    assert isinstance(event, LookBackRecorded)
    assert (event.occurred_at, event.recorded_at) == (NOW - timedelta(days=3), NOW)


def by_member(member_id: str = "anna") -> Context:
    """What a member says by themselves, written down by the service."""
    return context(Role.SYSTEM, None, member_id)


OWN = [
    OwnWords(goal_id="g1", member_id="anna", words="to sleep again"),
    Consent(consent_id="t1", member_id="anna", to="talk", agencies=("school",)),
    Objection(objection_id="b1", member_id="anna", against="it is untrue"),
    LookBack(look_back_id="l1", member_id="anna", words="they listened"),
]


@pytest.mark.parametrize("said", OWN, ids=lambda one: type(one).__name__)
def test_a_member_speaks_by_themselves_in_their_own_name_only(said: Any) -> None:
    plan = led_plan()
    plan.speak(said, by_member())
    (event,) = plan.pending_events
    assert event.provenance.actor == "anna"  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="for themselves, and for nobody else"):
        plan.speak(said, by_member("bram"))
    for other in (PARTY, LEAD, ADMINISTRATOR, context(Role.SYSTEM, "police", "anna")):
        with pytest.raises(Refused, match="only a member"):
            plan.speak(said, other)


def test_a_member_takes_back_their_own_consent_on_a_closed_plan_too() -> None:
    plan = led_plan()
    given = Consent(consent_id="t1", member_id="anna", to="talk")
    plan.speak(given, by_member())
    plan.close("done", LEAD)
    with pytest.raises(Refused, match="for nobody else"):
        plan.take_back(given, None, by_member("bram"))
    plan.take_back(given, None, by_member())
    with pytest.raises(Refused, match="has ended already"):
        plan.take_back(given, None, by_member())
    with pytest.raises(PlanIsClosed):
        plan.speak(OWN[0], by_member())  # type: ignore[arg-type]
