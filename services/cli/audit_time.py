"""``oneplan audit diff`` and ``audit known``: what came to be known when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.calendar import AMSTERDAM
from services.audit.difference import Difference, ItemDifference, difference
from services.audit.known import KnownThen, LaterKnown, known_then
from services.cli.common import AsJson, DataDir, Moment, load_settings, readable_errors
from services.cli.plan_page import print_plan
from services.cli.reading import Member, Party, read_past, viewer_of
from services.views.errors import BadQuestion
from services.views.past import AsOf

MARKS = {"came": "[green]+[/]", "changed": "[yellow]~[/]", "went": "[red]-[/]"}
IN_WORDS = ("text", "summary", "words", "detail", "reason", "name", "task", "street", "aim", "kind")
"""The facts that say in words what something is, the most telling first."""
NOTHING = "-"

Family = Annotated[str, typer.Argument(help="The family's id.")]


def diff(  # noqa: PLR0917 - the command's arguments
    family: Family,
    since: Annotated[
        datetime, typer.Argument(parser=Moment, metavar="T1", help="From (RFC 3339).")
    ],
    until: Annotated[datetime, typer.Argument(parser=Moment, metavar="T2", help="To (RFC 3339).")],
    party: Party = None,
    member: Member = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what changed in what was known of a family between two moments (RFC 3339).

    View by view and item by item: what came, what changed from what to what, what went.

    Example: oneplan audit diff GEZIN-A-2025 2025-05-01T00:00:00Z 2025-06-01T00:00:00Z
    """
    settings = load_settings(data_dir)
    with readable_errors():
        if since >= until:
            raise BadQuestion("T1", "the first moment does not lie before the second")
        viewer = viewer_of(settings, family, party, member)
        moments = (AsOf(since), AsOf(until))
        before, after = read_past(settings, family, viewer, "diff", moments)
        found = difference(before, after)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _print_difference(Console(), found)


def known(  # noqa: PLR0917 - the command's arguments
    family: Family,
    at: Annotated[datetime, typer.Argument(parser=Moment, metavar="T", help="When (RFC 3339).")],
    party: Party = None,
    member: Member = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what the lead could have known at a moment, and what had happened but was not told yet.

    Example: oneplan audit known GEZIN-A-2025 2025-06-01T00:00:00Z
    """
    settings = load_settings(data_dir)
    with readable_errors():
        viewer = viewer_of(settings, family, party, member)
        then, today = read_past(settings, family, viewer, "known-then", (AsOf(at), AsOf()))
        then.require_known()
        found = known_then(then, today)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _print_known(Console(), found)


def _print_difference(console: Console, found: Difference) -> None:
    since = "the beginning" if found.since is None else _when(found.since)
    console.print(f"[bold]Family {found.family_id}[/]  known from {since} to {_when(found.until)}")
    if not found.views:
        console.print("[dim]nothing came to be known between them[/]")
    for view in found.views:
        console.print(f"\n[bold]{view.view}[/]  [dim]{view.about}[/]")
        rows = Table.grid(padding=(0, 1))
        for item in view.items:
            for mark, name, text in _lines(item):
                rows.add_row(mark, escape(name), escape(text))
        console.print(rows)


def _lines(item: ItemDifference) -> Iterator[tuple[str, str, str]]:
    name = f"{item.kind} {item.item_id}".replace("_", " ").strip() or "itself"
    if item.how != "changed":
        yield MARKS[item.how], name, _in_words(item.facts)
        return
    yield MARKS[item.how], name, ""
    for one in item.changes:
        yield "", f"  {one.fact.replace('_', ' ')}", f"{_value(one.was)} -> {_value(one.became)}"


def _in_words(facts: dict[str, Any]) -> str:
    said = next((str(facts[one]) for one in IN_WORDS if facts.get(one)), "")
    who = facts.get("said_by") or {}
    by = who.get("agency") or who.get("actor")
    happened = facts.get("occurred_at")
    told = f"happened {_when(datetime.fromisoformat(happened))}" if happened else ""
    beside = ", ".join(one for one in (told, f"told by {by}" if by else "") if one)
    return f"{said} ({beside})" if beside else said


def _value(value: object) -> str:
    if value is None or value in ([], {}):
        return NOTHING
    if isinstance(value, dict) and any(value.get(one) for one in IN_WORDS):
        return _in_words(value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _print_known(console: Console, found: KnownThen) -> None:
    lead = "nobody led the plan then"
    if found.lead is not None:
        lead = f"{found.lead.name} ({found.lead.agency}), since {_when(found.lead.since)}"
    console.print(f"[bold]What could be known on {_when(found.at)}[/]")
    console.print(f"Lead then: [bold]{escape(lead)}[/]\n")
    print_plan(console, found.plan)
    questions = ((one.question_id, str(one.due or ""), one.text) for one in found.questions.open)
    terms = ((one.report_id, _when(one.due_at), one.kind) for one in found.terms.due)
    signals = ((one.key, _when(one.raised_at), one.detail) for one in found.signals.open)
    _section(console, "Open questions", "Due", questions)
    _section(console, "Terms that run", "Due", terms)
    _section(console, "Open signals", "Raised", signals)
    console.print()
    console.print(_gap(found.gap) if found.gap else "[dim]nothing that came to be known later[/]")


def _section(console: Console, title: str, when: str, rows: Iterable[tuple[str, str, str]]) -> None:
    table = Table("Id", when, "What", title=title, title_justify="left")
    for row in rows:
        table.add_row(*map(escape, row))
    console.print()
    console.print(table if table.rows else f"[dim]{title}: none[/]")


def _gap(gap: tuple[LaterKnown, ...]) -> Table:
    table = Table(
        "Happened",
        "Known",
        "Days",
        "Told by",
        "What",
        title="Had happened, and was not known yet",
        title_justify="left",
    )
    for one in gap:
        by = one.said_by.agency or one.said_by.actor
        happened, known_at = _when(one.happened_at), _when(one.known_at)
        table.add_row(happened, known_at, str(one.days), escape(by), escape(one.summary))
    return table


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
