"""The fate of one agency event: accepted, duplicate, held or rejected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.case_reference import CaseReference
from domain.context import Context, Provenance
from domain.errors import DomainError, Refused, Waiting
from domain.events import DomainEvent
from domain.family_plan import FamilyPlan
from domain.keys import plan_key, reference_key
from domain.receipt import EventAccepted
from domain.values import Role, Value
from services.contracts.data.merging import FamilyMergedData, FamilySplitData
from services.contracts.data.people import CaseReferenceLinkedData
from services.contracts.data.persons import PersonDescribedData
from services.contracts.data.plan import PlanOpenedData
from services.contracts.receipt import Status
from services.intake.commands import command, join
from services.intake.delivery import Outcome
from services.intake.describing import describe
from services.intake.joined import as_called_by, going_on, keys_made_known, keys_under
from services.intake.reading import AgencyEvent
from services.intake.work import UnitOfWork


class Unmatched(Waiting):
    """The event's subject is no family and no case reference that we know (yet)."""


def decide(event: AgencyEvent, work: UnitOfWork, now: datetime) -> Outcome:
    """Decide on one event; what it changes and its receipt are left in the unit of work.

    Args:
        work: has looked up the receipts of the batch.
        now: when we came to know the event (UTC).
    """
    earlier = work.receipt(event.receipt_id)
    if earlier is not None:
        return _seen_before(event, earlier, work)
    try:
        family_id, consequences = _apply(event, work, _context(event, now))
    except DomainError as error:
        return _not_taken(event, work, error)
    work.add_receipt(_receipt(event, family_id, now))
    made_known = tuple(keys_made_known(consequences, work.plan))
    return event.outcome(
        Status.ACCEPTED, family_id=_as_sent(event, family_id, work), made_known=made_known
    )


def _as_sent(event: AgencyEvent, family_id: str | None, work: UnitOfWork) -> str | None:
    """The family as the sender knows it: which one it was merged into is for its parties."""
    if family_id is None:
        return None
    named = _find_plan(event, work)
    return family_id if named is None else named.family_id


def _not_taken(event: AgencyEvent, work: UnitOfWork, error: DomainError) -> Outcome:
    # Another worker may have taken this very event after the receipts were looked up and before
    # the plan was loaded. Its receipt was saved together with its effect, so it shows now.
    work.look_up_receipts([event.receipt_id])
    earlier = work.receipt(event.receipt_id)
    if earlier is not None:
        return _seen_before(event, earlier, work)
    named = _find_plan(event, work)
    reason = error.reason
    if named is not None and named.merged_into is not None:
        reason = reason.replace(named.merged_into, named.family_id)
    return event.outcome(
        Status.HELD if isinstance(error, Waiting) else Status.REJECTED,
        field=error.field,
        reason=reason,
        waits_for=_keys_awaited(event, error, work),
    )


def _seen_before(event: AgencyEvent, earlier: EventAccepted, work: UnitOfWork) -> Outcome:
    if earlier.body_digest != event.digest:
        return event.outcome(
            Status.REJECTED,
            field="id",
            reason=f"{event.envelope.id} was used before with another body; "
            "give every event its own id",
        )
    again = earlier.stream_sequence == event.delivery.sequence
    return event.outcome(
        Status.ACCEPTED if again else Status.DUPLICATE,
        family_id=_as_sent(event, earlier.family_id, work),
    )


def _context(event: AgencyEvent, now: datetime) -> Context:
    return Context(
        provenance=Provenance(
            actor=event.agency,
            role=Role.AGENCY,
            agency=event.agency,
            correlation_id=event.correlation_id,
            causation_id=str(event.receipt_id),
        ),
        occurred_at=event.envelope.time,
        recorded_at=now,
    )


def _apply(
    event: AgencyEvent, work: UnitOfWork, context: Context
) -> tuple[str | None, Iterable[DomainEvent]]:
    """Give the command; returns the family it was about and what came of it.

    Whoever describes a person is not told which family that led to.
    """
    if isinstance(event.data, PlanOpenedData):
        return _open(event, event.data, work, context)
    if isinstance(event.data, PersonDescribedData):
        member_id = event.data.member_id
        about = _find_plan(event, work) if member_id is None else _plan(event, work)
        return None, describe(event, event.data, about, work, context)
    named = _plan(event, work)
    if isinstance(event.data, CaseReferenceLinkedData):
        return _link(event, event.data.reference, named, work, context)
    plan = going_on(named, work.plan)
    data = as_called_by(plan, named, event.data)
    if isinstance(data, FamilyMergedData | FamilySplitData):
        return plan.family_id, _join(data, plan, work, context)
    return plan.family_id, _give(data, plan, work, context)


