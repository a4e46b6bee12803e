"""``oneplan agency``: who may publish and read, changed while the service runs."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.values import AgencyKind
from services.bus.agencies import Agency, read_agencies
from services.bus.agency_changes import (
    AgencyChangeError,
    add_agency,
    revoke_agency,
    rotate_agency,
)
from services.bus.connect import NotConnectedError
from services.bus.credentials import ensure_credentials, key_files
from services.bus.in_force import InForce, NotInForceError, bring_into_force
from services.cli.common import AsJson, DataDir, load_settings, readable_errors, settings_errors
from services.clock import utc_now
from services.embedded.run_file import read_run
from services.settings import AgencySettings, Settings

app = typer.Typer(help="Agencies: who may publish and read.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="Its code, for example school-west.")]


@app.callback()
def _group() -> None:
    """Agencies: who may publish and read, changed while the service runs."""


@app.command("list")
def show(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the agencies, the revoked ones too.

    Example: oneplan agency list
    """
    settings = load_settings(data_dir)
    with readable_errors():
        agencies = read_agencies(settings).agencies
    if as_json:
        typer.echo(json.dumps([_as_object(agency) for agency in agencies], indent=2))
        return
    table = Table("Code", "Name", "Kind", "OIN", "State", "Since", "Keys since")
    for agency in agencies:
        facts = (agency.code, agency.name, agency.kind, agency.oin or "", agency.state)
        days = (f"{day:%Y-%m-%d}" if day else "" for day in (agency.since, agency.keys_since))
        table.add_row(*map(escape, facts), *days)
    Console().print(table)


@app.command()
def add(
    code: Code,
    *,
    name: Annotated[str, typer.Option(help="Its name, as people know it.")],
    kind: Annotated[
        AgencyKind | None, typer.Option(help="What it may know follows from it.")
    ] = None,
    oin: Annotated[str | None, typer.Option(help="Its 20 digits in the OIN register.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Let an agency in, with a new seed and token. The kind may be left out when it is the code.

    Example: oneplan agency add school-west --name "School West" --kind school
    """
    given = {"code": code, "name": name, "kind": kind, "oin": oin}
    try:
        agency = AgencySettings(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        for line in settings_errors(error):
            typer.echo(f"error: {line.removeprefix('setting ')}", err=True)
        raise typer.Exit(1) from error
    settings = load_settings(data_dir)
    with readable_errors():
        ensure_credentials(settings)
        _finish(settings, _changed(add_agency, settings, agency, utc_now()), as_json=as_json)


@app.command()
def rotate(code: Code, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Give an agency a new seed and token; who uses the old ones is cut off and kept out.

    Example: oneplan agency rotate school-west
    """
    settings = load_settings(data_dir)
    with readable_errors():
        ensure_credentials(settings)
        _finish(settings, _changed(rotate_agency, settings, code, utc_now()), as_json=as_json)


@app.command()
def revoke(code: Code, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Cut an agency off and keep it out. What it published stays.

    Example: oneplan agency revoke school-west
    """
    settings = load_settings(data_dir)
    with readable_errors():
        ensure_credentials(settings)
        _finish(settings, _changed(revoke_agency, settings, code, utc_now()), as_json=as_json)


def _changed(change: Any, *arguments: Any) -> Agency:
    try:
        agency: Agency = change(*arguments)
    except AgencyChangeError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    return agency


def _finish(settings: Settings, agency: Agency, *, as_json: bool) -> None:
    """Bring it into force and say what became of it. Exits with 1 when a server did not take it."""
    force: InForce | None = None
    failed = False
    try:
        force = asyncio.run(bring_into_force(settings, agency))
        note = f"in force on {', '.join(force.servers)} after {force.seconds:.2f} s"
    except NotConnectedError as error:
        failed = settings.nats_url is not None or read_run(settings) is not None
        note = "written; no NATS server runs here, and it takes force when one starts"
        if failed:
            note = f"written, and NOT in force until NATS starts again or this is repeated: {error}"
    except NotInForceError as error:
        failed = True
        note = f"written, and NOT in force everywhere; mend that and repeat this: {error}"
    if as_json:
        typer.echo(json.dumps({**_as_object(agency), **_outcome(settings, agency, force, note)}))
    else:
        typer.echo(f"{agency.code} is {agency.state}: {note}")
        for path in key_files(settings, agency.code) if agency.is_active else ():
            typer.echo(f"hand to the agency, over a channel you trust: {path}")
    if failed:
        typer.echo(f"error: {agency.code}: {note}", err=True)
        raise typer.Exit(1)


def _outcome(
    settings: Settings, agency: Agency, force: InForce | None, note: str
) -> dict[str, Any]:
    seed, token = map(str, key_files(settings, agency.code)) if agency.is_active else (None, None)
    return {
        "in_force": force is not None,
        "servers": [] if force is None else list(force.servers),
        "seconds": None if force is None else round(force.seconds, 3),
        "note": note,
        "seed_file": seed,
        "token_file": token,
    }


def _as_object(agency: Agency) -> dict[str, Any]:
    return agency.model_dump(mode="json", exclude={"token_digest"})
