"""Who gives a command from a page, in what capacity: what the domain then decides upon."""

from __future__ import annotations

from domain.context import Context, Provenance
from domain.family_plan.own_voice import Spoken
from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import Consent, Role
from services.clock import utc_now
from services.lead.orders import Order

CAPACITY = {
    ViewerRole.LEAD: Role.LEAD,
    ViewerRole.PROFESSIONAL: Role.AGENCY,
    ViewerRole.FAMILY_MEMBER: Role.SYSTEM,
}
"""A member has no capacity of their own in the plan: the service writes down what they say."""


def context_for(viewer: Viewer, command_id: str, correlation_id: str | None = None) -> Context:
    """The circumstances of a command that somebody gives now.

    Raises:
        PermissionError: for a role that gives no commands.
    """
    role = CAPACITY.get(viewer.role)
    if role is None:
        raise PermissionError(f"nobody gives commands as {viewer.role}")
    member = viewer.role is ViewerRole.FAMILY_MEMBER
    now = utc_now()
    return Context(
        provenance=Provenance(
            actor=(viewer.member_id if member else viewer.person_id) or "",
            role=role,
            agency=viewer.agency,
            correlation_id=correlation_id or command_id,
            causation_id=command_id,
        ),
        occurred_at=now,
        recorded_at=now,
    )


def spoken(said: Spoken) -> Order:
    """What a member says by themselves."""
    return Order(lambda plan, context: plan.speak(said, context))


def taken_back(consent: Consent, reason: str | None) -> Order:
    """A consent that a member withdraws."""
    return Order(lambda plan, context: plan.take_back(consent, reason, context))
