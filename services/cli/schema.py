"""``oneplan schema``: the JSON Schemas of everything that goes over the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from services.contracts.schemas import all_schemas

app = typer.Typer(
    help="JSON Schemas of the agency events, receipts and notices.", no_args_is_help=True
)


@app.callback()
def _group() -> None:
    """JSON Schemas of the agency events, receipts and notices."""


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")] = Path("docs/schemas"),
) -> None:
    """Write one schema file a type.

    Example: oneplan schema export docs/schemas
    """
    folder.mkdir(parents=True, exist_ok=True)
    schemas = all_schemas()
    for name, schema in schemas.items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    typer.echo(f"{len(schemas)} schemas in {folder}")
