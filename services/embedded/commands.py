"""The service processes below the supervisor."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

from services.identity.addresses import is_loopback
from services.run import SERVICES
from services.settings import Settings

INTAKE = "intake"
WEB = "web"
IDENTITY = "identity"
IDENTITY_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Command:
    """A service process: its name and how it is started."""

    name: str
    argv: tuple[str, ...]


def service_commands(settings: Settings) -> tuple[Command, ...]:
    """The services, in the order in which they start; the second intake is ``intake-2``."""
    processes = {INTAKE: settings.intake_workers, WEB: settings.web_processes}
    return tuple(
        Command(
            name if place == 1 else f"{name}-{place}",
            (sys.executable, "-m", "services.run", name),
        )
        for name in SERVICES
        for place in range(1, 1 + processes.get(name, 1))
    )


def monitor_place(name: str, settings: Settings) -> int | None:
    """Which of the monitor ports is this process's; None when it has none.

    The first of each service come first, whatever their number, and the others behind them.
    """
    others = [one.name for one in service_commands(settings) if one.name not in SERVICES]
    named = [*SERVICES, *others]
    return named.index(name) if name in named else None


def is_web(name: str) -> bool:
    """Whether a process answers on the port of the web service."""
    return name.partition("-")[0] == WEB


def identity_commands(settings: Settings) -> tuple[Command, ...]:
    """The identity provider of this machine, unless the settings name another one.

    Who is reached from elsewhere does not let people in without a password.
    """
    elsewhere = settings.public_url and not is_loopback(urlsplit(settings.public_url).hostname)
    if settings.oidc_issuer is not None or elsewhere:
        return ()
    return (Command(IDENTITY, (sys.executable, "-m", "services.identity.local_provider")),)


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a service process: ours, and all settings as they are in force."""
    environment = dict(os.environ)
    for name, value in settings.model_dump(mode="json").items():
        if value is not None:
            text = value if isinstance(value, str) else json.dumps(value)
            environment[f"ONEPLAN_{name.upper()}"] = text
    return environment
