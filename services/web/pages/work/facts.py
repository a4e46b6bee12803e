"""What the forms know of a family: its members, agencies and items, to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property

from domain.calendar import dutch_day
from domain.values import UNKNOWN, AgendaItem
from projections.conferences import CONFERENCES, ConferenceView
from projections.current_plan import PLAN
from projections.open_questions import QUESTIONS
from projections.plan_model import ActionView, PlanView
from projections.question_model import QuestionsView
from projections.signals import SIGNALS, SignalsView, SignalView
from services.clock import utc_now
from services.views.several import Several
from services.web.pages.findings import shortened, title
from services.web.pages.page import Page
from services.web.people import People

Choice = tuple[str, str]
"""A value, and what is read for it."""
MEMBER, AGENCY, NETWORK = "member", "agency", "network"
BETWEEN = ":"


def split(value: str) -> tuple[str, str]:
    """``member:oma`` as a kind and an id."""
    kind, _, one = value.partition(BETWEEN)
    return kind, one


class Facts:
    """One family, for one form.

    Args:
        item_id: the item that the form is about, if it is about one.
    """

    def __init__(self, page: Page, found: Several, item_id: str | None) -> None:
        self.words = page.words
        self.item_id = item_id
        self.now = utc_now()
        self.today = dutch_day(self.now)
        self.found = found
        self.plan: PlanView = found[PLAN]
        self.agency_name = page.agency_name
        people: People = page.request.app.state.people
        self._register = people.register

    def labels(self, kind: type[StrEnum]) -> list[Choice]:
        """Our words of a kind."""
        return [(one.value, self.words.label(one)) for one in kind]

    @cached_property
    def members(self) -> list[Choice]:
        """Who belongs to the plan now."""
        return [(one.member_id, one.name) for one in self.plan.members]

    @cached_property
    def everybody(self) -> list[Choice]:
        """Former members too: what comes to be known later may be about them."""
        former = [(one.member_id, one.name) for one in self.plan.former_members]
        return [*self.members, *former]

    @cached_property
    def involved(self) -> list[Choice]:
        """Who may have had a part in an incident; that nobody knows is an answer."""
        return [*self.everybody, (UNKNOWN, self.words.gettext("Unknown"))]

    def member_name(self, member_id: str) -> str:
        """What a member is called."""
        return dict(self.everybody).get(member_id, "")

    @cached_property
    def agencies(self) -> list[Choice]:
        """Who takes part now."""
        return [(one.agency, self.agency_name(one.agency)) for one in self.plan.parties]

    @cached_property
    def other_agencies(self) -> list[Choice]:
        """Who takes no part and could."""
        parties = {one.agency for one in self.plan.parties}
        known = self._register.agencies.active
        return sorted(
            ((one.code, self.agency_name(one.code)) for one in known if one.code not in parties),
            key=lambda one: one[1].casefold(),
        )

    @cached_property
    def owners(self) -> list[Choice]:
        """On whose side somebody stands who takes something on."""
        network = self.words.gettext("Somebody else of the network")
        return [
            *((f"{MEMBER}{BETWEEN}{one}", name) for one, name in self.members),
            (NETWORK, network),
            *((f"{AGENCY}{BETWEEN}{code}", name) for code, name in self.agencies),
        ]

    @cached_property
    def open_goals(self) -> list[Choice]:
        """What is worked on."""
        goals = (one for one in self.plan.goals if one.state == "open")
        return [(one.goal_id, shortened(one.text)) for one in goals]

    @cached_property
    def incidents(self) -> list[Choice]:
        """What happened, the latest first."""
        return [
            (
                one.incident_id,
                f"{self.words.day(one.began_at, 'medium')}: {self.words.label(one.kind)}",
            )
            for one in reversed(self.plan.incidents)
        ]

    @property
    def conference(self) -> ConferenceView | None:
        """The conference that the form is about."""
        held = self.found[CONFERENCES].conferences
        return next((one for one in held if one.conference_id == self.item_id), None)

    @property
    def invited(self) -> list[str]:
        """Who was asked to come to the conference."""
        if self.conference is None:
            return []
        agencies = [self.agency_name(one) for one in self.conference.agencies]
        return [*agencies, *(self.member_name(one.member_id) for one in self.conference.members)]

    @property
    def agenda(self) -> list[Choice]:
        """What the conference is to talk about."""
        topics = () if self.conference is None else self.conference.agenda
        return [
            (f"{one.kind}{BETWEEN}{one.item_id}", self.topic(one.kind, one.item_id))
            for one in topics
        ]

    def topic(self, kind: str, item_id: str) -> str:
        """What a point of an agenda says."""
        return self._topics.get((kind, item_id), item_id)

    def signal_text(self, signal: SignalView) -> str:
        """What a signal says, and of whom."""
        names = self.words.listed(self.member_name(one) for one in signal.about)
        said = title(self.words, signal.rule, signal.level)
        return f"{said}: {names}" if names else said

    @cached_property
    def _topics(self) -> dict[tuple[str, str], str]:
        return dict(self._named_topics())

    def _named_topics(self) -> Iterator[tuple[tuple[str, str], str]]:
        questions, signals = self.found[QUESTIONS], self.found[SIGNALS]
        for question in (*questions.open, *questions.answered, *questions.dropped):
            yield ("question", question.question_id), shortened(question.text)
        for one in (*signals.open, *signals.handled, *signals.lapsed):
            yield ("signal", one.signal_id), self.signal_text(one)
        for action in self.actions:
            yield ("action", action.action_id), f"{action.owner.name}: {shortened(action.text)}"

    @property
    def questions(self) -> QuestionsView:
        """The questions, where they were asked for."""
        return self.found[QUESTIONS]

    @property
    def signals(self) -> SignalsView:
        """The signals, where they were asked for."""
        return self.found[SIGNALS]

    def is_late(self, action: ActionView) -> bool:
        """Whether it should have been done by now."""
        return action.state == "open" and action.due is not None and action.due < self.today

    @property
    def actions(self) -> list[ActionView]:
        """All actions of the plan."""
        plan = self.plan
        return [*plan.loose_actions, *(one for goal in plan.goals for one in goal.actions)]

    @property
    def would_be_on_agenda(self) -> list[tuple[AgendaItem, str]]:
        """What a conference that is called now would talk about (the domain draws it up)."""
        open_ones = [
            *(("signal", one.signal_id) for one in reversed(self.found[SIGNALS].open)),
            *(("question", one.question_id) for one in self.found[QUESTIONS].open),
            *(
                ("action", one.action_id)
                for one in self.actions
                if one.state == "open" and one.due is not None and one.due < self.today
            ),
        ]
        return [
            (AgendaItem.model_validate({"kind": kind, "item_id": one}), self.topic(kind, one))
            for kind, one in open_ones
        ]
