"""One line that says what an event is about."""

from __future__ import annotations

from functools import singledispatch

from domain.family_plan import (
    ActionAgreed,
    ActionCancelled,
    ActionCompleted,
    AgencyJoined,
    AgencyLeft,
    ConcernRaised,
    ConcernResolved,
    GoalEnded,
    GoalSet,
    IncidentRecorded,
    LeadAssigned,
    LeadHandedOver,
    LeadReleased,
    MemberAdded,
    MemberRemoved,
    NoteAdded,
    PlanClosed,
    PlanEvent,
    PlanOpened,
    PlanReopened,
    ReportReceived,
)

WIDTH = 160
"""Characters in a summary at most."""


def summary(event: PlanEvent) -> str:
    """What the event says, in one line of at most 160 characters, cut between words."""
    return one_line(words(event))


def one_line(text: str, width: int = WIDTH) -> str:
    """The text on one line. What does not fit is left out from a whole word on."""
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    return line[: max(line.rfind(" ", 0, width - 1), 0)] + " …"


@singledispatch
def words(event: PlanEvent) -> str:
    """What the event says. An event that nobody wrote words for is named by its class."""
    name = type(event).__name__
    return name[0] + "".join(f" {c.lower()}" if c.isupper() else c for c in name[1:])


@words.register
def _(event: PlanOpened) -> str:
    return f"Plan opened: {event.reason}"


@words.register
def _(event: PlanClosed) -> str:
    return f"Plan closed: {event.reason}"


@words.register
def _(event: PlanReopened) -> str:
    return f"Plan reopened: {event.reason}"


@words.register
def _(event: MemberAdded) -> str:
    return f"{event.member.name} added as {event.member.role.value}"


@words.register
def _(event: MemberRemoved) -> str:
    return f"Member {event.member_id} removed: {event.reason}"


@words.register
def _(event: LeadAssigned) -> str:
    return f"{event.lead.name} of {event.lead.agency} took the lead"


@words.register
def _(event: LeadHandedOver) -> str:
    outgoing, incoming = event.outgoing, event.incoming
    return (
        f"Lead handed over from {outgoing.name} of {outgoing.agency} "
        f"to {incoming.name} of {incoming.agency}: {event.reason}"
    )


@words.register
def _(event: LeadReleased) -> str:
    return f"{event.lead.name} of {event.lead.agency} stepped back from the lead: {event.reason}"


@words.register
def _(event: AgencyJoined) -> str:
    return f"{event.party.agency} joined: {event.party.task}"


@words.register
def _(event: AgencyLeft) -> str:
    return f"{event.agency} left: {event.reason}"


@words.register
def _(event: ConcernRaised) -> str:
    return f"Concern about {event.concern.life_domain.value}: {event.concern.text}"


@words.register
def _(event: ConcernResolved) -> str:
    return f"Concern {event.concern_id} resolved: {event.how}"


@words.register
def _(event: GoalSet) -> str:
    return f"Goal in {event.goal.life_domain.value}: {event.goal.text}"


@words.register
def _(event: GoalEnded) -> str:
    return f"Goal {event.goal_id} {event.result.value}: {event.text}"


@words.register
def _(event: ActionAgreed) -> str:
    due = f" by {event.action.due:%Y-%m-%d}" if event.action.due else ""
    return f"Action for {event.action.owner}{due}: {event.action.text}"


@words.register
def _(event: ActionCompleted) -> str:
    return f"Action {event.action_id} completed: {event.result}"


@words.register
def _(event: ActionCancelled) -> str:
    return f"Action {event.action_id} cancelled: {event.reason}"


@words.register
def _(event: IncidentRecorded) -> str:
    incident = event.incident
    by, against = ", ".join(incident.by), ", ".join(incident.against)
    return f"Incident, {incident.kind.value}, by {by} against {against}: {incident.text}"


@words.register
def _(event: ReportReceived) -> str:
    return f"Report by {event.report.reporter}: {event.report.text}"


@words.register
def _(event: NoteAdded) -> str:
    return f"Note: {event.note.text}"
