"""Commands on two plans: merging two families, and splitting them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from domain.context import Context, Provenance
from domain.errors import Refused
from domain.family_plan import FamilyPlan
from domain.values import ItemRef, LeadCaseworker, Role
from services.cli.common import DataDir, load_settings, readable_errors
from services.cli.lead_command import As, At, Family
from services.cli.plan_commands.base import Text, app
from services.lead.orders import context_of, refusals
from services.store.application import open_application
from services.store.plans import change_two_plans

Other = Annotated[str, typer.Argument(help="The id of the other family.")]
Pairs = Annotated[
    list[str] | None,
    typer.Option(
        "--same-as",
        metavar="MEMBER:MEMBER",
        help="A member of the other family and who that is here; may be given repeatedly.",
    ),
]
NewIds = Annotated[
    list[str] | None,
    typer.Option(
        "--rename",
        metavar="MEMBER:NEW",
        help="A new id here for a member of the other family; may be given repeatedly.",
    ),
]
Administrator = Annotated[
    bool, typer.Option("--administrator", help="Act as an administrator, not as the lead.")
]


@app.command()
def merge(
    family: Family,
    other: Other,
    reason: Text,
    *,
    acting: As,
    same_as: Pairs = None,
    rename: NewIds = None,
    administrator: Administrator = False,
    at: At = None,
    data_dir: DataDir = None,
) -> None:
    """Make another family part of this one.

    Example: oneplan plan merge GEZIN-A-2025 GEZIN-B-2025 "Dezelfde moeder." --same-as mama:sanne
    """

    def give(plan: FamilyPlan, guest: FamilyPlan, context: Context) -> None:
        plan.merge(
            guest,
            reason,
            context,
            same_as=dict(_pairs("same-as", same_as)),
            renamed=dict(_pairs("rename", rename)),
        )

    with readable_errors():
        context = _as_administrator(context_of(acting, at), administrator)
        _carry_out(family, other, give, context, data_dir)


@app.command()
def split(
    family: Family,
    other: Other,
    reason: Text,
    *,
    acting: As,
    lead: Annotated[
        str | None,
        typer.Option(metavar="PERSON:NAME:AGENCY", help="Who leads the other family from now on."),
    ] = None,
    items: Annotated[
        list[str] | None,
        typer.Option(
            "--item",
            metavar="KIND:ID",
            help="What else goes with it, e.g. note:n-1; may be given repeatedly.",
        ),
    ] = None,
    members: Annotated[
        list[str] | None,
        typer.Option("--member", help="Who else goes with it; may be given repeatedly."),
    ] = None,
    administrator: Administrator = False,
    at: At = None,
    data_dir: DataDir = None,
) -> None:
    """Split off a family that was merged into this one.

    Example: oneplan plan split GEZIN-A-2025 GEZIN-B-2025 "Toch een andere moeder."
    --lead "jsmit:Jet Smit:municipality" --item note:n-1
    """

    def give(plan: FamilyPlan, guest: FamilyPlan, context: Context) -> None:
        plan.split(
            guest,
            reason,
            context,
            lead=None if lead is None else _lead(lead),
            items=[ItemRef(kind=kind, item_id=one) for kind, one in _pairs("item", items)],
            members=members or (),
        )

    with readable_errors():
        context = _as_administrator(context_of(acting, at), administrator)
        _carry_out(family, other, give, context, data_dir)


def _carry_out(
    family: str,
    other: str,
    give: Callable[[FamilyPlan, FamilyPlan, Context], None],
    context: Context,
    data_dir: DataDir,
) -> None:
    def command(plan: FamilyPlan, guest: FamilyPlan) -> None:
        with refusals():
            give(plan, guest, context)

    with open_application(load_settings(data_dir)) as application:
        plan = change_two_plans(application, family, other, command)
    typer.echo(f"done; the plan of {family} is at version {plan.version}")


def _as_administrator(context: Context, administrator: bool) -> Context:
    if not administrator:
        return context
    who = context.provenance.model_copy(update={"role": Role.ADMINISTRATOR, "agency": None})
    return context.model_copy(update={"provenance": Provenance(**dict(who))})


def _lead(text: str) -> LeadCaseworker:
    parts = text.split(":")
    if len(parts) != len(LeadCaseworker.model_fields):
        raise Refused("lead", "write it as person:name:agency")
    return LeadCaseworker(person_id=parts[0], name=parts[1], agency=parts[2])


def _pairs(option: str, given: list[str] | None) -> list[tuple[str, str]]:
    pairs = []
    for one in given or ():
        first, _, second = one.partition(":")
        if not first or not second:
            raise Refused(option, f"{one}: write both, with a colon between them")
        pairs.append((first, second))
    return pairs
