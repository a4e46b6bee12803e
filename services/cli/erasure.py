"""``oneplan erasure``: preview, ask, approve, carry out, and prove it with a certificate."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.erasure import ErasureGround
from services.bus.connect import connected
from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.cli.erasure_common import (
    administrator,
    count_messages,
    erasure_desk,
    say_notes,
    target_of,
)
from services.cli.erasure_words import in_words
from services.cli.lead_command import As
from services.clock import utc_now
from services.erasure.certificate import certificate_of, read_certificate
from services.erasure.desk import ErasureDesk
from services.erasure.due import due_families
from services.erasure.hold import hold_data, release_data
from services.erasure.preview import preview
from services.store.application import open_application

app = typer.Typer(help="Personal data that goes.", no_args_is_help=True)

Erasure = Annotated[str, typer.Argument(help="The id of the erasure.")]
OfFamily = Annotated[str | None, typer.Option("--family", help="A family, or whose member.")]
OfMember = Annotated[str | None, typer.Option("--member", help="One member of the family.")]
OfStaff = Annotated[
    str | None, typer.Option("--staff", metavar="PERSON@AGENCY", help="A professional.")
]
Why = Annotated[str, typer.Argument(help="Why, in your own words.")]


@app.callback()
def _group() -> None:
    """Personal data that goes. Whoever acts here is an administrator: keep it to those few."""


@app.command("preview")
def preview_(
    family: OfFamily = None,
    member: OfMember = None,
    staff: OfStaff = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what an erasure would destroy, what the law's terms are, and what stands against it.

    Example: oneplan erasure preview --family GEZIN-A-2025 --member zoon
    """
    settings = load_settings(data_dir)
    with readable_errors(), open_application(settings) as application:
        shown, found = preview(application, target_of(family, member, staff), settings, utc_now())
        counted = asyncio.run(count_messages(settings, found))
    shown = shown.model_copy(update={"messages": counted})
    typer.echo(shown.model_dump_json() if as_json else in_words(shown))


