"""The service processes below the supervisor."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass

from services.run import SERVICES
from services.settings import Settings

WEB = "web"


@dataclass(frozen=True)
class Command:
    """A service process: its name and how it is started."""

    name: str
    argv: tuple[str, ...]


def service_commands() -> tuple[Command, ...]:
    """The services, in the order in which they start."""
    return tuple(Command(name, (sys.executable, "-m", "services.run", name)) for name in SERVICES)


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a service process: ours, and all settings as they are in force."""
    environment = dict(os.environ)
    for name, value in settings.model_dump(mode="json").items():
        if value is not None:
            text = value if isinstance(value, str) else json.dumps(value)
            environment[f"ONEPLAN_{name.upper()}"] = text
    return environment
