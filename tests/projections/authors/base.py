"""Who gives a plan random commands that it takes; the commands of the spine."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import strategies as st

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import (
    Action,
    Concern,
    FamilyMember,
    FamilyRole,
    Goal,
    GoalResult,
    Incident,
    IncidentKind,
    LeadCaseworker,
    LifeDomain,
    Note,
    Owner,
    Party,
    PlanStatus,
    Report,
)

AGENCIES = ("police", "school", "halt", "shelter")
PEOPLE = ("carla", "Dirk")
Draw = Callable[[st.SearchStrategy[Any]], Any]
Give = Callable[[Context], None]
"""Gives the plan one command."""


class Author:
    """Gives a plan random commands that it takes."""

    def __init__(self, draw: Draw, plan: FamilyPlan) -> None:
        self.plan = plan
        self.pick: Callable[[Any], Any] = lambda options: draw(st.sampled_from(list(options)))

    def commands(self) -> list[Give]:
        """The commands that the plan takes as it is now."""
        plan = self.plan
        if plan.status is PlanStatus.CLOSED:
            return [self.reopen]
        can: list[Give] = [
            self.add_member,
            self.raise_concern,
            self.set_goal,
            self.agree_action,
            self.record,
            self.close,
        ]
        if plan.members:
            can.append(self.remove_member)
        if len(plan.parties) < len(AGENCIES):
            can.append(self.join)
        if self._may_leave():
            can.append(self.leave)
        can += [self.hand_over, self.release] if plan.lead else [self.assign]
        for kind in ("concern", "goal", "action"):
            if self.open_items(kind):
                can.append(lambda context, kind=kind: self.end(kind, context))  # type: ignore[misc]
        return can

    def add_member(self, context: Context) -> None:
        known = {*self.plan.members, *self.plan.former_members}
        number = next(n for n in count(len(known)) if f"m{n}" not in known)
        back = sorted(self.plan.former_members)
        member_id = self.pick([f"m{number}", *back])
        self.plan.add_member(
            FamilyMember(member_id=member_id, name=f"Name {number}", role=FamilyRole.CHILD), context
        )

    def remove_member(self, context: Context) -> None:
        self.plan.remove_member(self.pick(self.plan.members), "moved", context)

    def join(self, context: Context) -> None:
        absent = [agency for agency in AGENCIES if agency not in self.plan.parties]
        self.plan.agency_joins(Party(agency=self.pick(absent), task="helps"), context)

    def leave(self, context: Context) -> None:
        self.plan.agency_leaves(self.pick(self._may_leave()), "done", context)

    def assign(self, context: Context) -> None:
        self.plan.assign_lead(self._lead(PEOPLE), context)

    def hand_over(self, context: Context) -> None:
        assert self.plan.lead is not None
        outgoing = self.plan.lead.person_id
        others = [person for person in PEOPLE if person != outgoing]
        self.plan.hand_over(outgoing, self._lead(others), "moved", context)

    def release(self, context: Context) -> None:
        assert self.plan.lead is not None
        self.plan.release_lead(self.plan.lead.person_id, "ill", context)

    def raise_concern(self, context: Context) -> None:
        self.plan.raise_concern(
            Concern(
                concern_id=self.new_id("concern"),
                life_domain=LifeDomain.SAFETY,
                about=tuple(self.plan.members)[:1],
                text="wörries\nabout \u0000 and 'quotes\"",
            ),
            context,
        )

    def set_goal(self, context: Context) -> None:
        goal = Goal(goal_id=self.new_id("goal"), life_domain=LifeDomain.HOUSING, text="a home")
        self.plan.set_goal(goal, context)

    def agree_action(self, context: Context) -> None:
        goal_id = self.pick([None, *self.open_items("goal")])
        self.plan.agree_action(
            Action(
                action_id=self.new_id("action"),
                goal_id=goal_id,
                owner=Owner(name="Anna"),
                text="call",
            ),
            context,
        )

    def end(self, kind: str, context: Context) -> None:
        item_id = self.pick(self.open_items(kind))
        if kind == "concern":
            self.plan.resolve_concern(item_id, "gone", context)
        elif kind == "goal":
            self.plan.end_goal(item_id, self.pick(GoalResult), "so it is", context)
        else:
            end = self.pick([self.plan.complete_action, self.plan.cancel_action])
            end(item_id, "so it is", context)

    def record(self, context: Context) -> None:
        kind = self.pick(["incident", "report", "note"])
        if kind == "incident":
            incident = Incident(
                incident_id=self.new_id(kind),
                kind=self.pick(IncidentKind),
                against=tuple(self.plan.members)[:2] or ("unknown",),
                began_at=context.occurred_at,
                text="it happened",
            )
            self.plan.record_incident(incident, context)
        elif kind == "report":
            report = Report(report_id=self.new_id(kind), reporter="a neighbour", text="heard it")
            self.plan.receive_report(report, context)
        else:
            self.plan.add_note(Note(note_id=self.new_id(kind), text="stiff contact"), context)

    def close(self, context: Context) -> None:
        self.plan.close("done", context)

    def reopen(self, context: Context) -> None:
        self.plan.reopen("again", context)

    def open_items(self, kind: str) -> list[str]:
        """The ids of the items of this kind that have not ended."""
        return [item_id for item_id, is_open in self.plan.items[kind].items() if is_open]

    def new_id(self, kind: str) -> str:
        """An id that no item of this kind has yet, nor had before it was handed back."""
        used = {one for of, one in self.plan.handed_back if of == kind} | {*self.plan.items[kind]}
        numbers = {"".join(c for c in one if c.isdecimal()) for one in used}
        return next(f"{kind[0]}{n}" for n in count(len(used)) if str(n) not in numbers)

    def _may_leave(self) -> list[str]:
        employer = self.plan.lead.agency if self.plan.lead else None
        leavers = [agency for agency in self.plan.parties if agency != employer]
        return leavers if len(self.plan.parties) > 1 else []

    def _lead(self, people: Any) -> LeadCaseworker:
        person = self.pick(people)
        return LeadCaseworker(
            person_id=person, name=f"Name of {person}", agency=self.pick(self.plan.parties)
        )
