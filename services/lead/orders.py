"""A command for a family's plan: who gives it, in what circumstances, and how it is carried out.

The command line and the pages both go through here, to the same domain and the same store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
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


class Actor(BaseModel):
    """Who gives the command: a caseworker of an agency."""

    model_config = ConfigDict(frozen=True)

    person_id: str
    agency: str


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
    application: OnePlan, family_id: str, order: Order, context: Context
) -> FamilyPlan:
    """The same, unless the plan took this very command before: a form that is sent twice.

    The command is known by its causation id. Raises as :func:`carry_out` does.
    """
    command_id = context.provenance.causation_id

    def give(plan: FamilyPlan, context: Context) -> None:
        # The plan was read before: what it lacks of this command is not in the events either.
        if not _was_given(application, family_id, command_id):
            order.give(plan, context)

    return carry_out(application, family_id, Order(give), context)


def _was_given(application: OnePlan, family_id: str, command_id: str) -> bool:
    events = application.events_of(family_id)
    return any(event.provenance.causation_id == command_id for event in events)


@contextmanager
def refusals() -> Iterator[None]:
    """A value that breaks its rules becomes a Refused, with the field and without the value."""
    try:
        yield
    except ValidationError as error:
        raise Refused(*explain(error)) from error


def context_of(acting: Actor, at: datetime | None = None) -> Context:
    """The circumstances of a command that a lead gives now.

    Args:
        at: when it happened; now when left out.

    Raises:
        Refused: for a future ``at``.
    """
    now = utc_now()
    command_id = str(uuid4())
    return Context(
        provenance=Provenance(
            actor=acting.person_id,
            role=Role.LEAD,
            agency=acting.agency,
            correlation_id=command_id,
            causation_id=command_id,
        ),
        occurred_at=at or now,
        recorded_at=now,
    )
