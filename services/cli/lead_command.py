"""What the lead's commands share: who acts, when it happened, and how a command is given."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from domain.context import Context
from services.cli.common import DataDir, Moment, load_settings, readable_errors
from services.lead.orders import Actor, Order, carry_out, context_of
from services.store.application import open_application


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
        plan = carry_out(application, family, order, context)
    typer.echo(order.new_id or f"done; the plan of {family} is at version {plan.version}")
