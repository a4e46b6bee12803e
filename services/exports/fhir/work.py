"""What the plan is about, as resources: goals, actions, safety agreements, measures, the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from domain.values import AgreementEnd, GoalResult, PlanStatus
from projections.measures import MeasuresView, MeasureView
from projections.plan_model import ActionView, GoalView, PlanView, SafetyAgreementView, Told
from services.exports.fhir.codes import ACHIEVEMENT, OPEN, code, code_if_any, concept, own
from services.exports.fhir.people import People
from services.exports.fhir.resources import (
    Reference,
    Resource,
    Resources,
    moment,
    note,
    period,
)
from services.exports.texts import Texts
from services.exports.texts.parts import Part


class Work:
    """Makes the resources of the work in a plan.

    Args:
        today: the Dutch calendar day, for what is late.
    """

    def __init__(self, people: People, resources: Resources, texts: Texts, today: date) -> None:
        self._people = people
        self._resources = resources
        self._texts = texts
        self._today = today

    def add(self, plan: PlanView, measures: MeasuresView, team: Reference) -> Reference:
        """The plan with all that belongs to it."""
        goals = [self._goal(one) for one in plan.goals]
        actions = (*(one for goal in plan.goals for one in goal.actions), *plan.loose_actions)
        is_open = plan.status is PlanStatus.OPEN
        done = [self._action(one, plan_is_open=is_open) for one in actions]
        done += [self._agreement(one) for one in plan.safety_agreements]
        done += [self._measure(one) for one in measures.measures]
        custodian = None if plan.lead is None else self._people.agency(plan.lead.agency)
        return self._resources.add(
            "CarePlan",
            "plan",
            plan.family_id,
            {
                "status": code("CarePlan.status", plan.why or plan.status),
                "intent": "plan",
                "category": list(self._categories(plan)),
                "title": self._texts("Family plan {family}", family=plan.family_id),
                "description": plan.reason,
                "subject": self._people.family,
                "period": period(plan.opened_at, plan.closed_at),
                "created": moment(plan.opened_at),
                "custodian": custodian,
                "careTeam": [team],
                "addresses": list(self._concerns(plan)),
                "goal": goals,
                "activity": [{"plannedActivityReference": one} for one in done],
                "note": [
                    note(
                        self._texts("Strength: {text}", text=one.text),
                        one.occurred_at,
                        self._people.said_by(one.said_by),
                    )
                    for one in plan.strengths
                ],
            },
        )

    def _categories(self, plan: PlanView) -> Iterator[Resource]:
        yield concept(Part.PLAN, texts=self._texts)
        yield concept(plan.phase.phase, texts=self._texts)
        if plan.variant is not None:
            yield concept(plan.variant.variant, texts=self._texts)
        if plan.why is not None:
            yield concept(plan.why, texts=self._texts)

    def _concerns(self, plan: PlanView) -> Iterator[Resource]:
        for one in plan.concerns:
            if one.state == "open":
                words = (Part.CONCERN, one.life_domain)
                yield {"concept": concept(*words, texts=self._texts, text=one.text)}

    def _goal(self, goal: GoalView) -> Reference:
        result = _result(goal)
        target: Resource = {}
        if goal.measured_by is not None:
            target["measure"] = {"text": goal.measured_by}
        if goal.target_date is not None:
            target["dueDate"] = goal.target_date.isoformat()
        return self._resources.add(
            "Goal",
            "goal",
            goal.goal_id,
            {
                "lifecycleStatus": code("Goal.lifecycleStatus", result),
                "achievementStatus": self._achievement(goal),
                "category": [concept(goal.life_domain, texts=self._texts)],
                "description": {"text": goal.text},
                "subject": self._people.family,
                "startDate": goal.occurred_at.date().isoformat(),
                "target": [target] if target else [],
                "statusDate": _ended_at(goal, lambda at: at.date().isoformat()),
                "source": self._people.said_by(goal.said_by),
                "note": [*self._own_words(goal), *self._ending(goal)],
            },
        )

    def _achievement(self, goal: GoalView) -> Resource:
        result = _result(goal)
        achieved = code_if_any("Goal.achievementStatus", result)
        codings = [] if achieved is None else [{"system": ACHIEVEMENT, "code": achieved}]
        codings += [own(one, self._texts) for one in GoalResult if one == result]
        return {"coding": codings}

    def _own_words(self, goal: GoalView) -> Iterator[Resource]:
        for one in goal.own_words:
            yield note(one.words, one.occurred_at, self._people.member(one.member_id))

    def _action(self, action: ActionView, *, plan_is_open: bool) -> Reference:
        late = (
            plan_is_open
            and action.state == "open"
            and action.due is not None
            and action.due < self._today
        )
        return self._task(
            "action",
            action.action_id,
            action,
            {
                "status": code("Task.status of an action", _result(action)),
                "businessStatus": concept(Part.OVERDUE, texts=self._texts) if late else None,
                "code": concept(Part.ACTION, texts=self._texts),
                "description": action.text,
                "owner": self._people.owner(action.owner),
                "restriction": {}
                if action.due is None
                else {"period": {"end": action.due.isoformat()}},
            },
        )

    def _agreement(self, agreement: SafetyAgreementView) -> Reference:
        with_members = [self._people.member(one) for one in agreement.with_members]
        return self._task(
            "agreement",
            agreement.agreement_id,
            agreement,
            {
                "status": code("Task.status of a safety agreement", _result(agreement)),
                "statusReason": self._agreement_end(agreement),
                "code": concept(Part.SAFETY_AGREEMENT, texts=self._texts),
                "description": agreement.text,
                "owner": self._people.owner(agreement.watched_by),
                "restriction": {
                    "period": period(agreement.begins_on, agreement.review_on),
                    "recipient": [one for one in with_members if one is not None],
                },
            },
        )

    def _agreement_end(self, agreement: SafetyAgreementView) -> Resource | None:
        for one in AgreementEnd:
            if one == _result(agreement):
                return {"concept": concept(one, texts=self._texts)}
        return None

    def _task(self, of: str, item_id: str, told: Told, facts: Resource) -> Reference:
        restriction = {name: value for name, value in facts["restriction"].items() if value}
        return self._resources.add(
            "Task",
            of,
            item_id,
            {
                "intent": "plan",
                "for": self._people.family,
                "authoredOn": moment(told.occurred_at),
                "lastModified": _ended_at(told, moment),
                "requester": self._people.said_by(told.said_by),
                "note": list(self._ending(told)),
                **facts,
                "restriction": restriction,
            },
        )

    def _measure(self, measure: MeasureView) -> Reference:
        result = OPEN if measure.ended is None else measure.ended.how
        ended_on = measure.ends_on if measure.ended is None else measure.ended.ended_on
        notes = [note(measure.why_it_fits, measure.occurred_at)]
        notes += [
            note(
                f"{self._texts.word(one.effect).capitalize()}: {one.text}",
                one.occurred_at,
                self._people.said_by(one.said_by)
                if one.member_id is None
                else self._people.member(one.member_id),
            )
            for one in measure.outcomes
        ]
        if measure.ended is not None:
            notes.append(note(measure.ended.text, measure.ended.occurred_at))
        return self._resources.add(
            "ServiceRequest",
            "measure",
            measure.measure_id,
            {
                "status": code("ServiceRequest.status of a measure", result),
                "intent": "plan",
                "category": [
                    concept(one, texts=self._texts) for one in (measure.kind, *measure.life_domains)
                ],
                "code": {"concept": concept(measure.form, texts=self._texts, text=measure.name)},
                "subject": self._subject(measure),
                "occurrencePeriod": period(measure.begins_on, ended_on),
                "authoredOn": moment(measure.occurred_at),
                "requester": self._people.said_by(measure.said_by),
                "performer": [self._people.agency(measure.agency)],
                "reason": [{"concept": {"text": measure.aim}}],
                "note": notes,
            },
        )

    def _subject(self, measure: MeasureView) -> Reference:
        """A measure for one member is about them, one for several about the family."""
        one = self._people.member(measure.for_members[0]) if len(measure.for_members) == 1 else None
        return self._people.family if one is None else one

    def _ending(self, told: Told) -> Iterator[Resource]:
        ended = told.ended
        if ended is not None and ended.text:
            yield note(ended.text, ended.occurred_at, self._people.said_by(ended.said_by))


def _result(told: Told) -> str:
    return OPEN if told.ended is None else str(told.ended.result)


def _ended_at(told: Told, written: Callable[[datetime], str]) -> str | None:
    return None if told.ended is None else written(told.ended.occurred_at)
