"""Who takes something on, as options of a command."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.errors import Refused
from domain.values import Owner, OwnerKind

OfFamily = Annotated[
    str | None,
    typer.Option("--family", metavar="MEMBER", help="It is this member of the family."),
]
OfNetwork = Annotated[bool, typer.Option("--network", help="It is somebody of the network.")]
OfAgency = Annotated[
    str | None,
    typer.Option("--agency", metavar="AGENCY", help="It is a professional of this agency."),
]


def owner_of(name: str, member_id: str | None, is_network: bool, agency: str | None) -> Owner:
    """The owner who stands on the side that was given. Raises Refused for more than one side."""
    sides = {
        OwnerKind.FAMILY: member_id is not None,
        OwnerKind.NETWORK: is_network,
        OwnerKind.PROFESSIONAL: agency is not None,
    }
    given = [kind for kind, is_given in sides.items() if is_given]
    if len(given) > 1:
        raise Refused("owner", "give one of --family, --network and --agency")
    return Owner(name=name, kind=given[0] if given else None, member_id=member_id, agency=agency)
