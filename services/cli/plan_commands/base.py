"""What the lead's commands are made of: the arguments they share, and the group they are in."""

from __future__ import annotations

from datetime import date
from typing import Annotated, overload
from uuid import uuid4

import typer

from domain.errors import Refused
from domain.values import LifeDomain

app = typer.Typer(help="The plan of a family.", no_args_is_help=True)

Text = Annotated[str, typer.Argument(help="In your own words.")]
Item = Annotated[str, typer.Argument(help="The id of the item.")]
NewId = Annotated[str | None, typer.Option("--id", help="Its id; a new one is made when left out.")]
Domain = Annotated[LifeDomain, typer.Option("--life-domain", help="The part of life it is about.")]
About = Annotated[
    list[str] | None, typer.Option("--about", help="A member's id; may be given more than once.")
]


def new_id(kind: str, given: str | None) -> str:
    """The id that was given, or a new one."""
    return given or f"{kind}-{uuid4().hex[:12]}"


@overload
def day(text: str) -> date: ...


@overload
def day(text: None) -> None: ...


@overload
def day(text: str | None) -> date | None: ...


def day(text: str | None) -> date | None:
    """A calendar day written as 2026-12-31. Raises Refused for what is none."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise Refused("date", f"{text} is no date; write it as 2026-12-31") from error