@app.command()
def request(
    ground: Annotated[ErasureGround, typer.Argument(help="Why, by the GDPR.")],
    reason: Why,
    acting: As,
    *,
    family: OfFamily = None,
    member: OfMember = None,
    staff: OfStaff = None,
    erasure_id: Annotated[str | None, typer.Option("--id", help="Its id; made if absent.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Ask for an erasure. Another person has to approve it. Prints its id.

    Example: oneplan erasure request at-request "Verzoek van de jongere." --family GEZIN-A-2025
    """
    with erasure_desk(load_settings(data_dir)) as desk:
        made = erasure_id or f"erasure-{uuid4().hex[:12]}"
        desk.request(made, target_of(family, member, staff), ground, reason, administrator(acting))
    typer.echo(made)


@app.command()
def approve(erasure: Erasure, acting: As, data_dir: DataDir = None) -> None:
    """Approve an erasure that another person asked for.

    Example: oneplan erasure approve erasure-1 --as eva@municipality
    """
    with erasure_desk(load_settings(data_dir)) as desk:
        desk.approve(erasure, administrator(acting))
    typer.echo(f"{erasure}: approved")


@app.command()
def refuse(erasure: Erasure, reason: Why, acting: As, data_dir: DataDir = None) -> None:
    """Decide that an erasure is not done.

    Example: oneplan erasure refuse erasure-1 "Er loopt een klacht." --as eva@municipality
    """
    with erasure_desk(load_settings(data_dir)) as desk:
        desk.refuse(erasure, reason, administrator(acting))
    typer.echo(f"{erasure}: refused")


@app.command()
def carry_out(erasure: Erasure, acting: As, data_dir: DataDir = None) -> None:
    """Destroy the keys and purge all copies, for ever. If it breaks off, give it again.

    What somebody else has to do stands on stderr.

    Example: oneplan erasure carry-out erasure-1 --as dirk@municipality
    """
    settings = load_settings(data_dir)

    async def run(desk: ErasureDesk) -> list[str]:
        async with connected(settings) as client:
            return await desk.carry_out(erasure, administrator(acting), client.jetstream())

    with erasure_desk(settings) as desk:
        notes = asyncio.run(run(desk))
    say_notes(notes)
    typer.echo(f"{erasure}: carried out; see: oneplan erasure certificate {erasure}")


@app.command()
def reapply(data_dir: DataDir = None) -> None:
    """Carry out again all that was carried out: after a backup, or for what came in late.

    Example: oneplan erasure reapply
    """
    settings = load_settings(data_dir)

    async def run(desk: ErasureDesk) -> tuple[list[str], list[str]]:
        async with connected(settings) as client:
            return await desk.reapply(client.jetstream())

    with erasure_desk(settings) as desk:
        done, notes = asyncio.run(run(desk))
    say_notes(notes)
    typer.echo(f"{len(done)} erasures carried out again")


@app.command("list")
def list_(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List all erasures, the oldest first.

    Example: oneplan erasure list
    """
    with erasure_desk(load_settings(data_dir)) as desk:
        found = [
            {
                "erasure_id": one.erasure_id,
                "of": one.target.subject,
                "ground": one.ground.value,
                "status": one.status.value,
                "requested_by": one.requested_by,
                "approved_by": one.approved_by,
            }
            for one in desk.erasures()
        ]
    if as_json:
        typer.echo(orjson.dumps(found).decode())
        return
    table = Table("Erasure", "Of", "Ground", "Status", "Asked by", "Approved by")
    for row in found:
        table.add_row(*(escape(value or "") for value in row.values()))
    Console().print(table if found else "no erasures")


@app.command()
def due(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the families whose terms by law are over and that were not erased.

    Example: oneplan erasure due
    """
    settings = load_settings(data_dir)
    with readable_errors(), open_application(settings) as application:
        found = due_families(application, settings, utc_now())
    if as_json:
        typer.echo(orjson.dumps([{"family_id": one, "due_on": day} for one, day in found]).decode())
        return
    for family_id, day in found:
        typer.echo(f"{family_id}  due on {day}")
    if not found:
        typer.echo("no family is due")


@app.command()
def certificate(erasure: Erasure, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show the signed certificate of an erasure; with --json for whoever verifies it.

    Example: oneplan erasure certificate erasure-1 --json > erasure-1.json
    """
    settings = load_settings(data_dir)
    with erasure_desk(settings) as desk:
        given = certificate_of(desk.events_of(erasure), settings)
    typer.echo(given.model_dump_json() if as_json else given.in_words())


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A certificate as JSON.", exists=True)],
    public_key: Annotated[str, typer.Option("--key", help="The public key, in hexadecimal.")],
) -> None:
    """Check that a certificate was signed with a key and not changed since. Exit code 1 if not.

    Example: oneplan erasure verify erasure-1.json --key 3b6a27bc...
    """
    with readable_errors():
        given = read_certificate(file)
        given.verify(public_key)
    typer.echo(f"valid: {given.erasure_id}, of {given.target.subject}")


@app.command()
def hold(
    family: Annotated[str, typer.Argument(help="The family's id.")],
    reason: Why,
    acting: As,
    data_dir: DataDir = None,
) -> None:
    """Keep a family's data: a claim, a complaint or proceedings need it.

    Example: oneplan erasure hold GEZIN-A-2025 "Klachtprocedure." --as eva@municipality
    """
    with readable_errors(), open_application(load_settings(data_dir)) as application:
        hold_data(application, family, reason, administrator(acting))
    typer.echo(f"the data of family {family} is held")


@app.command()
def release(
    family: Annotated[str, typer.Argument(help="The family's id.")],
    reason: Why,
    acting: As,
    data_dir: DataDir = None,
) -> None:
    """Say that a family's data need not be kept any longer on account of a claim.

    Example: oneplan erasure release GEZIN-A-2025 "Klacht afgehandeld." --as eva@municipality
    """
    with readable_errors(), open_application(load_settings(data_dir)) as application:
        release_data(application, family, reason, administrator(acting))
    typer.echo(f"the data of family {family} is no longer held")
