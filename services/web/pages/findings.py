"""Signals in words: what each rule says to a lead, and the things in the plan that prove it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.burden import THRESHOLDS
from domain.calendar import dutch_day
from domain.values import Evidence, FamilyMember, FamilyRole
from projections.measures import MeasuresView
from projections.plan_model import PlanView
from projections.question_model import QuestionsView
from projections.signals import SignalView
from projections.workload import Reason, urgency_of
from services.web.pages.labels import mark
from services.web.pages.words import Words

TITLES: dict[str, str] = {
    "widening-circle": mark("The circle of victims widens"),
    "rising-frequency": mark("It happens more and more often"),
    "rising-gravity": mark("It gets graver"),
    "repeat-report": mark("Repeat report"),
    "violence-together": mark("Several forms of violence together"),
    "combined-problems": mark("Problems that come together"),
    "partner-violence-with-child-abuse": mark("Partner violence and child abuse together"),
    "relapse-during-measure": mark("Again while a measure runs"),
    "over-generations": mark("The same over generations"),
    "term-missed": mark("A term was missed"),
    "feedback-overdue": mark("Who reported was not told in time"),
    "question-overdue": mark("A question still has no answer"),
    "action-overdue": mark("An action is late"),
    "goal-past-target": mark("A goal is past its date"),
    "review-overdue": mark("The review is late"),
    "agreement-review-due": mark("A safety agreement is to be looked at again"),
    "after-care-due": mark("It is time for after-care"),
    "several-visitors": mark("Too many agencies visited in one week"),
    "not-heard": mark("Not heard for a long time"),
    "emergency-access": mark("Emergency access is to be reviewed"),
}
"""By the rule's name."""
KINDS: dict[str, str] = {
    "incident": mark("Incident"),
    "report": mark("Report"),
    "measure": mark("Measure"),
    "question": mark("Question"),
    "concern": mark("Concern"),
    "conversation": mark("Conversation"),
    "emergency-access": mark("Emergency access"),
    "action": mark("Action"),
    "goal": mark("Goal"),
    "review": mark("Review"),
    "agreement": mark("Safety agreement"),
}
"""By the kind of evidence."""
MOST_CHARACTERS = 160
FEW_CHARACTERS = 60
MOST_PROOFS = 8
"""The latest of what proves a signal; the timeline has all."""
ROLES = list(FamilyRole)
ASIDE = frozenset({FamilyRole.NETWORK, FamilyRole.RELATIVE})


@dataclass(frozen=True)
class Proof:
    """One thing in the plan, in a line: what it is, when, and what was said of it."""

    kind: str
    on: date | None
    text: str


@dataclass(frozen=True)
class FindingShown:
    """An open signal as a lead reads it."""

    signal: SignalView
    about: str
    proofs: tuple[Proof, ...]

    @property
    def proofs_before(self) -> int:
        """How many things prove it besides the latest ones that are shown."""
        return len(self.signal.evidence) - len(self.proofs)

    @property
    def latest_at(self) -> datetime:
        """When it was found, or grew."""
        return self.signal.grew_at or self.signal.raised_at


@dataclass(frozen=True)
class FindingsShown:
    """Open signals that say the same; ``urgency`` is from 1 to 5.

    ``about`` is whom they are about, or else what: the beginning of the one thing that proves it.
    """

    title: str
    about: str
    urgency: int
    findings: tuple[FindingShown, ...]

    @property
    def latest_at(self) -> datetime:
        """When the last of them was found, or grew."""
        return max(one.latest_at for one in self.findings)


