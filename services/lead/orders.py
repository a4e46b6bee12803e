"""A command for a family's plan: who gives it, in what circumstances, and how it is carried out.

The command line and the pages both go through here, to the same domain and the same store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.context import Context, Provenance
from domain.errors import Refused
from domain.family_plan import FamilyPlan
from domain.values import Role, Value
from services.clock import utc_now
from services.contracts.faults import explain
from services.intake.commands import command
from services.store.application import OnePlan
from services.store.plans import change_plan

CLOCKS_DIFFER = timedelta(hours=1)
"""Far more than the clocks of two processes do, and than a command is tried again."""


class Actor(BaseModel):
    """Who gives the command, and in what capacity: a lead of an agency, unless it is said."""

    model_config = ConfigDict(frozen=True)

    person_id: str
    agency: str | None
    role: Role = Role.LEAD


@dataclass(frozen=True)
class Order:
    """A command for a plan; ``new_id`` is the id of what it makes, for the lead to use later."""

    give: Callable[[FamilyPlan, Context], None]
    new_id: str | None = None


def order_of(data: Value, new_id: str | None = None) -> Order:
    """The command that an agency's event with this data would give."""
    return Order(lambda plan, context: command(data, plan, context), new_id)


def carry_out(application: OnePlan, family_id: str, order: Order, context: Context) -> FamilyPlan:
    """Give an order to a family's plan and save what came of it.

    Raises:
        DomainError: when the plan does not take the command, or a value breaks its rules.
        IntegrityError: as :func:`services.store.plans.change_plan`.
    """

    def give(plan: FamilyPlan) -> None:
        with refusals():
            order.give(plan, context)

    return change_plan(application, family_id, give)


def carry_out_once(
    application: OnePlan, family_id: str, order: Order, context: Context, since: datetime
) -> FamilyPlan:
    """The same, unless the plan took this very command before: a form that is sent twice.

    The command is known by its causation id. Raises as :func:`carry_out` does.

    Args:
        since: a moment (UTC) before which nobody can have given it: when its form was opened.
    """
    command_id = context.provenance.causation_id

    def give(plan: FamilyPlan, context: Context) -> None:
        # The plan was read before: what it lacks of this command is not in the events either.
        if not _was_given(application, family_id, command_id, since - CLOCKS_DIFFER):
            order.give(plan, context)

    return carry_out(application, family_id, Order(give), context)


def _was_given(application: OnePlan, family_id: str, command_id: str, since: datetime) -> bool:
    later = takewhile(lambda one: one.recorded_at >= since, application.newest_of(family_id))
    return any(event.provenance.causation_id == command_id for event in later)


@contextmanager
def refusals() -> Iterator[None]:
    """A value that breaks its rules becomes a Refused, with the field and without the value."""
    try:
        yield
    except ValidationError as error:
        raise Refused(*explain(error)) from error


def context_of(
    acting: Actor,
    at: datetime | None = None,
    *,
    command_id: str | None = None,
    correlation_id: str | None = None,
) -> Context:
    """The circumstances of a command that somebody gives now.

    Args:
        at: when it happened; now when left out.
        command_id: what the command is known by; a new one when left out.
        correlation_id: of the request it came with; that of the command when left out.

    Raises:
        Refused: for a future ``at``.
    """
    now = utc_now()
    command_id = command_id or str(uuid4())
    return Context(
        provenance=Provenance(
            actor=acting.person_id,
            role=acting.role,
            agency=acting.agency,
            correlation_id=correlation_id or command_id,
            causation_id=command_id,
        ),
        occurred_at=at or now,
        recorded_at=now,
    )
