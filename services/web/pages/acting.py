"""Who gives a command from a page, in what capacity: what the domain then decides upon."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan.own_voice import Spoken
from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import Consent, Role
from services.lead.orders import Actor, Order, context_of

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
    person_id = (viewer.member_id if member else viewer.person_id) or ""
    acting = Actor(person_id=person_id, agency=viewer.agency, role=role)
    return context_of(acting, command_id=command_id, correlation_id=correlation_id)


def spoken(said: Spoken) -> Order:
    """What a member says by themselves."""
    return Order(lambda plan, context: plan.speak(said, context))


def taken_back(consent: Consent, reason: str | None) -> Order:
    """A consent that a member withdraws."""
    return Order(lambda plan, context: plan.take_back(consent, reason, context))
