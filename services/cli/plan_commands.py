"""The lead's commands: through the same domain and the same store as the agencies' events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import uuid4

import typer

from domain.errors import Refused
from domain.values import (
    Action,
    Concern,
    FamilyMember,
    FamilyRole,
    Goal,
    GoalResult,
    Incident,
    IncidentKind,
    LeadCaseworker,
    LifeDomain,
    Note,
    Party,
)
from services.cli.common import Moment
from services.cli.lead_command import As, Order, lead_command, read_actor

app = typer.Typer(help="The plan of a family.", no_args_is_help=True)

Text = Annotated[str, typer.Argument(help="In your own words.")]
Item = Annotated[str, typer.Argument(help="The id of the item.")]
NewId = Annotated[str | None, typer.Option("--id", help="Its id; a new one is made when left out.")]
Domain = Annotated[LifeDomain, typer.Option("--life-domain", help="The part of life it is about.")]
About = Annotated[
    list[str] | None, typer.Option("--about", help="A member's id; may be given more than once.")
]


@lead_command(app)
def assign_lead(
    name: Annotated[str, typer.Argument(help="The lead's name, as the family knows it.")],
    acting: As,
) -> Order:
    """Take the lead of a plan that has none, as yourself.

    Example: oneplan plan assign-lead GEZIN-A-2025 "Marije de Vries" --as mvries@municipality
    """
    return Order(
        lambda plan, context: plan.assign_lead(
            LeadCaseworker(person_id=acting.person_id, name=name, agency=acting.agency), context
        )
    )


@lead_command(app)
def handover(
    successor: Annotated[str, typer.Argument(help="PERSON@AGENCY of the next lead.")],
    name: Annotated[str, typer.Argument(help="The next lead's name.")],
    reason: Text,
    acting: As,
) -> Order:
    """Hand the lead over; there is no moment without one.

    Example: oneplan plan handover GEZIN-A-2025 kbakker@municipality "Karim Bakker" "Verlof."
    """
    to = read_actor(successor)
    return Order(
        lambda plan, context: plan.hand_over(
            acting.person_id,
            LeadCaseworker(person_id=to.person_id, name=name, agency=to.agency),
            reason,
            context,
        )
    )


@lead_command(app)
def release_lead(reason: Text, acting: As) -> Order:
    """Step back as lead without a successor.

    Example: oneplan plan release-lead GEZIN-A-2025 "Langdurig ziek."
    """
    return Order(lambda plan, context: plan.release_lead(acting.person_id, reason, context))


@lead_command(app)
def add_member(
    member_id: Item,
    name: Annotated[str, typer.Argument(help="Name.")],
    role: Annotated[FamilyRole, typer.Argument(help="Place in the family or its network.")],
    birth_date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Date of birth.")
    ] = None,
) -> Order:
    """Add somebody of the family or its network.

    Example: oneplan plan add-member GEZIN-A-2025 oma "Corrie Jansen" grandparent
    """
    return Order(
        lambda plan, context: plan.add_member(
            FamilyMember(member_id=member_id, name=name, role=role, birth_date=_date(birth_date)),
            context,
        )
    )


@lead_command(app)
def remove_member(member_id: Item, reason: Text) -> Order:
    """Take somebody out of the plan; what happened stays on the record.

    Example: oneplan plan remove-member GEZIN-A-2025 oma "Wil niet meer meedoen."
    """
    return Order(lambda plan, context: plan.remove_member(member_id, reason, context))


@lead_command(app)
def join(agency: Annotated[str, typer.Argument(help="The agency's code.")], task: Text) -> Order:
    """Let an agency take part, for a stated task.

    Example: oneplan plan join GEZIN-A-2025 youth-care "Opvoedondersteuning."
    """
    return Order(lambda plan, context: plan.agency_joins(Party(agency=agency, task=task), context))


@lead_command(app)
def leave(agency: Annotated[str, typer.Argument(help="The agency's code.")], reason: Text) -> Order:
    """End an agency's part, and with it its sight of the plan.

    Example: oneplan plan leave GEZIN-A-2025 youth-care "Traject afgerond."
    """
    return Order(lambda plan, context: plan.agency_leaves(agency, reason, context))


@lead_command(app)
def concern(
    text: Text, life_domain: Domain, about: About = None, concern_id: NewId = None
) -> Order:
    """Put a concern on the record.

    Example: oneplan plan concern GEZIN-A-2025 "Slaapt slecht." --life-domain development
    """
    new = _new_id("concern", concern_id)
    return Order(
        lambda plan, context: plan.raise_concern(
            Concern(concern_id=new, life_domain=life_domain, about=tuple(about or ()), text=text),
            context,
        ),
        new,
    )


@lead_command(app)
def resolve_concern(concern_id: Item, how: Text) -> Order:
    """Say how a concern came to an end.

    Example: oneplan plan resolve-concern GEZIN-A-2025 zorg-1 "Slaapt weer door."
    """
    return Order(lambda plan, context: plan.resolve_concern(concern_id, how, context))


@lead_command(app)
def goal(text: Text, life_domain: Domain, goal_id: NewId = None) -> Order:
    """Set a goal of the family.

    Example: oneplan plan goal GEZIN-A-2025 "Thuis is het veilig." --life-domain safety
    """
    new = _new_id("goal", goal_id)
    return Order(
        lambda plan, context: plan.set_goal(
            Goal(goal_id=new, life_domain=life_domain, text=text), context
        ),
        new,
    )


@lead_command(app)
def end_goal(
    goal_id: Item, result: Annotated[GoalResult, typer.Argument(help="How it ended.")], text: Text
) -> Order:
    """Say how a goal ended.

    Example: oneplan plan end-goal GEZIN-A-2025 doel-1 reached "Vier maanden rust."
    """
    return Order(lambda plan, context: plan.end_goal(goal_id, result, text, context))


@lead_command(app)
def action(
    owner: Annotated[str, typer.Argument(help="Who does it.")],
    text: Text,
    goal_id: Annotated[str | None, typer.Option("--goal", help="The goal it serves.")] = None,
    due: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="By when.")] = None,
    action_id: NewId = None,
) -> Order:
    """Agree an action.

    Example: oneplan plan action GEZIN-A-2025 moeder "Belt oma." --goal doel-1 --due 2026-12-01
    """
    new = _new_id("action", action_id)
    return Order(
        lambda plan, context: plan.agree_action(
            Action(action_id=new, goal_id=goal_id, owner=owner, text=text, due=_date(due)), context
        ),
        new,
    )


@lead_command(app)
def complete_action(action_id: Item, result: Text) -> Order:
    """Say that an action is done, and what came of it.

    Example: oneplan plan complete-action GEZIN-A-2025 actie-1 "Heeft twee keer gebeld."
    """
    return Order(lambda plan, context: plan.complete_action(action_id, result, context))


@lead_command(app)
def cancel_action(action_id: Item, reason: Text) -> Order:
    """Say that an action will not be done, and why.

    Example: oneplan plan cancel-action GEZIN-A-2025 actie-1 "Vader is verhuisd."
    """
    return Order(lambda plan, context: plan.cancel_action(action_id, reason, context))


@lead_command(app)
def incident(  # noqa: PLR0917 - an incident has as many facts as it has
    kind: Annotated[IncidentKind, typer.Argument(help="What kind; unknown is an answer.")],
    text: Text,
    began_at: Annotated[
        datetime, typer.Option(parser=Moment, metavar="T", help="When it began (RFC 3339).")
    ],
    by: Annotated[list[str] | None, typer.Option(help="Member ids; unknown if left out.")] = None,
    against: Annotated[
        list[str] | None, typer.Option(help="Member ids; unknown if left out.")
    ] = None,
    incident_id: NewId = None,
) -> Order:
    """Put an incident on the record.

    Example: oneplan plan incident GEZIN-A-2025 stalking "Stond bij de school." --by rick
    """
    new = _new_id("incident", incident_id)
    return Order(
        lambda plan, context: plan.record_incident(
            Incident(
                incident_id=new,
                kind=kind,
                by=tuple(by or ("unknown",)),
                against=tuple(against or ("unknown",)),
                began_at=began_at,
                text=text,
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def note(text: Text, about: About = None, note_id: NewId = None) -> Order:
    """Put a remark on the record.

    Example: oneplan plan note GEZIN-A-2025 "Het contact verloopt stug." --about moeder
    """
    new = _new_id("note", note_id)
    return Order(
        lambda plan, context: plan.add_note(
            Note(note_id=new, about=tuple(about or ()), text=text), context
        ),
        new,
    )


@lead_command(app)
def close(reason: Text) -> Order:
    """Close the plan: the work with the family has ended.

    Example: oneplan plan close GEZIN-A-2025 "De doelen zijn bereikt."
    """
    return Order(lambda plan, context: plan.close(reason, context))


@lead_command(app)
def reopen(reason: Text) -> Order:
    """Reopen a closed plan.

    Example: oneplan plan reopen GEZIN-A-2025 "Nieuwe melding van school."
    """
    return Order(lambda plan, context: plan.reopen(reason, context))


def _new_id(kind: str, given: str | None) -> str:
    return given or f"{kind}-{uuid4().hex[:12]}"


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise Refused("date", f"{text} is no date; write it as 2026-12-31") from error
