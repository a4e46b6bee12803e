"""Commands about addresses."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.values import Address, AddressKind
from services.cli.lead_command import lead_command
from services.cli.plan_commands.base import Item, NewId, Text, app, new_id
from services.lead.orders import Order

HiddenFrom = Annotated[
    list[str] | None,
    typer.Option("--hidden-from", metavar="MEMBER", help="May not know it; may be repeated."),
]


@lead_command(app)
def address(
    member_id: Annotated[str, typer.Argument(help="The member who can be found there.")],
    street: Annotated[str, typer.Argument(help="Street and number.")],
    city: Annotated[str, typer.Argument(help="The town.")],
    *,
    kind: Annotated[AddressKind, typer.Option(help="What the member is there for.")],
    postcode: Annotated[str | None, typer.Option(help="The postcode.")] = None,
    country: Annotated[str, typer.Option(help="Two letters (ISO 3166).")] = "NL",
    with_members: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="MEMBER", help="Who is there too; may be repeated."),
    ] = None,
    hidden_from: HiddenFrom = None,
    hidden_from_all: Annotated[
        bool | None,
        typer.Option(
            "--hidden-from-all/--known-to-all",
            help="From all members who do not live there; so for a shelter when left out.",
        ),
    ] = None,
    shown_to: Annotated[
        list[str] | None,
        typer.Option("--shown-to", metavar="MEMBER", help="May know it; may be repeated."),
    ] = None,
    address_id: NewId = None,
) -> Order:
    """Put on record where a member can be found, and who of the family may not know it.

    Example: oneplan plan address GEZIN-A-2025 moeder "Postbus 12" Arnhem --kind shelter --with kind
    """
    new = new_id("address", address_id)
    is_shelter = kind is AddressKind.SHELTER
    return Order(
        lambda plan, context: plan.record_address(
            Address(
                address_id=new,
                member_id=member_id,
                with_members=tuple(with_members or ()),
                kind=kind,
                street=street,
                postcode=postcode,
                city=city,
                country=country,
                hidden_from=tuple(hidden_from or ()),
                hidden_from_all=is_shelter if hidden_from_all is None else hidden_from_all,
                shown_to=tuple(shown_to or ()),
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def hide_address(
    address_id: Item,
    reason: Text,
    hidden_from: HiddenFrom = None,
    from_all: Annotated[
        bool, typer.Option("--from-all", help="From all members who do not live there.")
    ] = False,
) -> Order:
    """Hide an address from members of the family, in all that was recorded of it.

    Example: oneplan plan hide-address GEZIN-A-2025 adres-1 "Hij dreigde." --hidden-from vader
    """
    return Order(
        lambda plan, context: plan.hide_address(
            address_id, tuple(hidden_from or ()), from_all, reason, context
        )
    )


@lead_command(app)
def show_address(
    address_id: Item,
    reason: Text,
    shown_to: Annotated[
        list[str], typer.Option("--to", metavar="MEMBER", help="May know it; may be repeated.")
    ],
) -> Order:
    """Let members of the family know an address that was hidden from them.

    Example: oneplan plan show-address GEZIN-A-2025 adres-1 "Zij haalt de kinderen op." --to oma
    """
    return Order(
        lambda plan, context: plan.show_address(address_id, tuple(shown_to), reason, context)
    )


@lead_command(app)
def end_address(address_id: Item, reason: Text) -> Order:
    """Say that nobody can be found at an address any more.

    Example: oneplan plan end-address GEZIN-A-2025 adres-1 "Moeder heeft een eigen huis."
    """
    return Order(lambda plan, context: plan.end_address(address_id, reason, context))
