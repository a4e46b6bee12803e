"""The voice of each member, and own words beside the goal; worked out by hand."""

from __future__ import annotations

from typing import Any

from domain.family_plan import FamilyPlan, PlanEvent
from domain.values import (
    Consent,
    Conversation,
    FamilyMember,
    FamilyRole,
    Goal,
    Heard,
    LifeDomain,
    LookBack,
    Manner,
    Objection,
    OwnWords,
    Role,
)
from projections.current_plan import Ending, SaidBy, plan_view
from projections.rows import Reader
from projections.summaries import summary
from projections.voice import LastHeard, MemberVoice, VoiceView, WantsKnown, voice_view
from tests.golden.samples.voice import events
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, opened

POLICE_SAYS = SaidBy(agency="police", actor="police", role=Role.AGENCY)
SCHOOL_SAYS = SaidBy(agency="school", actor="school", role=Role.AGENCY)


def view(reader: Reader) -> VoiceView:
    found = voice_view(reader, "F1", at(30))
    assert found is not None
    return found


def voice_of(reader: Reader, member_id: str) -> MemberVoice:
    (found,) = (one for one in view(reader).members if one.member_id == member_id)
    return found


def converse(
    plan: FamilyPlan, conversation_id: str, day: int, *members: Heard, **facts: Any
) -> None:
    """A conversation of the school on a day in March, told three days later."""
    conversation = Conversation(
        **{
            "conversation_id": conversation_id,
            "agency": "school",
            "professional": "Els",
            "manner": Manner.AT_SCHOOL,
            "held_at": at(day),
            "members": members,
            "about": "how it goes",
            **facts,
        }
    )
    plan.hold_conversation(conversation, context(at(day), at(day + 3), agency="school"))


def heard(member_id: str, words: str | None = None) -> Heard:
    return Heard(member_id=member_id, heard=True, words=words)


def test_a_family_without_a_plan_has_no_voice_one_with_a_plan_has(read: Read) -> None:
    reader = read(events_of(opened("F1")))
    assert voice_view(reader, "F2", at(3)) is None
    silent = {
        "present": True,
        "last_heard": None,
        "own_words": (),
        "wants_known": (),
        "consents": (),
        "objections": (),
        "look_backs": (),
    }
    assert view(reader) == VoiceView(
        family_id="F1",
        members=(MemberVoice(member_id="anna", **silent), MemberVoice(member_id="bram", **silent)),
        conversations=(),
    )


def test_own_words_stand_beside_the_goal_and_with_the_member(read: Read) -> None:
    plan = opened()
    for goal_id in ("g1", "g2"):
        goal = Goal(goal_id=goal_id, life_domain=LifeDomain.SAFETY, text="calm")
        plan.set_goal(goal, context(at(3)))
    for member_id, goal_id, words, day in (
        ("bram", "g1", "no shouting", 6),
        ("anna", "g1", "to sleep again", 5),
        ("anna", "g2", "a door that locks", 7),
        ("anna", "g1", "to sleep all night", 9),
    ):
        said = OwnWords(goal_id=goal_id, member_id=member_id, words=words)
        plan.record_own_words(said, context(at(day), at(10), agency="school"))
    reader = read(events_of(plan))
    shown = plan_view(reader, "F1")
    assert shown is not None
    first, second = shown.goals
    assert [(one.member_id, one.words) for one in first.own_words] == [
        ("anna", "to sleep again"),
        ("bram", "no shouting"),
        ("anna", "to sleep all night"),
    ]
    (own_words,) = second.own_words
    assert own_words.words == "a door that locks"
    assert (own_words.occurred_at, own_words.recorded_at) == (at(7), at(10))
    assert own_words.said_by == SCHOOL_SAYS
    assert [(one.goal_id, one.words) for one in voice_of(reader, "anna").own_words] == [
        ("g1", "to sleep again"),
        ("g2", "a door that locks"),
        ("g1", "to sleep all night"),
    ]
    assert voice_of(reader, "bram").own_words == first.own_words[1:2]


def test_consents_stand_as_given_or_withdrawn(read: Read) -> None:
    plan = opened()
    for consent_id, day in (("t1", 4), ("t2", 5), ("t3", 6)):
        consent = Consent(
            consent_id=consent_id, member_id="anna", to="that they talk", agencies=("school",)
        )
        plan.give_consent(consent, context(at(day)))
    plan.withdraw_consent("t1", None, context(at(7), at(8), agency="school"))
    plan.close("done", context(at(9)))
    plan.withdraw_consent("t2", "too much", context(at(10)))
    found = voice_of(read(events_of(plan)), "anna").consents
    assert [(one.consent_id, one.state, one.to, one.agencies) for one in found] == [
        ("t1", "ended", "that they talk", ("school",)),
        ("t2", "ended", "that they talk", ("school",)),
        ("t3", "open", "that they talk", ("school",)),
    ]
    assert found[0].ended == Ending(
        said_by=SCHOOL_SAYS, occurred_at=at(7), recorded_at=at(8), result="withdrawn", text=""
    )
    assert found[1].ended is not None
    assert found[1].ended.text == "too much"
    assert found[0].said_by == POLICE_SAYS


