"""``oneplan plan open``: a family gets its one plan."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.family_plan import FamilyPlan
from domain.values import FamilyMember, FamilyRole, Party
from services.cli.common import DataDir, load_settings, readable_errors
from services.cli.lead_command import As, At, Family
from services.lead.orders import context_of, refusals
from services.store.application import open_application
from services.store.plans import open_plan


def read_member(text: str) -> FamilyMember:
    """A member written as ``id:role:name``. Raises typer.BadParameter."""
    member_id, _, rest = text.partition(":")
    role, _, name = rest.partition(":")
    if role not in list(FamilyRole) or not name:
        raise typer.BadParameter(
            f"{text}: write it as id:role:name, with a role of {', '.join(FamilyRole)}"
        )
    with refusals():
        return FamilyMember(member_id=member_id, role=FamilyRole(role), name=name)


def read_party(text: str) -> Party:
    """A party written as ``agency:task``. Raises typer.BadParameter."""
    agency, _, task = text.partition(":")
    if not task:
        raise typer.BadParameter(f"{text}: write it as agency:task")
    with refusals():
        return Party(agency=agency, task=task)


def open_(
    family: Family,
    reason: Annotated[str, typer.Argument(help="Why the family gets a plan.")],
    acting: As,
    members: Annotated[
        list[str] | None,
        typer.Option("--member", metavar="ID:ROLE:NAME", help="May be given more than once."),
    ] = None,
    parties: Annotated[
        list[str] | None,
        typer.Option("--party", metavar="AGENCY:TASK", help="May be given more than once."),
    ] = None,
    *,
    at: At = None,
    data_dir: DataDir = None,
) -> None:
    """Open the one plan of a family; the agency you act for must be one of its parties.

    Example: oneplan plan open GEZIN-D "Derde melding." --party "police:veiligheid"
    """
    settings = load_settings(data_dir)
    with readable_errors(), open_application(settings) as application, refusals():
        plan = FamilyPlan.open(
            family,
            reason=reason,
            members=tuple(map(read_member, members or ())),
            parties=tuple(map(read_party, parties or ())),
            context=context_of(acting, at),
        )
        open_plan(application, plan)
    typer.echo(f"opened; the plan of {family} is at version {plan.version}")
