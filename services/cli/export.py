"""``oneplan export``: a family for other systems, and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.access.tracing import trace_id
from services.cli.common import DataDir, load_settings, readable_errors
from services.cli.reading import HappenedUntil, KnownAt, Member, Party, read_past, viewer_of
from services.clock import utc_now
from services.exports.dossier.document import RECORDED_AS as DOSSIER
from services.exports.dossier.document import dossier as make_dossier
from services.exports.dossier.page import pdf
from services.exports.fhir import RECORDED_AS as FHIR
from services.exports.fhir.bundle import fhir_json
from services.exports.texts import Language
from services.files import new_private
from services.views.past import AsOf
from services.views.records import Because

app = typer.Typer(help="A family for other systems, and on paper.", no_args_is_help=True)

Family = Annotated[str, typer.Argument(help="The family's id.")]


@app.callback()
def _group() -> None:
    """A family for other systems, and on paper."""


@app.command()
def fhir(  # noqa: PLR0917 - the command's arguments
    family: Family,
    party: Party = None,
    member: Member = None,
    known_at: KnownAt = None,
    happened_until: HappenedUntil = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new file; without it the screen.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Write the family's plan as a FHIR R5 bundle (JSON): CarePlan, CareTeam and who is in them.

    Example: oneplan export fhir GEZIN-A-2025 --party veilig-thuis -o gezin-a.json
    """
    settings = load_settings(data_dir)
    export_id = trace_id()
    with readable_errors():
        require_new(output)
        viewer = viewer_of(settings, family, party, member)
        as_of = AsOf(known_at, happened_until)
        because = Because(correlation_id=export_id)
        (seen,) = read_past(settings, family, viewer, FHIR, (as_of,), because=because)
        bundle = fhir_json(seen, export_id, utc_now())
        if output is None:
            typer.echo(bundle)
        else:
            new_private(output, bundle.encode())


@app.command()
def dossier(  # noqa: PLR0917 - the command's arguments
    family: Family,
    output: Annotated[Path, typer.Option("--output", "-o", help="A new PDF file.")],
    party: Party = None,
    member: Member = None,
    known_at: KnownAt = None,
    happened_until: HappenedUntil = None,
    language: Annotated[Language, typer.Option(help="Of the dossier's words.")] = Language.DUTCH,
    data_dir: DataDir = None,
) -> None:
    """Write the whole family as a dossier to read (PDF), with the source of each line.

    Example: oneplan export dossier GEZIN-A-2025 --member sanne -o sanne.pdf
    """
    settings = load_settings(data_dir)
    export_id = trace_id()
    with readable_errors():
        require_new(output)
        viewer = viewer_of(settings, family, party, member)
        as_of = AsOf(known_at, happened_until)
        because, now = Because(correlation_id=export_id), utc_now()
        (seen,) = read_past(settings, family, viewer, DOSSIER, (as_of,), because=because)
        new_private(output, pdf(make_dossier(seen, viewer, export_id, now, language), now))


def require_new(output: Path | None) -> None:
    """Refuse what would be overwritten before anybody's data is read. Raises FileExistsError."""
    if output is not None and output.exists():
        raise FileExistsError(f"{output} is there already; give another name, or remove it first")
