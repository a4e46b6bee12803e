"""What the page of a family shows, made out of its views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from markupsafe import Markup

from domain.calendar import dutch_day
from domain.values import FamilyMember, LifeDomain, Phase
from projections.contact_load import CONTACT_LOAD, ContactLoadView
from projections.current_plan import PLAN
from projections.measures import MEASURES
from projections.open_questions import QUESTIONS
from projections.plan_agenda import AGENDA, AgendaView
from projections.plan_model import (
    ActionView,
    ConcernView,
    GoalView,
    PlanView,
    SafetyAgreementView,
    StrengthView,
)
from projections.question_model import OpenQuestionView, QuestionsView
from projections.signals import SIGNALS
from projections.terms import TERMS, TermsView, TermView
from services.views.several import Several
from services.web.pages.findings import FindingsShown, Things, called, first_name
from services.web.pages.network import Network, drawing, network_of
from services.web.pages.words import Words

T = TypeVar("T", StrengthView, ConcernView)
ENDED_SHOWN = 10
"""Of what has ended the latest are on this screen; the timeline has all."""


OPEN_SHOWN = 6
"""Of a long list the most urgent are on this screen; ``/work`` has all."""


@dataclass(frozen=True)
class DomainShown:
    """One part of life: what goes well, what worries, and what is worked on.

    ``more`` is how much of this is not on the screen.
    """

    life_domain: LifeDomain
    strengths: tuple[StrengthView, ...]
    concerns: tuple[ConcernView, ...]
    goals: tuple[GoalView, ...]
    ended: tuple[GoalView, ...]
    more: int


@dataclass(frozen=True)
class AgencyShown:
    """An agency that takes part: what for, and how often it had contact of late."""

    name: str
    task: str
    last_4_weeks: int
    last_12_weeks: int
    last_on: date | None


class FamilyShown:
    """A family, for the templates."""

    most = OPEN_SHOWN

    def __init__(self, found: Several, words: Words, agency_name: Callable[[str], str]) -> None:
        self._words = words
        self._found = found
        self.agency_name = agency_name
        self.plan: PlanView = found[PLAN]
        self.agenda: AgendaView = found[AGENDA]
        self.questions: QuestionsView = found[QUESTIONS]
        self.contacts: ContactLoadView = found[CONTACT_LOAD]
        self.terms: TermsView = found[TERMS]
        self.things = Things(self.plan, self.questions, found[MEASURES], words)
        self.today = self.agenda.today

    @property
    def called(self) -> str:
        """What the family is called."""
        return called(self.plan.members, self.plan.family_id)

    @property
    def phases(self) -> list[tuple[Phase, str]]:
        """All phases, each ``done``, ``now`` or ``later``."""
        phases = list(Phase)
        here = phases.index(self.plan.phase.phase)
        return [
            (one, "done" if place < here else "now" if place == here else "later")
            for place, one in enumerate(phases)
        ]

    @property
    def findings(self) -> list[FindingsShown]:
        """The open signals, the most urgent first and of these the latest."""
        return self.things.findings(self._found[SIGNALS].open)

    @property
    def terms_running(self) -> list[TermView]:
        """What an agency has to do by a moment that has not passed."""
        return [one for one in self.terms.due if not one.overdue]

    @property
    def domains(self) -> list[DomainShown]:
        """The parts of life in which something stands; those that are worked on first."""
        found = (self._domain(one) for one in LifeDomain)
        some = [one for one in found if one.strengths or one.concerns or one.goals or one.ended]
        return sorted(some, key=lambda one: not one.goals)

    def _domain(self, life_domain: LifeDomain) -> DomainShown:
        plan = self.plan
        goals = [one for one in plan.goals if one.life_domain is life_domain]
        ended = [one for one in goals if one.state == "ended"]
        strengths = _open_in(plan.strengths, life_domain)
        concerns = _open_in(plan.concerns, life_domain)
        opened = sorted((one for one in goals if one.state == "open"), key=self._urgency)
        lists: tuple[Sequence[object], ...] = (strengths, concerns, opened)
        return DomainShown(
            life_domain=life_domain,
            strengths=tuple(strengths[:OPEN_SHOWN]),
            concerns=tuple(concerns[:OPEN_SHOWN]),
            goals=tuple(opened[:OPEN_SHOWN]),
            ended=tuple(reversed(ended[-ENDED_SHOWN:])),
            more=sum(max(0, len(one) - OPEN_SHOWN) for one in lists),
        )

    def _urgency(self, goal: GoalView) -> tuple[bool, date]:
        late = any(self.is_late(one) for one in goal.actions)
        return not late, goal.target_date or date.max

    @property
    def open_questions(self) -> list[OpenQuestionView]:
        """What is asked and not answered, what is overdue first."""
        return sorted(self.questions.open, key=lambda one: not one.overdue)[:OPEN_SHOWN]

    @property
    def more_questions(self) -> int:
        """How many of them are not on the screen."""
        return max(0, len(self.questions.open) - OPEN_SHOWN)

    @property
    def loose_actions(self) -> list[ActionView]:
        """What is to be done for no one goal, what is late first."""
        some = [one for one in self.plan.loose_actions if one.state == "open"]
        return sorted(some, key=lambda one: not self.is_late(one))

    @property
    def late_actions(self) -> int:
        """How many actions are late."""
        actions = [one for goal in self.plan.goals for one in goal.actions]
        return sum(self.is_late(one) for one in (*actions, *self.plan.loose_actions))

    def is_late(self, action: ActionView) -> bool:
        """Whether it should have been done by now."""
        return action.state == "open" and action.due is not None and action.due < self.today

    @property
    def agreements(self) -> list[SafetyAgreementView]:
        """What was agreed for everybody's safety and still holds."""
        return [one for one in self.plan.safety_agreements if one.state == "open"]

    def is_to_be_reviewed(self, agreement: SafetyAgreementView) -> bool:
        """Whether it is time to look at it again."""
        on, reviewed = agreement.review_on, self.plan.last_review_on
        return on is not None and on <= self.today and (reviewed is None or reviewed < on)

    @property
    def agencies(self) -> list[AgencyShown]:
        """Who takes part, the lead's agency first."""
        contacts = {one.agency: one for one in self.contacts.agencies}
        lead = None if self.plan.lead is None else self.plan.lead.agency
        shown = []
        for party in sorted(self.plan.parties, key=lambda one: one.agency != lead):
            own = contacts.get(party.agency)
            shown.append(
                AgencyShown(
                    name=self.agency_name(party.agency),
                    task=party.task,
                    last_4_weeks=0 if own is None else own.last_4_weeks,
                    last_12_weeks=0 if own is None else own.last_12_weeks,
                    last_on=None if own is None else dutch_day(own.last_at),
                )
            )
        return shown

    @cached_property
    def network(self) -> Network:
        """Who is who, and who did what against whom."""
        members = [(one, self._note(one)) for one in self.plan.members]
        return network_of(members, self.plan.incidents, self._words.gettext("Not known"))

    @property
    def drawing(self) -> Markup:
        """The network as a drawing."""
        names = self._words.listed(one.name for one in self.plan.members)
        return drawing(
            self.network,
            self._words.gettext("The family and its network"),
            self._words.gettext(
                "Generations below each other: %(names)s. Arrows show incidents, from who did "
                "something to whom it happened. The table below says the same.",
                names=names,
            ),
        )

    def _note(self, member: FamilyMember) -> str:
        role = self._words.label(member.role)
        return (
            role if member.birth_date is None else f"{role}, {age(member.birth_date, self.today)}"
        )

    def names(self, member_ids: tuple[str, ...]) -> str:
        """First names in a row."""
        return self.things.named(member_ids)

    def owner(self, name: str, agency: str | None) -> str:
        """Who takes something on, with their agency where that is not in the name."""
        if agency is None or self.agency_name(agency).lower() in name.lower():
            return name
        return f"{name} ({self.agency_name(agency)})"

    def first_name(self, member_id: str) -> str:
        """What a member is called for short."""
        return first_name(self.things.names.get(member_id, member_id))


def age(born: date, today: date) -> int:
    """Whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _open_in(things: tuple[T, ...], life_domain: LifeDomain) -> list[T]:
    """The latest first."""
    some = [one for one in things if one.life_domain is life_domain and one.state == "open"]
    return sorted(some, key=lambda one: one.occurred_at, reverse=True)
