"""Case conferences: the lead calls everybody around one table, and the result goes to all.

The agenda is drawn from the plan itself: what the service signalled, what is still asked, and
what should have been done by now. The law knows no such conference; its rules are our working
agreement.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import Field

from domain.calendar import dutch_day, year_after
from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanEvent, require_distinct
from domain.family_plan.goals import ActionAgreed
from domain.family_plan.owners import Owners
from domain.keys import item_key
from domain.values import (
    Action,
    AgendaItem,
    Call,
    Decision,
    FamilyLine,
    FamilyText,
    ItemId,
    Role,
)


class ConferenceCalled(PlanEvent):
    """The lead called a conference; ``agenda`` is what there was to talk about at that moment."""

    TOPIC: ClassVar[str] = "oneplan.plan.ConferenceCalled"

    call: Call
    agenda: tuple[AgendaItem, ...]

    def apply(self, plan: Conferences) -> None:
        plan.items["conference"][self.call.conference_id] = True
        plan.agendas[self.call.conference_id] = dict.fromkeys(self.agenda, False)

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "conference", self.call.conference_id),)


class ConferenceDecided(PlanEvent):
    """The conference decided something, on an item of its agenda or beside it.

    When somebody is to do it by a date, an ActionAgreed with the same id follows at once.
    """

    TOPIC: ClassVar[str] = "oneplan.plan.ConferenceDecided"

    decision: Decision

    def apply(self, plan: Conferences) -> None:
        decision = self.decision
        plan.items["conference-decision"][decision.decision_id] = True
        if decision.on is not None:
            plan.agendas[decision.conference_id][decision.on] = True


class ConferenceClosed(PlanEvent):
    """The conference is over: who was there, what came of it, what still has to be talked about.

    ``unsettled`` are the items of the agenda on which nothing was decided and that are open still.
    """

    TOPIC: ClassVar[str] = "oneplan.plan.ConferenceClosed"

    conference_id: ItemId
    present: Annotated[tuple[FamilyLine, ...], Field(min_length=1)]
    summary: FamilyText
    unsettled: tuple[AgendaItem, ...]

    def apply(self, plan: Conferences) -> None:
        plan.items["conference"][self.conference_id] = False
        del plan.agendas[self.conference_id]


class Conferences(Owners):
    """Commands about case conferences."""

    KINDS: ClassVar[tuple[str, ...]] = ("conference", "conference-decision")

    action_due: dict[str, date]
    """Kept by the part about goals: on which day each open action has to be done."""
    agendas: dict[str, dict[AgendaItem, bool]]
    """The agenda of each conference that is not closed, and on what of it something was decided."""

    def _start(self) -> None:
        super()._start()
        self.agendas = {}

    def call_conference(self, call: Call, context: Context) -> None:
        """Call a conference, or put one on record that was held before.

        The agenda holds the open signals, then the open questions, then the overdue actions, each
        in the order in which they came. It may be empty.

        Raises:
            Refused: when another than the lead calls it, its id is taken, it would begin more
                than a year from now, or somebody is asked twice or is not a party.
            UnknownItem: when it asks a member that the plan does not hold (yet).
        """
        self._open_for_lead(context)
        self._require_new("data.conference_id", "conference", call.conference_id)
        _require_near(call.begins_at, context)
        require_distinct("data.agencies", call.agencies)
        for place, agency in enumerate(call.agencies):
            self._require_party(f"data.agencies[{place}]", agency)
        require_distinct("data.members", call.members)
        self._require_people("data.members", call.members)
        agenda = self._agenda(dutch_day(context.recorded_at))
        self._record(ConferenceCalled, context, call=call, agenda=agenda)

    def decide(self, decision: Decision, context: Context) -> None:
        """Put a decision on record. More than one on the same item is fine.

        A decision with an owner and a date becomes an action of the plan under the decision's id,
        so that it is followed up like every other action.

        Raises:
            UnknownItem: for a conference or a member that is not known (yet).
            Refused: when the conference is closed, the decision's id is taken (by an action too,
                when it becomes one), its item is not on the agenda, its owner works for an agency
                that is not a party, or its day lies before the decision.
        """
        self._open_for(context)
        self._require_item("data.conference_id", "conference", decision.conference_id)
        self._require_new("data.decision_id", "conference-decision", decision.decision_id)
        self._require_on_agenda(decision)
        if decision.owner is not None:
            self._require_owner("data.owner", decision.owner)
        _require_not_before(decision.due, context)
        action = _action(decision)
        if action is not None:
            self._require_new("data.decision_id", "action", action.action_id)
        self._record(ConferenceDecided, context, decision=decision)
        if action is not None:
            self._record(ActionAgreed, context, action=action)

    def close_conference(
        self, conference_id: str, present: tuple[str, ...], summary: str, context: Context
    ) -> None:
        """End a conference; its result goes to all parties.

        Raises:
            UnknownItem: for a conference that is not known (yet).
            Refused: when another than the lead closes it, or it is closed already.
        """
        self._open_for_lead(context)
        self._require_item("data.conference_id", "conference", conference_id)
        self._record(
            ConferenceClosed,
            context,
            conference_id=conference_id,
            present=present,
            summary=summary,
            unsettled=self._unsettled(conference_id),
        )

    def _agenda(self, today: date) -> tuple[AgendaItem, ...]:
        overdue = (one for one, due in self.action_due.items() if due < today)
        return (
            *(AgendaItem(kind="signal", item_id=one) for one in self._still_open("signal")),
            *(AgendaItem(kind="question", item_id=one) for one in self._still_open("question")),
            *(AgendaItem(kind="action", item_id=one) for one in overdue),
        )

    def _still_open(self, kind: str) -> list[str]:
        return [item_id for item_id, is_open in self.items[kind].items() if is_open]

    def _unsettled(self, conference_id: str) -> tuple[AgendaItem, ...]:
        return tuple(
            item
            for item, decided in self.agendas[conference_id].items()
            if not decided and self.items[item.kind][item.item_id]
        )

    def _open_for_lead(self, context: Context) -> None:
        self._require_open()
        if context.provenance.role is Role.AGENCY:
            self._require_say(context)
        self._require_lead_acts(context)

    def _require_on_agenda(self, decision: Decision) -> None:
        item = decision.on
        if item is not None and item not in self.agendas[decision.conference_id]:
            raise Refused(
                "data.on",
                f"{item.kind} {item.item_id} is not on the agenda of conference "
                f"{decision.conference_id}; leave out what it is on to decide it beside the agenda",
            )

    def _require_party(self, field: str, agency: str) -> None:
        if agency not in self.parties:
            raise Refused(field, f"{agency} is not a party of this plan; let the agency join first")


def _action(decision: Decision) -> Action | None:
    """What the decision makes somebody do by a date."""
    if decision.owner is None or decision.due is None:
        return None
    return Action(
        action_id=decision.decision_id,
        owner=decision.owner,
        text=decision.text,
        due=decision.due,
    )


def _require_near(begins_at: datetime, context: Context) -> None:
    day = dutch_day(begins_at)
    if day > year_after(dutch_day(context.recorded_at)):
        raise Refused(
            "data.begins_at", f"{day} lies more than a year ahead; check the year, or call it later"
        )


def _require_not_before(due: date | None, context: Context) -> None:
    decided_on = dutch_day(context.occurred_at)
    if due is not None and due < decided_on:
        raise Refused("data.due", f"{due} lies before the decision ({decided_on}); check both")
