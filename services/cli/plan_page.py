"""A family's plan on one page of a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from projections.current_plan import ActionView, PlanView, Told


def print_plan(console: Console, plan: PlanView) -> None:
    """Print who it is about, who leads it, what is agreed and what happened."""
    lead = f"{plan.lead.name} ({plan.lead.agency})" if plan.lead else "nobody leads it now"
    console.print(f"[bold]Family {plan.family_id}[/]  plan {plan.status}, version {plan.version}")
    console.print(f"Lead caseworker: [bold]{escape(lead)}[/]")
    _section(
        console, "Members", (f"{one.name}, {one.role} ({one.member_id})" for one in plan.members)
    )
    _section(console, "Parties", (f"{one.agency}: {one.task}" for one in plan.parties))
    _section(
        console,
        "Concerns",
        (
            f"[{one.life_domain}] {one.text} ({one.concern_id}{_ended(one)})"
            for one in plan.concerns
        ),
    )
    goals: list[str] = []
    for goal in plan.goals:
        goals.append(f"[{goal.life_domain}] {goal.text} ({goal.goal_id}{_ended(goal)})")
        goals += [f"    {_action(action)}" for action in goal.actions]
    _section(console, "Goals and actions", [*goals, *map(_action, plan.loose_actions)])
    _happenings(console, plan)


def _section(console: Console, title: str, lines: Iterable[str]) -> None:
    console.print(f"\n[bold]{title}[/]")
    shown = list(lines)
    for line in shown:
        console.print(f"  {escape(line)}")
    if not shown:
        console.print("  [dim]none[/]")


def _action(action: ActionView) -> str:
    due = f", by {action.due}" if action.due else ""
    return f"- {action.owner.name}: {action.text}{due} ({action.action_id}{_ended(action)})"


def _ended(item: Told) -> str:
    if item.ended is None:
        return ""
    return f", {item.ended.result or item.state}: {item.ended.text}"


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