def test_objections_stand_as_open_or_answered(read: Read) -> None:
    plan = opened()
    for objection_id in ("b1", "b2", "b3"):
        objection = Objection(objection_id=objection_id, member_id="bram", against="it is untrue")
        plan.make_objection(objection, context(at(4), agency="halt"))
    plan.answer_objection("b1", True, "you are right", context(at(5)))
    plan.answer_objection("b2", False, "we saw it", context(at(6)))
    found = voice_of(read(events_of(plan)), "bram").objections
    assert [(one.objection_id, one.state) for one in found] == [
        ("b1", "ended"),
        ("b2", "ended"),
        ("b3", "open"),
    ]
    answers = [(one.ended.result, one.ended.text) for one in found if one.ended is not None]
    assert answers == [("upheld", "you are right"), ("not-upheld", "we saw it")]


def test_who_was_heard_last_and_what_they_want_others_to_know(read: Read) -> None:
    plan = opened()
    converse(plan, "k2", 12, heard("bram", "stay with grandma"), heard("anna"))
    converse(plan, "k1", 8, heard("bram", "no more moving"))  # told later, held before
    unheard = Heard(member_id="anna", heard=False)
    converse(plan, "k3", 15, unheard, agency="school", manner=Manner.PHONE)
    reader = read(events_of(plan))
    anna, bram = voice_of(reader, "anna"), voice_of(reader, "bram")
    assert anna.last_heard == LastHeard(conversation_id="k2", agency="school", held_at=at(12))
    assert bram.last_heard == anna.last_heard
    assert anna.wants_known == ()
    assert bram.wants_known == (
        WantsKnown(
            conversation_id="k1",
            agency="school",
            professional="Els",
            manner=Manner.AT_SCHOOL,
            held_at=at(8),
            words="no more moving",
        ),
        WantsKnown(
            conversation_id="k2",
            agency="school",
            professional="Els",
            manner=Manner.AT_SCHOOL,
            held_at=at(12),
            words="stay with grandma",
        ),
    )
    held = view(reader).conversations
    assert [(one.conversation_id, one.held_at, one.recorded_at) for one in held] == [
        ("k1", at(8), at(11)),
        ("k2", at(12), at(15)),
        ("k3", at(15), at(18)),
    ]
    assert held[2].members == (unheard,)
    assert (held[2].about, held[2].said_by) == ("how it goes", SCHOOL_SAYS)


def test_look_backs_come_after_the_closing_and_former_members_keep_their_voice(read: Read) -> None:
    plan = opened()
    oma = FamilyMember(member_id="oma", name="Corrie", role=FamilyRole.GRANDPARENT)
    plan.add_member(oma, context(at(4)))
    plan.remove_member("oma", "moved", context(at(5)))
    plan.remove_member("bram", "moved", context(at(6)))
    plan.add_member(FamilyMember(**{**dict(oma), "member_id": "bram"}), context(at(7)))
    plan.close("done", context(at(8)))
    look_back = LookBack(look_back_id="l1", member_id="oma", words="they listened")
    plan.look_back(look_back, context(at(20), at(21), agency="school"))
    reader = read(events_of(plan))
    assert [(one.member_id, one.present) for one in view(reader).members] == [
        ("anna", True),
        ("oma", False),
        ("bram", True),
    ]
    (said,) = voice_of(reader, "oma").look_backs
    assert (said.words, said.occurred_at, said.recorded_at) == ("they listened", at(20), at(21))


def test_no_family_hears_another(read: Read) -> None:
    plans = [opened("F1"), opened("F2")]
    look_back = LookBack(look_back_id="l1", member_id="anna", words="only here")
    plans[1].look_back(look_back, context(at(4)))
    reader = read(events_of(*plans))
    assert voice_of(reader, "anna").look_backs == ()
    assert "only here" not in view(reader).model_dump_json()


LINES = {
    "OwnWordsRecorded": "mother about goal g1: dat ik weer durf te slapen",
    "ConsentGiven": "mother consents for school, police: de school mag met de politie praten",
    "ConsentWithdrawn": "Consent t1 withdrawn: het werd te veel",
    "ObjectionMade": "mother objects: ik zou niet meewerken",
    "ObjectionAnswered": "Objection b1 upheld: we schrijven het anders op",
    "ConversationHeld": (
        "Conversation of police with mother (not heard), child (home-visit): hoe het thuis gaat"
    ),
    "LookBackRecorded": "mother looks back: eindelijk vroeg iemand het aan mij",
}


def test_each_event_is_one_line_in_the_timeline() -> None:
    lines = {type(one).__name__: summary(one) for one in events() if isinstance(one, PlanEvent)}
    assert {name: lines[name] for name in LINES} == LINES


def test_a_withdrawal_needs_no_reason_and_a_consent_no_agency() -> None:
    plan = opened()
    plan.give_consent(Consent(consent_id="t1", member_id="anna", to="talk"), context(at(3)))
    plan.withdraw_consent("t1", None, context(at(4)))
    lines = [summary(one) for one in events_of(plan)[1:] if isinstance(one, PlanEvent)]
    assert lines == ["anna consents: talk", "Consent t1 withdrawn"]
