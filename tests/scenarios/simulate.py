"""Take a scenario file in the order of arrival, in memory, with the real plan and nothing else.

An event that has to wait goes on a list; the list is tried again after each accepted event.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.context import Context, Provenance
from domain.errors import DomainError, Refused, Waiting
from domain.family_plan import FamilyPlan, PlanEvent
from domain.keys import plan_key, receipt_id
from domain.values import (
    Action,
    Concern,
    FamilyMember,
    Goal,
    Incident,
    Note,
    Party,
    Report,
    Role,
    Value,
)
from services.contracts import data as contract
from services.contracts.cloudevent import CloudEvent

RECORDED_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""One moment at which everything came to be known, after every time in the files."""

AGENCY_SOURCE = re.compile(r"urn:oneplan:agency:([a-z][a-z0-9-]{1,31})")


@dataclass(frozen=True)
class Arrival:
    """One line of a file. ``line`` counts from 1; ``body`` is the parsed JSON."""

    line: int
    text: str
    body: dict[str, Any]
    event: CloudEvent
    data: Value

    @property
    def agency(self) -> str:
        found = AGENCY_SOURCE.fullmatch(self.event.source)
        if found is None:
            raise ValueError(f"line {self.line}: no agency in {self.event.source}")
        return found[1]

    @property
    def key(self) -> tuple[str, str]:
        """What CloudEvents makes unique."""
        return self.event.source, self.event.id


@dataclass
class Simulation:
    """What became of each line, and the plans that came of them."""

    accepted: list[int] = field(default_factory=list)
    duplicates: list[int] = field(default_factory=list)
    rejected: dict[int, str] = field(default_factory=dict)
    """The field that was wrong, by line."""
    held: list[int] = field(default_factory=list)
    """The lines that had to wait, whether they were released later or not."""
    waiting: list[Arrival] = field(default_factory=list)
    """The events that still wait at the end."""
    plans: dict[str, FamilyPlan] = field(default_factory=dict)
    references: dict[tuple[str, str], str] = field(default_factory=dict)


def read(path: Path) -> list[Arrival]:
    """The lines of a scenario. Raises ValidationError, KeyError for an unknown type."""
    arrivals = []
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        body = json.loads(text)
        event = CloudEvent.model_validate(body)
        data = contract.DATA_BY_TYPE[event.type].model_validate(event.data)
        arrivals.append(Arrival(line, text, body, event, data))
    return arrivals


def facts(plan: FamilyPlan) -> list[PlanEvent]:
    """All that happened to a plan, in the order in which it was decided."""
    return [event for event in plan.pending_events if isinstance(event, PlanEvent)]


def simulate(arrivals: list[Arrival]) -> Simulation:
    """Take the arrivals one by one."""
    simulation = Simulation()
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for arrival in arrivals:
        if arrival.key in seen:
            if seen[arrival.key] == arrival.body:
                simulation.duplicates.append(arrival.line)
            else:
                simulation.rejected[arrival.line] = "id"
            continue
        taken = _take(simulation, arrival)
        if arrival.line not in simulation.rejected:
            seen[arrival.key] = arrival.body
        if not taken and arrival in simulation.waiting:
            simulation.held.append(arrival.line)
        while taken:
            taken = any(_take_held(simulation, held) for held in list(simulation.waiting))
    return simulation


def _take_held(simulation: Simulation, held: Arrival) -> bool:
    simulation.waiting.remove(held)
    return _take(simulation, held)


def _take(simulation: Simulation, arrival: Arrival) -> bool:
    """Whether the event was accepted; if not it waits or is rejected."""
    try:
        _apply(simulation, arrival)
    except Waiting:
        simulation.waiting.append(arrival)
        simulation.waiting.sort(key=lambda held: held.line)
        return False
    except DomainError as error:
        simulation.rejected[arrival.line] = error.field
        return False
    simulation.accepted.append(arrival.line)
    return True


