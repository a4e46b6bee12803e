"""``oneplan doctor``: is everything in order, and if not, how to mend it."""

from __future__ import annotations

import asyncio
import json

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.checks import (
    Check,
    Health,
    check_credentials,
    check_data_folder,
    check_database,
    check_disk,
    check_keys,
    check_nats_server,
    check_python,
    error,
    ok,
)
from services.cli.common import AsJson, DataDir, settings_errors
from services.cli.event_checks import check_events
from services.cli.identity_checks import check_identity
from services.cli.nats_checks import check_nats
from services.cli.tls_checks import check_certificates
from services.clock import utc_now
from services.settings import SETTINGS_FILE, Settings

COLOURS = {Health.OK: "green", Health.WARNING: "yellow", Health.ERROR: "red"}


def doctor(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Look at settings, files, database and NATS, and say how to mend what is wrong.

    Exit code 1 when something does not work; warnings do not count.

    Example: oneplan doctor --json
    """
    given = {} if data_dir is None else {"data_dir": data_dir}
    checks = [check_python()]
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValueError as problem:
        mend = f"mend {SETTINGS_FILE} or the ONEPLAN_ variables"
        checks += [error("settings", line, mend) for line in settings_errors(problem)]
    else:
        checks += examine(settings)
    if as_json:
        typer.echo(json.dumps([check.model_dump() for check in checks], indent=2))
    else:
        _show(checks)
    if any(check.health is Health.ERROR for check in checks):
        raise typer.Exit(1)


def examine(settings: Settings) -> list[Check]:
    """All checks that need valid settings."""
    checks = [ok("settings", "valid")]
    if settings.nats_url is None:
        checks.append(check_nats_server())
    checks += [check_data_folder(settings), check_disk(settings)]
    checks += check_credentials(settings)
    checks += check_certificates(settings, utc_now())
    database = check_database(settings)
    checks += [database, check_keys(settings)]
    if database.health is Health.OK:
        checks.append(check_events(settings))
    checks += asyncio.run(check_nats(settings))
    checks += asyncio.run(check_identity(settings))
    return checks


def _show(checks: list[Check]) -> None:
    table = Table("", "What", "Found", "How to mend it")
    for check in checks:
        table.add_row(
            f"[{COLOURS[check.health]}]{check.health.value}[/]",
            check.name,
            escape(check.found),
            escape(check.mend or ""),
        )
    Console().print(table)
