"""A family's plan on one page of a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.values import LifeDomain, Owner, Phase
from projections.plan_model import ActionView, Ending, GoalView, PlanView

WIDEST = 110
"""Columns of a section on a wide terminal: further apart, a row is hard to follow."""


class Entry(NamedTuple):
    """One row of a section: what it is, what it says, its day, its id, and how it ended."""

    label: str
    text: str
    on: date | None = None
    item_id: str = ""
    ended: Ending | None = None


def print_plan(console: Console, plan: PlanView) -> None:
    """Print how the plan stands, whom it is about, what is agreed and what happened.

    There is no section for what the plan does not hold.
    """
    for line in _head(plan):
        console.print(line)
    members = (Entry(one.role, one.name, None, one.member_id) for one in plan.members)
    _section(console, "Members", members)
    _section(console, "Parties", (Entry(one.agency, one.task) for one in plan.parties))
    for life_domain in LifeDomain:
        _section(console, life_domain.replace("-", " ").capitalize(), _in(life_domain, plan))
    _section(console, "Other actions", map(_action, plan.loose_actions))
    _section(console, "Safety agreements", _agreements(plan))
    _section(console, "Reviews", _reviews(plan))
    _happenings(console, plan)


def _head(plan: PlanView) -> Iterator[str]:
    variant = f", {plan.variant.variant} variant" if plan.variant else ""
    yield f"[bold]Family {plan.family_id}[/]  plan {plan.status}{variant}, version {plan.version}"
    lead = f"{plan.lead.name} ({plan.lead.agency})" if plan.lead else "nobody leads it now"
    yield f"Lead caseworker: [bold]{escape(lead)}[/]"
    place = list(Phase).index(plan.phase.phase) + 1
    since = f"{plan.phase.occurred_at:%Y-%m-%d}"
    yield f"Phase: [bold]{plan.phase.phase}[/] ({place} of {len(Phase)}), since {since}"
    if plan.closed_at is not None:
        why = f", {plan.why}" if plan.why else ""
        yield f"Closed: {plan.closed_at:%Y-%m-%d}{why}: {escape(plan.reason)}"
        yield f"After-care: {plan.after_care_on or 'no day was agreed'}"
    elif plan.next_review_on is not None:
        yield f"Next review: {plan.next_review_on}"


def _section(console: Console, title: str, entries: Iterable[Entry]) -> None:
    table = Table.grid(padding=(0, 1), expand=True)
    table.width = min(console.width, WIDEST)
    table.add_column(min_width=14, style="dim")
    table.add_column(ratio=1)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="dim")
    for entry in entries:
        style = None if entry.ended is None else "dim"
        on = str(entry.on or "")
        table.add_row(f"  {entry.label}", _text(entry), on, entry.item_id, style=style)
    if table.rows:
        console.print(f"\n[bold]{title}[/]")
        console.print(table)


def _text(entry: Entry) -> str:
    if entry.ended is None:
        return escape(entry.text)
    return escape(f"{entry.text}\n{entry.ended.result or 'resolved'}: {entry.ended.text}")


def _in(life_domain: LifeDomain, plan: PlanView) -> Iterator[Entry]:
    for strength in plan.strengths:
        if strength.life_domain is life_domain:
            yield Entry("strength", strength.text, None, strength.strength_id)
    for concern in plan.concerns:
        if concern.life_domain is life_domain:
            yield Entry("concern", concern.text, None, concern.concern_id, concern.ended)
    for goal in plan.goals:
        if goal.life_domain is life_domain:
            yield from _goal(goal)


def _goal(goal: GoalView) -> Iterator[Entry]:
    yield Entry("goal", goal.text, goal.target_date, goal.goal_id, goal.ended)
    if goal.measured_by and goal.ended is None:
        yield Entry("  seen by", goal.measured_by)
    for words in goal.own_words:
        yield Entry(f"  {words.member_id}", words.words)
    for action in goal.actions:
        yield _action(action)._replace(label="  action")


def _action(action: ActionView) -> Entry:
    text = f"{_owner(action.owner)}: {action.text}"
    return Entry("action", text, action.due, action.action_id, action.ended)


def _agreements(plan: PlanView) -> Iterator[Entry]:
    for one in plan.safety_agreements:
        yield Entry(str(one.begins_on), one.text, one.review_on, one.agreement_id, one.ended)
        if one.ended is None:
            yield Entry("  with", ", ".join(one.with_members))
            yield Entry("  seen to by", _owner(one.watched_by))


def _reviews(plan: PlanView) -> Iterator[Entry]:
    for review in plan.reviews:
        yield Entry(str(review.held_on), review.text, None, review.review_id)
        yield Entry("  with", ", ".join(review.present))
        for decision in review.decisions:
            yield Entry(f"  {decision.goal_id or 'decided'}", decision.text)


def _owner(owner: Owner) -> str:
    side = owner.agency or owner.kind
    return f"{owner.name} ({side})" if side else owner.name


def _happenings(console: Console, plan: PlanView) -> None:
    told = [
        *((one.began_at, f"incident, {one.kind}", one.said_by, one.text) for one in plan.incidents),
        *((one.occurred_at, "report", one.said_by, one.text) for one in plan.reports),
        *((one.occurred_at, "note", one.said_by, one.text) for one in plan.notes),
    ]
    table = Table("When", "What", "Told by", "Text", title="What happened", title_justify="left")
    for when, what, said_by, text in sorted(told, key=lambda one: one[0]):
        who = said_by.agency or said_by.actor
        table.add_row(f"{when:%Y-%m-%d %H:%M}", what, escape(who), escape(text))
    console.print()
    console.print(table if told else "[dim]nothing has been told yet[/]")
