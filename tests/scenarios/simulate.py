"""Take a scenario file in the order of arrival, in memory, with the real plan and nothing else.

An event that has to wait goes on a list; the list is tried again after each accepted event. Nobody
raises signals here, so what is about one waits to the end (``play.py`` has the watch).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.context import Context, Provenance
from domain.errors import DomainError, Refused, Waiting
from domain.family_plan import FamilyPlan, PlanEvent
from domain.keys import plan_key, receipt_id
from domain.values import Role, Value
from services.contracts.cloudevent import CloudEvent
from services.contracts.data import DATA_BY_TYPE
from services.contracts.data.people import CaseReferenceLinkedData
from services.contracts.data.persons import PersonDescribedData
from services.contracts.data.plan import PlanOpenedData
from services.intake.commands import command

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
    now: datetime = datetime(1, 1, 1, tzinfo=UTC)
    """The latest time in the lines so far: when the line at hand comes to be known."""


def read(path: Path) -> list[Arrival]:
    """The lines of a scenario. Raises ValidationError, KeyError for an unknown type."""
    arrivals = []
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        body = json.loads(text)
        event = CloudEvent.model_validate(body)
        data = DATA_BY_TYPE[event.type].model_validate(event.data)
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
        simulation.now = max(simulation.now, arrival.event.time)
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
    context = _context(arrival, simulation.now)
    if isinstance(arrival.data, PlanOpenedData):
        if subject in simulation.plans:
            raise Refused("subject", "one family, one plan")
        simulation.plans[subject] = FamilyPlan.open(subject, **dict(arrival.data), context=context)
        return
    family_id = simulation.references.get((arrival.agency, subject), subject)
    plan = simulation.plans.get(family_id)
    if plan is None:
        raise Waiting("subject", "no plan (yet)", waits_for=plan_key(family_id))
    if isinstance(arrival.data, PersonDescribedData):
        if arrival.data.member_id not in plan.members:
            raise Waiting("data.member_id", "no such member (yet)", waits_for="member")
        return
    if isinstance(arrival.data, CaseReferenceLinkedData):
        simulation.references[arrival.agency, arrival.data.reference] = family_id
        return
    command(arrival.data, plan, context)


def _context(arrival: Arrival, now: datetime) -> Context:
    return Context(
        provenance=Provenance(
            actor=arrival.agency,
            role=Role.AGENCY,
            agency=arrival.agency,
            correlation_id=arrival.event.correlationid or arrival.event.id,
            causation_id=str(receipt_id(*arrival.key)),
        ),
        occurred_at=arrival.event.time,
        recorded_at=now,
    )
