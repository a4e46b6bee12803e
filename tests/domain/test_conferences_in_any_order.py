"""Case conferences by anybody in any order: what the events say afterwards."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.context import Context
from domain.errors import DomainError
from domain.family_plan import (
    ActionAgreed,
    ActionCancelled,
    ActionCompleted,
    FamilyPlan,
    PlanEvent,
)
from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed, ConferenceDecided
from domain.family_plan.questions import QuestionAnswered, QuestionAsked, QuestionDropped
from domain.family_plan.signals import SignalAccepted, SignalRaised, SignalSetAside
from domain.values import AgendaItem, Owner
from tests.domain.test_conferences import (
    ADMINISTRATOR,
    LEAD,
    LEADS_AGENCY,
    OTHER_LEAD,
    OTHER_PARTY,
    STRANGER,
    TODAY,
    agree,
    ask,
    call,
    decision,
    item,
    last,
    led_plan,
    signal,
)


@given(st.lists(st.sampled_from(["signal", "question", "action", "end"]), max_size=12), st.data())
@settings(max_examples=40, deadline=None)
def test_the_agenda_equals_what_the_events_say_is_open(
    steps: list[str], data: st.DataObject
) -> None:
    plan = led_plan()
    for number, step in enumerate(steps):
        if step == "signal":
            signal(plan, f"k{number}")
        elif step == "question":
            ask(plan, f"q{number}")
        elif step == "action":
            due = data.draw(st.none() | st.dates(date(2026, 3, 8), date(2026, 3, 12)))
            agree(plan, f"a{number}", due)
        else:
            end_one(plan, data)
    expected = still_to_talk_about(list(plan.pending_events))  # type: ignore[arg-type]
    plan.call_conference(call(), LEAD)
    assert last(plan).agenda == expected


def end_one(plan: FamilyPlan, data: st.DataObject) -> None:
    """Deal with an open signal, question or action, if there is one."""
    found = [
        (kind, one)
        for kind in ("signal", "question", "action")
        for one, is_open in plan.items[kind].items()
        if is_open
    ]
    if not found:
        return
    kind, one = data.draw(st.sampled_from(found))
    ends: dict[str, list[Callable[[str, str, Context], None]]] = {
        "signal": [plan.accept_signal, plan.set_signal_aside],
        "question": [plan.answer_question, plan.drop_question],
        "action": [plan.complete_action, plan.cancel_action],
    }
    data.draw(st.sampled_from(ends[kind]))(one, "zo", LEAD)


def still_to_talk_about(events: list[PlanEvent]) -> tuple[AgendaItem, ...]:
    """The agenda by the events alone: what began, without what ended."""
    signals = [one.signal.signal_id for one in events if isinstance(one, SignalRaised)]
    questions = [one.question.question_id for one in events if isinstance(one, QuestionAsked)]
    actions = [one.action for one in events if isinstance(one, ActionAgreed)]
    ended = {one.signal_id for one in events if isinstance(one, SignalAccepted | SignalSetAside)}
    ended |= {
        one.question_id for one in events if isinstance(one, QuestionAnswered | QuestionDropped)
    }
    ended |= {one.action_id for one in events if isinstance(one, ActionCompleted | ActionCancelled)}
    overdue = [one.action_id for one in actions if one.due is not None and one.due < TODAY]
    agenda = [("signal", one) for one in signals]
    agenda += [("question", one) for one in questions]
    agenda += [("action", one) for one in overdue]
    return tuple(item(kind, one) for kind, one in agenda if one not in ended)


WHO = {
    "lead": LEAD,
    "leads-agency": LEADS_AGENCY,
    "other-party": OTHER_PARTY,
    "stranger": STRANGER,
    "other-lead": OTHER_LEAD,
    "administrator": ADMINISTRATOR,
}
MAY_LEAD = ("lead", "leads-agency", "administrator")
NAMES = st.sampled_from(sorted(WHO))
CONFERENCES = st.sampled_from(("c1", "c2"))


class ConferenceMachine(RuleBasedStateMachine):
    """Conferences by anybody in any order; looks at what the events say afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.plan = led_plan()
        for number in (1, 2):
            agree(self.plan, f"a{number}", TODAY - timedelta(days=number))
        self.given: list[tuple[str, PlanEvent]] = []

    def give(self, who: str, command: str, *facts: Any) -> None:
        before = deepcopy(vars(self.plan))
        recorded = len(self.plan.pending_events)
        try:
            getattr(self.plan, command)(*facts, WHO[who])
        except DomainError:
            assert vars(self.plan) == before
        for event in self.plan.pending_events[recorded:]:
            self.given.append((who, event))  # type: ignore[arg-type]

    @rule(who=NAMES, conference_id=CONFERENCES)
    def call(self, who: str, conference_id: str) -> None:
        self.give(who, "call_conference", call(conference_id))

    @rule(
        who=NAMES,
        conference_id=CONFERENCES,
        number=st.integers(1, 4),
        on=st.none() | st.integers(1, 3),
        owned=st.booleans(),
    )
    def decide(
        self, who: str, conference_id: str, number: int, on: int | None, owned: bool
    ) -> None:
        facts = {"owner": Owner(name="Anna"), "due": TODAY} if owned else {}
        about = None if on is None else item("action", f"a{on}")
        taken = decision(f"d{number}", conference_id=conference_id, on=about, **facts)
        self.give(who, "decide", taken)

    @rule(who=NAMES, conference_id=CONFERENCES)
    def close(self, who: str, conference_id: str) -> None:
        self.give(who, "close_conference", conference_id, ("Anna",), "Eens.")

    def of(self, kind: type[PlanEvent]) -> list[Any]:
        return [event for _, event in self.given if isinstance(event, kind)]

    @invariant()
    def only_who_leads_calls_and_closes(self) -> None:
        for who, event in self.given:
            assert who in MAY_LEAD or not isinstance(event, ConferenceCalled | ConferenceClosed)
            assert who not in {"stranger", "other-lead"}

    @invariant()
    def each_is_called_once_and_closed_at_most_once_after_that(self) -> None:
        called = [one.call.conference_id for one in self.of(ConferenceCalled)]
        closed = [one.conference_id for one in self.of(ConferenceClosed)]
        assert len(set(called)) == len(called)
        assert len(set(closed)) == len(closed)
        assert set(closed) <= set(called)

    @invariant()
    def it_decides_only_while_it_is_open_and_on_its_own_agenda(self) -> None:
        agendas: dict[str, tuple[AgendaItem, ...]] = {}
        for _, event in self.given:
            if isinstance(event, ConferenceCalled):
                agendas[event.call.conference_id] = event.agenda
            elif isinstance(event, ConferenceClosed):
                del agendas[event.conference_id]
            elif isinstance(event, ConferenceDecided):
                agenda = agendas[event.decision.conference_id]
                assert event.decision.on is None or event.decision.on in agenda

    @invariant()
    def each_decision_with_an_owner_and_a_day_is_one_action(self) -> None:
        decided = [one.decision for one in self.of(ConferenceDecided)]
        assert [one.decision_id for one in decided if one.owner] == [
            one.action.action_id for one in self.of(ActionAgreed)
        ]

    @invariant()
    def what_is_unsettled_is_the_agenda_without_what_was_decided(self) -> None:
        agendas = {one.call.conference_id: one.agenda for one in self.of(ConferenceCalled)}
        decided = {
            (one.decision.conference_id, one.decision.on) for one in self.of(ConferenceDecided)
        }
        for closed in self.of(ConferenceClosed):
            name = closed.conference_id
            # No action of this test ever ends, so all of the agenda is open still.
            left = tuple(one for one in agendas[name] if (name, one) not in decided)
            assert closed.unsettled == left


TestConferenceMachine = ConferenceMachine.TestCase
TestConferenceMachine.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
