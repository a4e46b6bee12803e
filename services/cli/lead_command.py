"""What the lead's commands share: who acts, when it happened, and how a command is given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, get_type_hints
from uuid import uuid4

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.context import Context, Provenance
from domain.errors import Refused
from domain.family_plan import FamilyPlan
from domain.values import Role
from services.cli.common import DataDir, Moment, load_settings, readable_errors
from services.clock import utc_now
from services.contracts.faults import explain
from services.store.application import open_application
from services.store.plans import change_plan


class Actor(BaseModel):
    """Who gives the command: a caseworker of an agency."""

    model_config = ConfigDict(frozen=True)

    person_id: str
    agency: str


def read_actor(text: str) -> Actor:
    """The actor written as ``person@agency``. Raises typer.BadParameter."""
    person, _, agency = text.partition("@")
    if not person or not agency:
        raise typer.BadParameter(f"{text}: write it as person@agency, e.g. mvries@municipality")
    return Actor(person_id=person, agency=agency)


As = Annotated[
    Actor,
    typer.Option(
        "--as",
        parser=read_actor,
        metavar="PERSON@AGENCY",
        envvar="ONEPLAN_ACT_AS",
        help="Who you are.",
    ),
]
At = Annotated[
    datetime | None,
    typer.Option("--at", parser=Moment, metavar="T", help="When it happened; now when left out."),
]
Family = Annotated[str, typer.Argument(help="The family's id.")]


@dataclass(frozen=True)
class Order:
    """A command for a plan; ``new_id`` is the id of what it makes, for the lead to use later."""

    give: Callable[[FamilyPlan, Context], None]
    new_id: str | None = None


def lead_command(app: typer.Typer) -> Callable[[Callable[..., Order]], Callable[..., None]]:
    """Make a function that says what to do into a command of ``app`` that does it.

    The command takes the family first, then what the function asks for, then ``--as``, ``--at``
    and ``--data-dir``.
    """

    def register(order_for: Callable[..., Order]) -> Callable[..., None]:
        own = get_type_hints(order_for, include_extras=True)
        own.pop("return")

        @wraps(order_for)
        def command(
            family: str, acting: Actor, at: datetime | None, data_dir: DataDir, **facts: Any
        ) -> None:
            if "acting" in own:
                facts["acting"] = acting
            with readable_errors():
                _carry_out(order_for(**facts), family, context_of(acting, at), data_dir)

        command.__signature__ = _signature(order_for, own)  # type: ignore[attr-defined]
        command.__annotations__ = {"family": Family, **own, "acting": As, "at": At}
        command.__annotations__["data_dir"] = DataDir
        app.command(order_for.__name__.replace("_", "-"))(command)
        return command

    return register


def _signature(order_for: Callable[..., Order], own: dict[str, Any]) -> inspect.Signature:
    keyword = inspect.Parameter.KEYWORD_ONLY
    given = [
        parameter.replace(annotation=own[name], kind=keyword)
        for name, parameter in inspect.signature(order_for).parameters.items()
        if name != "acting"
    ]
    return inspect.Signature(
        [
            inspect.Parameter("family", keyword, annotation=Family),
            *given,
            inspect.Parameter("acting", keyword, annotation=As),
            inspect.Parameter("at", keyword, annotation=At, default=None),
            inspect.Parameter("data_dir", keyword, annotation=DataDir, default=None),
        ]
    )


def _carry_out(order: Order, family: str, context: Context, data_dir: DataDir) -> None:
    settings = load_settings(data_dir)
    with open_application(settings) as application:
        plan = change_plan(application, family, lambda plan: _give(order, plan, context))
    typer.echo(order.new_id or f"done; the plan of {family} is at version {plan.version}")


def _give(order: Order, plan: FamilyPlan, context: Context) -> None:
    with refusals():
        order.give(plan, context)


@contextmanager
def refusals() -> Iterator[None]:
    """A value that breaks its rules becomes a Refused, with the field and without the value."""
    try:
        yield
    except ValidationError as error:
        raise Refused(*explain(error)) from error


def context_of(acting: Actor, at: datetime | None) -> Context:
    """The circumstances of a command that is given now. Raises Refused for a future ``at``."""
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