def _apply(simulation: Simulation, arrival: Arrival) -> None:
    subject = arrival.event.subject
    context = _context(arrival)
    if isinstance(arrival.data, contract.PlanOpenedData):
        if subject in simulation.plans:
            raise Refused("subject", "one family, one plan")
        simulation.plans[subject] = FamilyPlan.open(subject, **dict(arrival.data), context=context)
        return
    family_id = simulation.references.get((arrival.agency, subject), subject)
    plan = simulation.plans.get(family_id)
    if plan is None:
        raise Waiting("subject", "no plan (yet)", waits_for=plan_key(family_id))
    if isinstance(arrival.data, contract.CaseReferenceLinkedData):
        simulation.references[arrival.agency, arrival.data.reference] = family_id
        return
    noun = arrival.event.type.split(".")[2]
    COMMANDS[noun](plan, arrival.data, context)


def _context(arrival: Arrival) -> Context:
    return Context(
        provenance=Provenance(
            actor=arrival.agency,
            role=Role.AGENCY,
            agency=arrival.agency,
            correlation_id=arrival.event.correlationid or arrival.event.id,
            causation_id=str(receipt_id(*arrival.key)),
        ),
        occurred_at=arrival.event.time,
        recorded_at=RECORDED_AT,
    )


def _on_plan(plan: FamilyPlan, data: Value, context: Context) -> None:
    match data:
        case contract.PlanClosedData():
            plan.close(data.reason, context)
        case contract.PlanReopenedData():
            plan.reopen(data.reason, context)
        case _:
            raise NotImplementedError(type(data).__name__)


def _on_people(plan: FamilyPlan, data: Value, context: Context) -> None:
    match data:
        case contract.MemberAddedData():
            plan.add_member(FamilyMember(**dict(data)), context)
        case contract.MemberRemovedData():
            plan.remove_member(data.member_id, data.reason, context)
        case contract.AgencyJoinedData():
            plan.agency_joins(Party(**dict(data)), context)
        case contract.AgencyLeftData():
            plan.agency_leaves(data.agency, data.reason, context)
        case _:
            raise NotImplementedError(type(data).__name__)


def _on_lead(plan: FamilyPlan, data: Value, context: Context) -> None:
    match data:
        case contract.LeadAssignedData():
            plan.assign_lead(data.lead, context)
        case contract.LeadHandedOverData():
            plan.hand_over(data.outgoing, data.incoming, data.reason, context)
        case contract.LeadReleasedData():
            plan.release_lead(data.person_id, data.reason, context)
        case _:
            raise NotImplementedError(type(data).__name__)


def _on_work(plan: FamilyPlan, data: Value, context: Context) -> None:
    match data:
        case contract.GoalSetData():
            plan.set_goal(Goal(**dict(data)), context)
        case contract.GoalEndedData():
            plan.end_goal(data.goal_id, data.result, data.text, context)
        case contract.ActionAgreedData():
            plan.agree_action(Action(**dict(data)), context)
        case contract.ActionCompletedData():
            plan.complete_action(data.action_id, data.result, context)
        case contract.ActionCancelledData():
            plan.cancel_action(data.action_id, data.reason, context)
        case _:
            raise NotImplementedError(type(data).__name__)


def _on_record(plan: FamilyPlan, data: Value, context: Context) -> None:
    match data:
        case contract.ConcernRaisedData():
            plan.raise_concern(Concern(**dict(data)), context)
        case contract.ConcernResolvedData():
            plan.resolve_concern(data.concern_id, data.how, context)
        case contract.IncidentRecordedData():
            plan.record_incident(Incident(**dict(data)), context)
        case contract.ReportReceivedData():
            plan.receive_report(Report(**dict(data)), context)
        case contract.NoteAddedData():
            plan.add_note(Note(**dict(data)), context)
        case _:
            raise NotImplementedError(type(data).__name__)


COMMANDS: dict[str, Callable[[FamilyPlan, Value, Context], None]] = {
    "plan": _on_plan,
    "member": _on_people,
    "agency": _on_people,
    "lead": _on_lead,
    "goal": _on_work,
    "action": _on_work,
    "concern": _on_record,
    "incident": _on_record,
    "report": _on_record,
    "note": _on_record,
}
"""Who translates an event, by the noun of its type."""
