"""The words about case conferences."""

from __future__ import annotations

from domain.calendar import dutch_day
from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed, ConferenceDecided
from projections.summaries.base import words


@words.register
def _(event: ConferenceCalled) -> str:
    call = event.call
    asked = ", ".join((*call.agencies, *call.members))
    return (
        f"Conference {call.conference_id} called for {dutch_day(call.begins_at)} "
        f"with {asked}, {len(event.agenda)} on the agenda"
    )


@words.register
def _(event: ConferenceDecided) -> str:
    decision = event.decision
    on = f" on {decision.on.kind} {decision.on.item_id}" if decision.on else ""
    owner = f" ({decision.owner.name})" if decision.owner else ""
    return f"Conference {decision.conference_id} decided{on}{owner}: {decision.text}"


@words.register
def _(event: ConferenceClosed) -> str:
    left = f", {len(event.unsettled)} unsettled" if event.unsettled else ""
    return f"Conference {event.conference_id} closed{left}: {event.summary}"
