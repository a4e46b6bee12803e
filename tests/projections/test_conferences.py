"""Conferences as a page that can be read by itself, against literals worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings

from domain.family_plan import FamilyPlan
from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed, ConferenceDecided
from domain.values import (
    Action,
    AgendaItem,
    Call,
    Decision,
    Evidence,
    FamilyMember,
    FamilyRole,
    Finding,
    LeadCaseworker,
    OpenQuestion,
    Owner,
    OwnerKind,
    Role,
)
from projections.conference_rows import Topic
from projections.conferences import (
    ConferencesView,
    ConferenceView,
    conference_view,
    conferences_view,
)
from projections.current_plan import SaidBy
from projections.rows import Reader
from projections.summaries import summary
from services.read_model.source import RecordedEvent
from tests.projections.conftest import Read
from tests.projections.strategies import FAMILIES, histories
from tests.projections.support import at, context, events_of, folded, opened

CARLA = LeadCaseworker(person_id="carla", name="Carla", agency="police")
POLICE_SAYS = SaidBy(agency="police", actor="police", role=Role.AGENCY)
SCHOOL = Owner(name="Juf Els", kind=OwnerKind.PROFESSIONAL, agency="school")


def view(reader: Reader) -> ConferencesView:
    found = conferences_view(reader, "F1", at(30))
    assert found is not None
    return found


def led() -> FamilyPlan:
    plan = opened()
    plan.assign_lead(CARLA, context(at(2)))
    return plan


def call(conference_id: str = "c1", day: int = 12, **facts: Any) -> Call:
    return Call(
        **{
            "conference_id": conference_id,
            "begins_at": at(day),
            "agencies": ("police", "school"),
            **facts,
        }
    )


def decision(decision_id: str, conference_id: str = "c1", **facts: Any) -> Decision:
    text = facts.pop("text", "We bellen oma.")
    return Decision(decision_id=decision_id, conference_id=conference_id, text=text, **facts)


def busy() -> FamilyPlan:
    """A plan with a signal, a question and an action that should have been done by the 4th."""
    plan = led()
    service = context(at(3), agency=None, role=Role.SYSTEM)
    plan.raise_signal(
        Finding(
            rule="repeat-report",
            key="family",
            detail="2 reports",
            evidence=(Evidence(kind="report", item_id="r1"),),
        ),
        service,
    )
    plan.ask_question(
        OpenQuestion(question_id="q1", text="Wie haalt\nde kinderen op?", owner=SCHOOL),
        context(at(3)),
    )
    plan.agree_action(
        Action(action_id="a1", owner=Owner(name="Anna"), text="Belt oma.", due=date(2026, 3, 4)),
        context(at(3)),
    )
    return plan


def held() -> FamilyPlan:
    """The busy plan, with a conference on it in which something was decided, and that ended."""
    plan = busy()
    plan.call_conference(
        call(place="Wijkhuis", members=("anna",)), context(at(10), at(10, 10), agency="police")
    )
    on = AgendaItem(kind="question", item_id="q1")
    plan.decide(decision("d2", on=on, text="Oma haalt ze op."), context(at(12, 10)))
    plan.decide(
        decision("d1", on=on, text="School belt oma.", owner=SCHOOL, due=date(2026, 3, 16)),
        context(at(12, 10), agency="school"),
    )
    plan.decide(decision("d3", text="Eerst rust."), context(at(12, 11)))
    plan.close_conference("c1", ("Anna", "Juf Els"), "Eens.", context(at(12, 12), at(13)))
    return plan


def test_a_family_without_a_plan_has_no_conferences_and_a_new_plan_has_none_yet(
    read: Read,
) -> None:
    reader = read(events_of(opened()))
    assert conferences_view(reader, "F2", at(1)) is None
    assert view(reader) == ConferencesView(family_id="F1", conferences=())
    assert conference_view(reader, "F1", "c1") is None


def test_the_page_says_who_was_asked_and_what_there_is_to_talk_about(read: Read) -> None:
    plan = busy()
    plan.call_conference(
        call(place="Wijkhuis", members=("anna",)), context(at(10), at(10, 10), agency="police")
    )
    (page,) = view(read(events_of(plan))).conferences
    assert (page.family_id, page.conference_id, page.begins_at, page.place) == (
        "F1",
        "c1",
        at(12),
        "Wijkhuis",
    )
    assert (page.said_by, page.occurred_at, page.recorded_at) == (POLICE_SAYS, at(10), at(10, 10))
    assert page.agencies == ("police", "school")
    assert [(one.member_id, one.name) for one in page.members] == [("anna", "Anna")]
    # Each by one line of what the plan says about it: signals, questions, overdue actions.
    assert [(one.kind, one.text) for one in page.agenda] == [
        ("signal", "repeat-report: 2 reports"),
        ("question", "Wie haalt de kinderen op?"),
        ("action", "Anna, 2026-03-04: Belt oma."),
    ]
    assert all(one.decisions == () for one in page.agenda)
    assert (page.other_decisions, page.result) == ((), None)


def test_decisions_stand_with_what_they_are_on_and_what_is_unsettled_is_said(read: Read) -> None:
    (page,) = view(read(events_of(held()))).conferences
    signal, question, action = page.agenda
    # Taken at the same moment, so sorted by id.
    first, second = question.decisions
    assert (first.decision_id, first.text, first.owner, first.due) == (
        "d1",
        "School belt oma.",
        SCHOOL,
        date(2026, 3, 16),
    )
    assert (first.said_by.agency, first.occurred_at) == ("school", at(12, 10))
    assert (second.decision_id, second.owner, second.due) == ("d2", None, None)
    assert [one.text for one in page.other_decisions] == ["Eerst rust."]
    result = page.result
    assert result is not None
    assert (result.present, result.summary) == (("Anna", "Juf Els"), "Eens.")
    assert (result.occurred_at, result.recorded_at) == (at(12, 12), at(13))
    assert result.unsettled == (
        Topic(kind="signal", item_id=signal.item_id, text="repeat-report: 2 reports"),
        Topic(kind="action", item_id="a1", text=action.text),
    )


def test_a_page_keeps_the_words_of_when_it_was_called(read: Read) -> None:
    plan = held()
    service = context(at(14), agency=None, role=Role.SYSTEM)
    plan.raise_signal(
        Finding(
            rule="repeat-report",
            key="family",
            level=2,
            detail="3 reports",
            evidence=(Evidence(kind="report", item_id="r2"),),
        ),
        service,
    )
    plan.remove_member("anna", "verhuisd", context(at(14)))
    plan.add_member(
        FamilyMember(member_id="anna", name="Anna de Wit", role=FamilyRole.PARENT), context(at(15))
    )
    plan.call_conference(call("c2", 20, members=("anna",)), context(at(16)))
    earlier, later = view(read(events_of(plan))).conferences
    assert [one.agenda[0].text for one in (earlier, later)] == [
        "repeat-report: 2 reports",
        "repeat-report: 3 reports",
    ]
    assert [one.members[0].name for one in (earlier, later)] == ["Anna", "Anna de Wit"]


def test_conferences_are_sorted_by_when_they_begin_then_by_id(read: Read) -> None:
    plan = led()
    for conference_id, day in (("c3", 20), ("c2", 14), ("c1", 20)):
        plan.call_conference(call(conference_id, day), context(at(10)))
    reader = read(events_of(plan))
    found = [one.conference_id for one in view(reader).conferences]
    assert found == ["c2", "c1", "c3"]


def test_one_conference_by_itself_is_the_same_page_and_no_other_ones(read: Read) -> None:
    plan = held()
    plan.call_conference(call("c2", 20), context(at(16)))
    plan.decide(decision("e1", "c2", text="Iets anders."), context(at(20)))
    reader = read(events_of(plan))
    first, second = view(reader).conferences
    assert conference_view(reader, "F1", "c1") == first
    assert conference_view(reader, "F1", "c2") == second
    assert [one.text for one in second.other_decisions] == ["Iets anders."]
    assert "Iets anders." not in first.model_dump_json()


def test_families_are_kept_apart(read: Read) -> None:
    other = opened("F2")
    other.assign_lead(CARLA, context(at(2)))
    other.call_conference(call("c1", 25), context(at(10)))
    reader = read([*events_of(held()), *events_of(other)])
    (page,) = view(reader).conferences
    assert page.begins_at == at(12)
    theirs = conference_view(reader, "F2", "c1")
    assert theirs is not None
    assert (theirs.agenda, theirs.members, theirs.result) == ((), (), None)


def test_a_page_is_json_and_back(read: Read) -> None:
    (page,) = view(read(events_of(held()))).conferences
    assert ConferenceView.model_validate_json(page.model_dump_json()) == page


def test_each_event_says_in_one_line_what_it_is_about() -> None:
    plan = held()
    plan.call_conference(call("c2", 20), context(at(16)))
    plan.close_conference("c2", ("Anna",), "Niets meer.", context(at(20)))
    said = [
        summary(event)
        for event in events_of(plan)
        if isinstance(event, ConferenceCalled | ConferenceDecided | ConferenceClosed)
    ]
    assert said == [
        "Conference c1 called for 2026-03-12 with police, school, anna, 3 on the agenda",
        "Conference c1 decided on question q1: Oma haalt ze op.",
        "Conference c1 decided on question q1 (Juf Els): School belt oma.",
        "Conference c1 decided: Eerst rust.",
        "Conference c1 closed, 2 unsettled: Eens.",
        # By the 16th a1 is overdue and the signal and question are open; d1 is due that very day.
        "Conference c2 called for 2026-03-20 with police, school, 3 on the agenda",
        "Conference c2 closed, 3 unsettled: Niets meer.",
    ]


@given(histories(max_size=40))
@settings(max_examples=15, deadline=None)
def test_each_decision_and_each_agenda_item_stands_on_exactly_one_page(
    history: list[RecordedEvent],
) -> None:
    rows = folded(history)
    events = [one.event for one in history]
    for family_id in FAMILIES:
        found = conferences_view(rows, family_id, at(30) + timedelta(days=365))
        pages = {} if found is None else {one.conference_id: one for one in found.conferences}
        called = {
            one.call.conference_id: one
            for one in events
            if isinstance(one, ConferenceCalled) and one.family_id == family_id
        }
        assert pages.keys() == called.keys()
        for conference_id, page in pages.items():
            said = [(one.kind, one.item_id) for one in page.agenda]
            assert said == [(one.kind, one.item_id) for one in called[conference_id].agenda]
        shown = [
            one.decision_id
            for page in pages.values()
            for group in (page.other_decisions, *(item.decisions for item in page.agenda))
            for one in group
        ]
        assert sorted(shown) == sorted(
            one.decision.decision_id
            for one in events
            if isinstance(one, ConferenceDecided) and one.family_id == family_id
        )
        closed = {
            one.conference_id
            for one in events
            if isinstance(one, ConferenceClosed) and one.family_id == family_id
        }
        assert {name for name, page in pages.items() if page.result is not None} == closed
