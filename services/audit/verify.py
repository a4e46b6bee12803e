"""Verify: does the history add up, has every receipt its one effect, do the views agree with it?

This finds what was lost, doubled or left half done. It does not find what somebody with access to
the database has forged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from eventsourcing.persistence import MapperDeserialisationError
from sqlalchemy import Engine

from domain.case_reference import CaseReferenceLinked
from domain.context import Provenance
from domain.events import DomainEvent
from domain.family_plan import PlanEvent
from domain.family_plan.emergency import EmergencyAccessTaken
from domain.family_plan.merging import MergedInto
from domain.family_plan.splitting import SplitFrom
from domain.persons.match import MatchEvent
from domain.persons.person import PersonEvent
from domain.receipt import EventAccepted
from domain.values import Role
from projections.registry import FAMILY_VIEWS
from projections.sql import SqlReader
from services.audit.replay import recorded_events
from services.clock import utc_now
from services.read_model.engine import reading
from services.read_model.projector import Projector
from services.read_model.timetravel import view_replayed
from services.store.application import OnePlan
from services.store.event_log import EventLog

OTHER_SIDE = (MergedInto, SplitFrom)
"""The same effect as the one in the plan of the family that goes on."""


@dataclass
class Verification:
    """What was looked at and what is wrong; ids only."""

    events: int = 0
    families: int = 0
    receipts: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(application: OnePlan, engine: Engine) -> Verification:
    """Read the whole history once and each family's plan twice, from events and from the view."""
    history = _History()
    try:
        for recorded in recorded_events(EventLog(application)):
            history.take(recorded.position, recorded.event)
    except MapperDeserialisationError as error:
        history.found.findings.append(str(error))
        return history.found
    history.compare_receipts_with_effects()
    _compare_views(application, engine, history)
    return history.found


@dataclass
class _Effect:
    """What one agency event brought about.

    One command records one or more events with versions that follow each other, and the first of
    them is of a kind that it records once. So a gap, or that kind again, is a second effect.
    """

    begins_with: type[DomainEvent]
    count: int = 0
    _aggregate: UUID | None = None
    _version: int = 0

    def take(self, event: DomainEvent) -> None:
        follows = (event.originator_id, event.originator_version) == (
            self._aggregate,
            self._version + 1,
        )
        if not follows or type(event) is self.begins_with:
            self.count += 1
        self._aggregate, self._version = event.originator_id, event.originator_version


class _History:
    """What is remembered of the history while it passes by."""

    def __init__(self) -> None:
        self.found = Verification()
        self.families: set[str] = set()
        self._position = 0
        self._versions: dict[UUID, int] = {}
        self._receipts: dict[str, str | None] = {}
        self._effects: dict[tuple[str, str | None], _Effect] = {}

    def take(self, position: int, event: DomainEvent) -> None:
        self.found.events += 1
        if position <= self._position:
            self.found.findings.append(f"position {position} comes after {self._position}")
        self._position = position
        expected = self._versions.get(event.originator_id, 0) + 1
        if event.originator_version != expected:
            self.found.findings.append(
                f"position {position}: aggregate {event.originator_id} goes on with version "
                f"{event.originator_version} where {expected} should be"
            )
        self._versions[event.originator_id] = event.originator_version
        if isinstance(event, EventAccepted):
            self.found.receipts += 1
            self._receipts[str(event.originator_id)] = event.family_id
        elif isinstance(event, PlanEvent | CaseReferenceLinked):
            self.families.add(event.family_id)
            self.found.families = len(self.families)
            if not isinstance(event, OTHER_SIDE):
                self._take_effect(event, event.provenance, event.family_id)
        elif isinstance(event, PersonEvent | MatchEvent):
            self._take_effect(event, event.provenance, None)

    def _take_effect(
        self, event: DomainEvent, provenance: Provenance, family_id: str | None
    ) -> None:
        if provenance.role is Role.AGENCY and _came_by_message(event, provenance):
            place = (provenance.causation_id, family_id)
            self._effects.setdefault(place, _Effect(type(event))).take(event)

    def compare_receipts_with_effects(self) -> None:
        """Each receipt has exactly one effect, in the family it names, and the other way round."""
        for receipt, family_id in self._receipts.items():
            effect = self._effects.pop((receipt, family_id), None)
            count = 0 if effect is None else effect.count
            if count != 1:
                self.found.findings.append(f"receipt {receipt} has {count} effects, not 1")
        for cause, _family_id in self._effects:
            self.found.findings.append(f"an agency's event without its receipt {cause}")


def _came_by_message(event: DomainEvent, provenance: Provenance) -> bool:
    """Only a message has a receipt: not what a professional gave, nor what was asked over HTTP."""
    if isinstance(event, EmergencyAccessTaken):
        return provenance.causation_id != event.access.access_id
    return provenance.actor == provenance.agency


def _compare_views(application: OnePlan, engine: Engine, history: _History) -> None:
    last = EventLog(application).last_position()
    behind = {
        name: position
        for name, position in Projector(engine, EventLog(application)).positions().items()
        if position < last
    }
    if behind:
        history.found.findings.append(
            f"views are behind position {last}: {behind}; run the projector, then verify again"
        )
        return
    now = utc_now()
    for family_id in sorted(history.families):
        events = application.events_of(family_id)
        for view in FAMILY_VIEWS:
            replayed = view_replayed(view, events, family_id, now)
            with reading(engine) as connection:
                served = view.read(SqlReader(connection), family_id, now)
            if replayed != served:
                history.found.findings.append(
                    f"the view {view.name} of family {family_id} differs from its events; "
                    "run: oneplan projections rebuild"
                )
