"""What stands against an erasure, as the history and the law's terms have it now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from eventsourcing.application import AggregateNotFoundError

from domain.calendar import dutch_day
from domain.erasure import ErasureScope, ErasureTarget, LegalHold, Obstacle
from domain.family_plan import (
    AgencyJoined,
    MemberAdded,
    PlanClosed,
    PlanEvent,
    PlanOpened,
    PlanReopened,
)
from domain.family_plan.erasing import PersonalDataErased
from domain.family_plan.signals import SignalLapsed, SignalRaised, SignalStrengthened
from domain.family_plan.terms import TermExpired
from domain.keys import legal_hold_key
from domain.retention import RecordFacts, due_on
from domain.values import AgencyKind, FamilyRole, PlanStatus
from services.erasure.survey import Survey
from services.settings import Settings
from services.store.application import OnePlan

BY_ITSELF = (PersonalDataErased, SignalRaised, SignalStrengthened, SignalLapsed, TermExpired)
"""What the service itself records is no change of the record by those who keep it."""


def record_facts(events: Iterable[PlanEvent], settings: Settings) -> RecordFacts:
    """What the retention terms of a family depend on. An agency that left the settings counts not.

    Raises:
        LookupError: when there are no events.
    """
    kinds = {agency.code: agency.kind for agency in settings.agencies}
    parties: set[str] = set()
    born: dict[str, date] = {}
    last: datetime | None = None
    closed: datetime | None = None
    for event in events:
        if not isinstance(event, BY_ITSELF):
            last = event.recorded_at
        if isinstance(event, PlanClosed | PlanReopened):
            closed = event.recorded_at if isinstance(event, PlanClosed) else None
        if isinstance(event, PlanOpened):
            parties |= {one.agency for one in event.parties}
            members = event.members
        elif isinstance(event, MemberAdded):
            members = (event.member,)
        else:
            members = ()
        for one in members:
            if one.role is FamilyRole.CHILD and one.birth_date is not None:
                born[one.member_id] = one.birth_date
        if isinstance(event, AgencyJoined):
            parties.add(event.party.agency)
    if last is None:
        raise LookupError("there is no such family")
    found: set[AgencyKind] = {kinds[one] for one in parties if one in kinds}
    return RecordFacts(
        found,
        dutch_day(last),
        None if closed is None else dutch_day(closed),
        tuple(born.values()),
    )


def obstacles(
    application: OnePlan, found: Survey, settings: Settings, now: datetime
) -> tuple[Obstacle, ...]:
    """What stands against an erasure now, of all families it touches."""
    if found.target.scope is ErasureScope.STAFF:
        leads = any(_leads(application, found.target, one) for one in found.families)
        return (Obstacle.LEADS_A_PLAN,) if leads else ()
    family_id = str(found.target.family_id)
    plan = application.plan(family_id)
    against = []
    if plan is not None and plan.status is PlanStatus.OPEN:
        against.append(Obstacle.PLAN_IS_OPEN)
    due = due_on(record_facts(application.events_of(family_id), settings))
    if due is None or dutch_day(now) < due:
        against.append(Obstacle.TERM_RUNS)
    hold = legal_hold(application, family_id)
    if hold is not None and hold.is_active:
        against.append(Obstacle.LEGAL_HOLD)
    return tuple(against)


def _leads(application: OnePlan, target: ErasureTarget, family_id: str) -> bool:
    plan = application.plan(family_id)
    if plan is None or plan.status is PlanStatus.CLOSED or plan.lead is None:
        return False
    return (plan.lead.agency, plan.lead.person_id) == (target.agency, target.person_id)


def legal_hold(application: OnePlan, family_id: str) -> LegalHold | None:
    """The hold on a family's data, or None when there never was one."""
    try:
        hold: LegalHold = application.repository.get(legal_hold_key(family_id))
    except AggregateNotFoundError:
        return None
    return hold
