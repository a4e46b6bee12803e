"""``oneplan matches``: whom an agency means, where that is not certain."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.persons.person import Reference
from projections.person_index import MatchRow, PersonRow, ReferenceRow, open_matches
from projections.sql import SqlReader
from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.cli.lead_command import As, At
from services.lead.orders import context_of, refusals
from services.persons.resolution import resolve as resolve_match
from services.persons.resolution import unlink as unlink_reference
from services.read_model.engine import open_read_engine, reading
from services.store.application import open_application

app = typer.Typer(help="Whom an agency means, where it is in doubt.", no_args_is_help=True)

MatchId = Annotated[UUID, typer.Argument(help="The question's id, see `list`.")]


@app.callback()
def _group() -> None:
    """Whom an agency means, where it is in doubt."""


@app.command("list")
def show_all(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the questions that somebody has to answer, the oldest first. Without names.

    Example: oneplan matches list
    """
    settings = load_settings(data_dir)
    with readable_errors(), open_read_engine(settings) as engine, reading(engine) as connection:
        rows = open_matches(SqlReader(connection))
    if as_json:
        typer.echo(orjson.dumps([_in_short(row) for row in rows]).decode())
        return
    table = Table("Match", "Asked", "Agency", "Reference", "Why", "Candidates")
    for row in rows:
        last = row.held[-1]
        table.add_row(
            row.match_id,
            f"{row.asked_at:%Y-%m-%d %H:%M}",
            row.agency,
            escape(row.person_reference),
            last.why,
            str(len(last.candidates)),
        )
    Console().print(table if rows else "no open questions")


@app.command()
def show(match_id: MatchId, data_dir: DataDir = None) -> None:
    """Show a question as JSON: what was described, the candidates as they are known, and why.

    This has names and birth dates in it.

    Example: oneplan matches show 5c1b0c1e-6a3f-5d0e-9f3b-2f8f7d0c9e11
    """
    settings = load_settings(data_dir)
    with readable_errors(), open_read_engine(settings) as engine, reading(engine) as connection:
        reader = SqlReader(connection)
        rows = reader.select(MatchRow, where={"match_id": str(match_id)})
        if not rows:
            raise LookupError(f"there is no question {match_id}; see: oneplan matches list")
        row = rows[0]
        ids = {str(one.person_id) for held in row.held for one in held.candidates}
        known = [
            person
            for person_id in sorted(ids)
            for person in reader.select(PersonRow, where={"person_id": person_id})
        ]
    shown = {
        "question": row.model_dump(mode="json"),
        "candidates": [person.model_dump(mode="json") for person in known],
    }
    typer.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())


@app.command()
def resolve(
    match_id: MatchId,
    reason: Annotated[str, typer.Argument(help="What you went by.")],
    *,
    acting: As,
    person: Annotated[
        UUID | None, typer.Option("--person", help="The candidate who it is.")
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="It is none of them.")] = False,
    family: Annotated[
        str | None, typer.Option("--family", help="Which family, if the person is in several.")
    ] = None,
    at: At = None,
    data_dir: DataDir = None,
) -> None:
    """Say who is meant. What waited for it is taken within seconds.

    Example: oneplan matches resolve 5c1b0c1e-6a3f-5d0e-9f3b-2f8f7d0c9e11 "Gebeld met de school."
    --person 0f6b7f6e-1d11-5a9a-8f0c-6d0b5c1a9a53 --as mvries@municipality
    """
    if (person is None) is not new:
        raise typer.BadParameter("give either --person or --new")
    settings = load_settings(data_dir)
    with readable_errors(), open_application(settings) as application, refusals():
        found = resolve_match(
            application, match_id, person, reason, context_of(acting, at), family_id=family
        )
    typer.echo(found.id)


@app.command()
def unlink(
    agency: Annotated[str, typer.Argument(help="The agency's code.")],
    person_reference: Annotated[str, typer.Argument(help="Its reference of a person.")],
    reason: Annotated[str, typer.Argument(help="Why it does not stand for this person.")],
    acting: As,
    *,
    at: At = None,
    data_dir: DataDir = None,
) -> None:
    """Undo a mistaken link of a person's reference. Case references that it linked stay linked.

    Example: oneplan matches unlink school S-2026-17 "Is de tweelingbroer." --as mvries@municipality
    """
    settings = load_settings(data_dir)
    with readable_errors(), open_read_engine(settings) as engine:
        with reading(engine) as connection:
            where = {"agency": agency, "person_reference": person_reference}
            rows = SqlReader(connection).select(ReferenceRow, where=where)
        if not rows:
            raise LookupError(f"{person_reference} of {agency} stands for nobody")
        with open_application(settings) as application, refusals():
            unlink_reference(
                application,
                UUID(rows[0].person_id),
                Reference(agency, person_reference),
                reason,
                context_of(acting, at),
            )
    typer.echo("done")


def _in_short(row: MatchRow) -> dict[str, Any]:
    last = row.held[-1]
    return {
        "match_id": row.match_id,
        "asked_at": row.asked_at.isoformat(),
        "agency": row.agency,
        "person_reference": row.person_reference,
        "why": last.why,
        "candidates": [one.model_dump(mode="json") for one in last.candidates],
    }
