"""The work: the plan's course, each life domain, the actions and who is late, safety."""

from __future__ import annotations

from collections.abc import Iterator

from domain.family_plan import ActionAgreed, GoalSet, PlanClosed, PlanOpened, PlanReopened
from domain.family_plan.agreements import StrengthNoted
from domain.family_plan.concerns import ConcernRaised
from domain.family_plan.merging import FamilyMerged
from domain.family_plan.phases import PhaseEntered, VariantChosen
from domain.family_plan.splitting import FamilySplit
from domain.need_to_know.categories import Category
from domain.values import LifeDomain
from projections.plan_agenda import AGENDA, DueView
from projections.terms import TERMS
from services.exports.dossier.context import Context
from services.exports.dossier.model import Badge, Group, Line, Section, Tone
from services.exports.dossier.standing import standing

COURSE = (
    *(PlanOpened, VariantChosen, PhaseEntered, PlanClosed, PlanReopened),
    *(FamilyMerged, FamilySplit),
)
AROUND = frozenset({"life_domain"})
"""What the heading says already."""


def plan(context: Context) -> Section:
    """How the plan came about and where it stands."""
    lines = context.lines(context.stories.all(*COURSE))
    return context.section(
        "The plan and its phases", [context.group("Course", lines)], Category.PLAN
    )


def life_domains(context: Context) -> Section:
    """For each part of life what goes well, what worries, and what is worked on."""
    groups = (Group(context.texts.word(one), tuple(_in(context, one))) for one in LifeDomain)
    work = (Category.WORK, Category.HEALTH, Category.CRIMINAL)
    return context.section("The plan by life domain", list(groups), *work)


def _in(context: Context, domain: LifeDomain) -> Iterator[Line]:
    for strength in context.stories.all(StrengthNoted):
        if strength.strength.life_domain is domain:
            good = Badge(context.texts("strength"), Tone.GOOD)
            yield context.telling.line(strength, badge=good, but=AROUND)
    for told in context.stories.of("concern").values():
        first = told[0]
        if isinstance(first, ConcernRaised) and first.concern.life_domain is domain:
            yield context.story(told, badge=standing(context.texts, told), but=AROUND)
    for goal_id, told in context.stories.of("goal").items():
        first = told[0]
        if isinstance(first, GoalSet) and first.goal.life_domain is domain:
            actions = tuple(_actions_for(context, goal_id))
            badge = standing(context.texts, told)
            yield context.story(told, badge=badge, beside=actions, but=AROUND)


def _actions_for(context: Context, goal_id: str) -> Iterator[Line]:
    for told in context.stories.of("action").values():
        first = told[0]
        if isinstance(first, ActionAgreed) and first.action.goal_id == goal_id:
            badge = standing(context.texts, told)
            yield context.telling.line(first, badge=badge, but={"goal_id"})


def actions(context: Context) -> Section:
    """All actions, those that are late first, and what else is late."""
    agenda, plan_view = context.family.view(AGENDA), context.plan
    everything = (
        *(one for goal in plan_view.goals for one in goal.actions),
        *plan_view.loose_actions,
    )
    late = {one.item_id: one for one in agenda.due if one.kind == "action"}
    stories = context.stories.of("action")
    is_open = {one.action_id for one in everything if one.state == "open"}

    def shown(action_id: str) -> Line:
        due = late.get(action_id)
        told = stories[action_id]
        badge = standing(context.texts, told) if due is None else _late(context, due.days_left)
        return context.story(told, badge=badge)

    groups = (
        context.group("Late", [shown(one) for one in stories if one in late]),
        context.group(
            "Also past its day",
            [*_other_dues(context, agenda.due, late=True), *_terms(context)],
        ),
        context.group("Soon", list(_other_dues(context, agenda.soon, late=False))),
        context.group("Still to do", [shown(one) for one in stories if one in is_open - set(late)]),
        context.group("Done or dropped", [shown(one) for one in stories if one not in is_open]),
    )
    return context.section("Actions, and who is late", groups, Category.WORK)


def _other_dues(context: Context, dues: tuple[DueView, ...], *, late: bool) -> Iterator[Line]:
    texts = context.texts
    for one in dues:
        if late and one.kind == "action":
            continue
        planned = context.telling.source_of_item(one.kind, one.item_id or "")
        sources = [] if planned is None else [planned]
        facts = [(texts("due on"), context.telling.day(one.on))]
        if one.owner is not None:
            facts.append((texts.field("owner"), context.telling.owner(one.owner)))
        yield Line(
            title=texts.word(one.kind).capitalize(),
            source=context.worked_out(sources),
            texts=() if one.text is None else (one.text,),
            facts=tuple(facts),
            badge=_late(context, one.days_left) if late else None,
        )


def _terms(context: Context) -> Iterator[Line]:
    texts = context.texts
    for one in context.family.view(TERMS).due:
        if one.overdue:
            begun = context.telling.source_of_item("term", one.term_id)
            sources = [] if begun is None else [begun]
            yield Line(
                title=f"{texts('Term')}: {texts.word(one.kind)}",
                source=context.worked_out(sources),
                facts=(
                    (texts.field("owner"), texts.agency(one.owner)),
                    (texts("due on"), context.telling.moment(one.due_at)),
                ),
                badge=Badge(texts("late"), Tone.ALARM),
            )


def safety(context: Context) -> Section:
    """What was agreed so that everybody is safe."""
    stories = context.stories.of("agreement")
    holds = {one.agreement_id for one in context.plan.safety_agreements if one.state == "open"}

    def shown(kept: bool) -> list[Line]:
        return [
            context.story(told, badge=standing(context.texts, told))
            for one, told in stories.items()
            if (one in holds) is kept
        ]

    groups = (
        context.group("In force", shown(kept=True)),
        context.group("Ended", shown(kept=False)),
    )
    return context.section("Safety agreements", groups, Category.SAFETY)


def _late(context: Context, days_left: int) -> Badge:
    if days_left == 0:
        return Badge(context.texts("today"), Tone.ALARM)
    if days_left == -1:
        return Badge(context.texts("1 day late"), Tone.ALARM)
    return Badge(context.texts("{days} days late", days=-days_left), Tone.ALARM)
