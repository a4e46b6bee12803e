"""``oneplan view``: each of the views by its name."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.console import Console

from projections.registry import AGENCY_VIEWS, COMMON_VIEWS, FAMILY_VIEWS
from projections.views import AgencyView, CommonView, FamilyView
from services.access.record import AccessPath
from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.cli.reading import (
    HappenedUntil,
    KnownAt,
    Member,
    Party,
    agency_viewer,
    read_family,
    viewer_of,
)
from services.cli.view_page import print_view
from services.views.party_views import open_party_views
from services.views.past import AsOf

app = typer.Typer(help="The views of a family, and of an agency's own work.", no_args_is_help=True)

Family = Annotated[str, typer.Argument(help="The family's id.")]
Agency = Annotated[str, typer.Argument(help="The agency's code.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="Entries on the page.")]
After = Annotated[str | None, typer.Option(help="The `next` of the page before.")]


@app.callback()
def _group() -> None:
    """The views of a family, and of an agency's own work."""


def _add_family_view(view: FamilyView[Any]) -> None:
    @app.command(
        view.name, help=f"{view.about}\n\nExample: oneplan view {view.name} GEZIN-A-2025 --json"
    )
    def show(  # noqa: PLR0917 - the command's arguments
        family: Family,
        party: Party = None,
        member: Member = None,
        known_at: KnownAt = None,
        happened_until: HappenedUntil = None,
        data_dir: DataDir = None,
        as_json: AsJson = False,
    ) -> None:
        settings = load_settings(data_dir)
        with readable_errors():
            viewer = viewer_of(settings, family, party, member)
            found = read_family(settings, view, family, viewer, AsOf(known_at, happened_until))
        _say(found, as_json)


def _add_agency_view(view: AgencyView[Any]) -> None:
    @app.command(
        view.name, help=f"{view.about}\n\nExample: oneplan view {view.name} veilig-thuis --json"
    )
    def show(
        agency: Agency,
        limit: Limit = 100,
        after: After = None,
        data_dir: DataDir = None,
        as_json: AsJson = False,
    ) -> None:
        settings = load_settings(data_dir)
        with readable_errors(), open_party_views(settings, AccessPath.CLI, "cli") as views:
            found = views.agency(view, agency_viewer(settings, agency), limit, after)
        _say(found, as_json)


def _add_common_view(view: CommonView[Any]) -> None:
    @app.command(view.name, help=f"{view.about}\n\nExample: oneplan view {view.name} --json")
    def show(data_dir: DataDir = None, as_json: AsJson = False) -> None:
        settings = load_settings(data_dir)
        with readable_errors(), open_party_views(settings, AccessPath.CLI, "cli") as views:
            found = views.common(view)
        _say(found, as_json)


def _say(found: BaseModel, as_json: bool) -> None:
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        print_view(Console(), found)


for one in FAMILY_VIEWS:
    _add_family_view(one)
for other in AGENCY_VIEWS:
    _add_agency_view(other)
for another in COMMON_VIEWS:
    _add_common_view(another)
