"""Commands about measures."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.values import Effect, LifeDomain, Measure, MeasureEnd, MeasureForm, MeasureKind, Outcome
from services.cli.lead_command import lead_command
from services.cli.plan_commands.base import Item, NewId, Text, app, day, new_id
from services.lead.orders import Order


@lead_command(app)
def measure(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    *,
    aim: Annotated[str, typer.Option(help="What it should bring about.")],
    why_it_fits: Annotated[str, typer.Option("--why", help="Why it should fit these members.")],
    kind: Annotated[MeasureKind, typer.Option(help="Help or a penalty.")],
    form: Annotated[MeasureForm, typer.Option(help="What sort of measure.")],
    agency: Annotated[str, typer.Option(help="Which agency carries it out.")],
    for_members: Annotated[
        list[str], typer.Option("--for", help="A member's id; may be given more than once.")
    ],
    begins_on: Annotated[str, typer.Option("--begins", metavar="YYYY-MM-DD", help="From when.")],
    ends_on: Annotated[
        str | None, typer.Option("--ends", metavar="YYYY-MM-DD", help="Until when, as planned.")
    ] = None,
    life_domains: Annotated[
        list[LifeDomain] | None,
        typer.Option("--life-domain", help="A part of life; may be given more than once."),
    ] = None,
    measure_id: NewId = None,
) -> Order:
    """Put help or a penalty on the record, also one of before the plan.

    Example: oneplan plan measure GEZIN-A-2025 "Training" --kind help --form training
    --agency halt --for vader --begins 2026-03-01 --aim "Geen geweld meer." --why "Leert door doen."
    """
    new = new_id("measure", measure_id)
    return Order(
        lambda plan, context: plan.start_measure(
            Measure(
                measure_id=new,
                kind=kind,
                form=form,
                name=name,
                agency=agency,
                for_members=tuple(for_members),
                life_domains=tuple(life_domains or ()),
                aim=aim,
                why_it_fits=why_it_fits,
                begins_on=day(begins_on),
                ends_on=day(ends_on),
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def end_measure(
    measure_id: Item,
    ended_on: Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help="On which day.")],
    how: Annotated[MeasureEnd, typer.Argument(help="How it ended.")],
    text: Text,
) -> Order:
    """Say when and how a measure ended, or that it will not begin.

    Example: oneplan plan end-measure GEZIN-A-2025 training-1 2026-06-01 completed "Alles gevolgd."
    """
    return Order(
        lambda plan, context: plan.end_measure(measure_id, day(ended_on), how, text, context)
    )


@lead_command(app)
def outcome(
    measure_id: Item,
    effect: Annotated[Effect, typer.Argument(help="What it did.")],
    text: Text,
    member_id: Annotated[
        str | None, typer.Option("--member", help="Whose own words these are, if a member's.")
    ] = None,
    outcome_id: NewId = None,
) -> Order:
    """Say what a measure did, as the agency sees it or in a member's own words.

    Example: oneplan plan outcome GEZIN-A-2025 training-1 helped "Ik loop nu weg." --member vader
    """
    new = new_id("outcome", outcome_id)
    return Order(
        lambda plan, context: plan.record_outcome(
            Outcome(
                outcome_id=new,
                measure_id=measure_id,
                effect=effect,
                member_id=member_id,
                text=text,
            ),
            context,
        ),
        new,
    )
