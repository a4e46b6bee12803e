"""``oneplan deadletters``: what could not be taken, why, and once more."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.bus.agencies import AgencyRegister
from services.bus.connect import connected
from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.intake.dead_letters import DeadLetter, DeadLetters
from services.intake.delivery import Outcome
from services.intake.desk import Desk
from services.intake.intake import Intake
from services.settings import Settings
from services.store.application import open_application

app = typer.Typer(help="Events that could not be taken.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Events that could not be taken."""


@app.command("list")
def show(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the events that are on hold or were rejected, with the reason.

    Example: oneplan deadletters list
    """
    settings = load_settings(data_dir)
    with readable_errors():
        letters = asyncio.run(_all_letters(settings))
    if as_json:
        typer.echo(orjson.dumps([_as_object(letter) for letter in letters]).decode())
        return
    table = Table("Place", "Status", "Agency", "Event", "Field", "Reason")
    for letter in letters:
        outcome = letter.outcome
        table.add_row(
            str(letter.place),
            outcome.status,
            outcome.delivery.agency,
            escape(outcome.event_id),
            escape(outcome.field or ""),
            escape(outcome.reason or ""),
        )
    Console().print(table if letters else "no dead letters")


@app.command()
def resubmit(
    places: Annotated[
        list[int] | None, typer.Argument(help="The places to take again, see `list`.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Take all of them again.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take dead letters again, as if they had just arrived. What fails again stays kept.

    Exit code 1 when one of them was not taken.

    Example: oneplan deadletters resubmit 3 4
    """
    if bool(places) is everything:
        raise typer.BadParameter("give the places to take again, or --all")
    settings = load_settings(data_dir)
    with readable_errors():
        outcomes = asyncio.run(_resubmit(settings, places or []))
    counts = Counter(str(outcome.status) for outcome in outcomes)
    typer.echo(orjson.dumps(counts).decode() if as_json else _in_words(outcomes))
    if any(outcome.is_kept for outcome in outcomes):
        raise typer.Exit(1)


async def _all_letters(settings: Settings) -> list[DeadLetter]:
    async with connected(settings) as client:
        return [letter async for letter in DeadLetters(client.jetstream()).letters()]


async def _resubmit(settings: Settings, places: list[int]) -> list[Outcome]:
    async with connected(settings) as client:
        letters = DeadLetters(client.jetstream())
        wanted = places or [letter.place async for letter in letters.letters()]
        found = {place: await letters.get(place) for place in wanted}
        missing = [place for place, letter in found.items() if letter is None]
        if missing:
            raise LookupError(
                f"no dead letter at place {missing[0]}; see: oneplan deadletters list"
            )
        with open_application(settings) as application:
            intake = Intake(application, AgencyRegister(settings).agency_of_source)
            desk = Desk(application, intake, client)
            outcomes = await desk.resubmit([letter for letter in found.values() if letter])
            if desk.newer is not None:
                raise desk.newer
            return [outcome for outcome in outcomes if outcome is not None]


def _as_object(letter: DeadLetter) -> dict[str, Any]:
    outcome = letter.outcome
    return {
        "place": letter.place,
        "status": outcome.status,
        "agency": outcome.delivery.agency,
        "subject": outcome.delivery.subject,
        "stream_sequence": outcome.delivery.sequence,
        "event_id": outcome.event_id,
        "event_type": outcome.event_type,
        "field": outcome.field,
        "reason": outcome.reason,
        "waits_for": list(outcome.waits_for),
        "received_at": letter.received_at.isoformat(),
    }


def _in_words(outcomes: list[Outcome]) -> str:
    lines = [
        f"{outcome.event_id}: {outcome.status}"
        + (f" ({outcome.field}: {outcome.reason})" if outcome.is_kept else "")
        for outcome in outcomes
    ]
    return "\n".join(lines) or "no dead letters"
