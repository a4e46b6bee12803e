"""``oneplan audit``: replay the whole history, and verify that it adds up."""

from __future__ import annotations

from dataclasses import asdict

import orjson
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from services.audit.evidence import Evidence, examine_store
from services.audit.verify import Verification
from services.audit.verify import verify as verify_history
from services.cli.audit_proofs import checkpoint, prove
from services.cli.audit_replay import replay
from services.cli.audit_time import diff, known
from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.read_model.engine import open_read_engine
from services.store.application import open_application

app = typer.Typer(help="The whole history, for the auditor.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The whole history, for the auditor."""


@app.command()
def verify(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Check that nothing was lost, doubled or changed, and that the views agree with the events.

    Every row of the event store is compared with what the notary signed. Exit code 1 when
    something is wrong.

    Example: oneplan audit verify
    """
    settings = load_settings(data_dir)
    working = Progress(
        SpinnerColumn(),
        TextColumn("reading the history"),
        console=Console(stderr=True),
        transient=True,
    )
    with (
        readable_errors(),
        open_read_engine(settings) as engine,
        open_application(settings) as application,
        working,
    ):
        working.add_task("", total=None)
        signed = examine_store(settings, application, engine)
        found = verify_history(application, engine)
    if signed is not None:
        found.findings[:0] = signed.findings
    typer.echo(_as_json(found, signed) if as_json else _in_words(found, signed))
    if not found.is_sound:
        raise typer.Exit(1)


def _as_json(found: Verification, signed: Evidence | None) -> str:
    covered = None if signed is None else signed.covered
    later = None if signed is None else signed.not_covered_yet
    return orjson.dumps({**asdict(found), "signed": covered, "not_signed_yet": later}).decode()


def _in_words(found: Verification, signed: Evidence | None) -> str:
    looked_at = f"{found.events} events, {found.families} families, {found.receipts} receipts"
    if signed is None:
        looked_at += "; nothing is signed, since no notary has worked here: oneplan up"
    else:
        looked_at += f"; {signed.covered} events are signed, {signed.not_covered_yet} not yet"
    if found.is_sound:
        return f"sound: {looked_at}"
    return "\n".join([f"NOT sound: {looked_at}", *found.findings])


app.command()(replay)
app.command()(diff)
app.command()(known)
app.command()(prove)
app.command()(checkpoint)
