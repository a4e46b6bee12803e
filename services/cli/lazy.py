"""A command group that loads a command when it is used, so that help is there at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command


class Entry(NamedTuple):
    """Where a command is, and the line that the list of commands shows for it."""

    place: str
    """``module:attribute``: a Typer application, or the function of a single command."""
    help: str


class LazyGroup(TyperGroup):
    """The commands of ``entries``; only the one that is called is imported."""

    entries: ClassVar[dict[str, Entry]] = {}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the base class's signature
        """The names, in the order of ``entries``."""
        return list(self.entries)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in that only knows its name and its line of help, for the list of commands."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return super().get_command(ctx, cmd_name)
        stand_in = typer.Typer()
        stand_in.command(cmd_name, help=entry.help)(lambda: None)
        return get_command(stand_in)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command, imported now."""
        entry = self.entries.get(args[0])
        if entry is None:
            return super().resolve_command(ctx, args)
        return args[0], _load(args[0], entry), args[1:]


def _load(name: str, entry: Entry) -> Any:
    module, _, attribute = entry.place.partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer()
        single.command(name)(found)
        found = single
    command = get_command(found)
    command.name = name
    return command