def _open(
    event: AgencyEvent, data: PlanOpenedData, work: UnitOfWork, context: Context
) -> tuple[str, Iterable[DomainEvent]]:
    family_id = event.envelope.subject
    if work.plan(family_id) is not None:
        raise Refused("subject", f"family {family_id} has a plan already: one family, one plan")
    plan = FamilyPlan.open(
        family_id,
        reason=data.reason,
        members=data.members,
        parties=data.parties,
        context=context,
    )
    work.add_plan(plan)
    return family_id, _pending(plan)


def _find_plan(event: AgencyEvent, work: UnitOfWork) -> FamilyPlan | None:
    plan = work.plan(event.envelope.subject)
    if plan is not None:
        return plan
    family_id = work.family_of(event.agency, event.envelope.subject)
    return work.plan(family_id) if family_id is not None else None


def _plan(event: AgencyEvent, work: UnitOfWork) -> FamilyPlan:
    """The plan that the subject names, be it merged into another one or not."""
    subject = event.envelope.subject
    plan = _find_plan(event, work)
    if plan is None:
        raise Unmatched(
            "subject",
            f"{subject} is no family and no case reference of {event.agency} that we know; "
            "it waits until the plan is opened or the reference is linked",
            waits_for=plan_key(subject),
        )
    return plan


def _keys_awaited(event: AgencyEvent, error: DomainError, work: UnitOfWork) -> tuple[str, ...]:
    if isinstance(error, Unmatched):
        return error.waits_for, reference_key(event.agency, event.envelope.subject)
    if not isinstance(error, Waiting):
        return ()
    named = _find_plan(event, work)
    if named is None or named.merged_into is None:
        return (error.waits_for,)
    # It is to be taken too when the family it names is split off again.
    return error.waits_for, *keys_under(named, going_on(named, work.plan), (error.waits_for,))


def _link(
    event: AgencyEvent, reference: str, plan: FamilyPlan, work: UnitOfWork, context: Context
) -> tuple[str, Iterable[DomainEvent]]:
    if work.family_of(event.agency, reference) is not None:
        raise Refused("data.reference", f"{reference} is linked to a family already")
    if work.plan(reference) is not None:
        raise Refused("data.reference", f"{reference} is a family's id, not a case reference")
    link = CaseReference.link(event.agency, reference, plan.family_id, context)
    work.add_link(link)
    return plan.family_id, _pending(link)


def _give(
    data: Value, plan: FamilyPlan, work: UnitOfWork, context: Context
) -> Iterable[DomainEvent]:
    before = len(plan.pending_events)
    try:
        command(data, plan, context)
    except DomainError:
        newer = work.newer(plan)
        if newer is None:
            raise
        return _give(data, newer, work, context)
    return _pending(plan)[before:]


def _join(
    data: FamilyMergedData | FamilySplitData,
    plan: FamilyPlan,
    work: UnitOfWork,
    context: Context,
) -> Iterable[DomainEvent]:
    """Merge the other family into this one, or split it off."""
    other = work.plan(data.other)
    if other is None:
        raise Waiting(
            "data.other",
            f"{data.other} is no family that we know; it waits until its plan is opened",
            waits_for=plan_key(data.other),
        )
    before, theirs = len(plan.pending_events), len(other.pending_events)
    try:
        join(data, plan, other, context)
    except DomainError:
        newer, other_newer = work.newer(plan), work.newer(other)
        if newer is None and other_newer is None:
            raise
        return _join(data, newer or plan, work, context)
    return [*_pending(plan)[before:], *_pending(other)[theirs:]]


def _pending(aggregate: FamilyPlan | CaseReference) -> list[DomainEvent]:
    return [event for event in aggregate.pending_events if isinstance(event, DomainEvent)]


def _receipt(event: AgencyEvent, family_id: str | None, now: datetime) -> EventAccepted:
    return EventAccepted.of(
        agency=event.agency,
        source=event.envelope.source,
        event_id=event.envelope.id,
        event_type=event.envelope.type,
        family_id=family_id,
        body_digest=event.digest,
        stream_sequence=event.delivery.sequence,
        recorded_at=now,
    )