class Things:
    """Everything in a family's plan that can prove something, by kind and id."""

    def __init__(
        self, plan: PlanView, questions: QuestionsView, measures: MeasuresView, words: Words
    ) -> None:
        self._words = words
        # A review that is late is the next one; what proves it is the one before.
        self._of_before = {words.gettext(KINDS["review"])}
        self.names = {one.member_id: one.name for one in (*plan.former_members, *plan.members)}
        self._found: Mapping[tuple[str, str], tuple[date | None, str]] = {
            **dict(self._of_plan(plan)),
            **{
                ("question", one.question_id): (dutch_day(one.occurred_at), one.text)
                for one in (*questions.open, *questions.answered, *questions.dropped)
            },
            **{
                ("measure", one.measure_id): (one.begins_on, one.name or words.label(one.form))
                for one in measures.measures
            },
        }

    def _of_plan(self, plan: PlanView) -> Iterator[tuple[tuple[str, str], tuple[date, str]]]:
        for incident in plan.incidents:
            said = f"{self._words.label(incident.kind)}. {incident.text}"
            yield ("incident", incident.incident_id), (dutch_day(incident.began_at), said)
        for report in plan.reports:
            yield ("report", report.report_id), (dutch_day(report.occurred_at), report.text)
        for concern in plan.concerns:
            yield ("concern", concern.concern_id), (dutch_day(concern.occurred_at), concern.text)
        for agreement in plan.safety_agreements:
            yield ("agreement", agreement.agreement_id), (agreement.begins_on, agreement.text)
        for review in plan.reviews:
            yield ("review", review.review_id), (review.held_on, review.text)
        loose = (*plan.loose_actions, *(one for goal in plan.goals for one in goal.actions))
        for action in loose:
            on = action.due or dutch_day(action.occurred_at)
            yield ("action", action.action_id), (on, f"{action.owner.name}: {action.text}")
        for goal in plan.goals:
            on = goal.target_date or dutch_day(goal.occurred_at)
            yield ("goal", goal.goal_id), (on, goal.text)

    def named(self, member_ids: tuple[str, ...]) -> str:
        """The first names of members, in a row."""
        return self._words.listed(first_name(self.names.get(one, one)) for one in member_ids)

    def _proofs(self, signal: SignalView) -> tuple[Proof, ...]:
        return tuple(map(self.proof, signal.evidence[-MOST_PROOFS:]))

    def proof(self, evidence: Evidence) -> Proof:
        """One piece of evidence, as far as it is shown."""
        on, text = self._found.get((evidence.kind, evidence.item_id), (None, evidence.item_id))
        kind = self._words.gettext(KINDS.get(evidence.kind, evidence.kind))
        return Proof(kind, on, shortened(text))

    def findings(self, signals: Iterable[SignalView]) -> list[FindingsShown]:
        """Signals in words, those that say the same together; the most urgent first."""
        by_title: defaultdict[tuple[int, str], list[SignalView]] = defaultdict(list)
        for one in signals:
            said = title(self._words, one.rule, one.level)
            by_title[urgency_of(one.rule), said].append(one)
        shown = [self._together(*key, own) for key, own in by_title.items()]
        return sorted(shown, key=lambda one: (-one.urgency, -one.latest_at.timestamp(), one.title))

    def _together(self, urgency: int, said: str, signals: list[SignalView]) -> FindingsShown:
        findings = tuple(
            FindingShown(one, self.named(one.about), self._proofs(one)) for one in signals
        )
        about = self.named(tuple(dict.fromkeys(who for one in signals for who in one.about)))
        proofs = [proof for one in findings for proof in one.proofs]
        if not about and len(proofs) == 1 and proofs[0].kind not in self._of_before:
            about = shortened(proofs[0].text, FEW_CHARACTERS)
        return FindingsShown(said, about, urgency, findings)


def title(words: Words, rule: str, level: int = 1) -> str:
    """What a rule says; a rule without words of its own says its name."""
    if rule == "not-heard":
        weeks = level * THRESHOLDS.unheard_weeks
        return words.gettext("Not heard for %(weeks)s weeks", weeks=weeks)
    return words.gettext(TITLES.get(rule, rule))


def reason_title(words: Words, reason: Reason) -> str:
    """What the signals of one rule say together."""
    said = title(words, reason.rule, reason.level)
    return f"{said} ({reason.count})" if reason.count > 1 else said


def called(members: Iterable[FamilyMember], otherwise: str) -> str:
    """What a family is called: the surnames in it, those of most members first, two at most."""
    own = sorted(members, key=lambda one: (ROLES.index(one.role), one.member_id))
    found = (one.name.partition(" ")[2].strip() for one in own if one.role not in ASIDE)
    surnames = [one for one in found if one]
    by_count = sorted(dict.fromkeys(surnames), key=lambda one: -surnames.count(one))
    return " / ".join(by_count[:2]) or otherwise


def first_name(name: str) -> str:
    """What somebody is called for short."""
    return name.split(" ", 1)[0]


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    """The beginning of a text, cut between two words."""
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"
