"""What every part of the plan shares: the base event, the state, and how a fact is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from domain.context import Context, Provenance
from domain.errors import PlanIsClosed, Refused, UnknownItem
from domain.events import DomainEvent
from domain.keys import item_key, open_plan_key
from domain.values import (
    UNKNOWN,
    FamilyId,
    FamilyMember,
    HandoverOffer,
    LeadCaseworker,
    Party,
    PlanStatus,
    Role,
    UtcDateTime,
)


class PlanEvent(DomainEvent):
    """A fact about one family, with its two times: ``occurred_at`` and ``recorded_at``."""

    family_id: FamilyId
    occurred_at: UtcDateTime
    provenance: Provenance

    def mutate(self, aggregate: Any) -> Any:
        """Let the event change its plan, which notes it down while it holds another family."""
        plan: Any = super().mutate(aggregate)
        plan.took(self)
        return plan


def require_distinct(field: str, ids: Sequence[str]) -> None:
    """Raises Refused, with its place in the field, for an id that stands there twice."""
    for place, one in enumerate(ids):
        if one in ids[:place]:
            raise Refused(f"{field}[{place}]", f"{one} is named twice")


class PlanCore:
    """The state that commands look at, and the rules that hold for all of them.

    Texts are not kept here: the plan remembers which ids it holds and what became of them. A part
    of the plan names the kinds of items it adds in ``KINDS``, and gives any state beside those
    its first value in ``_start``.
    """

    TOPIC: ClassVar[str]
    KINDS: ClassVar[tuple[str, ...]] = ()

    family_id: str
    status: PlanStatus
    lead: LeadCaseworker | None
    offer: HandoverOffer | None
    """What the lead offered a successor who has not answered yet."""
    members: dict[str, FamilyMember]
    former_members: set[str]
    """Members who were removed: what comes to be known later may still be about them."""
    parties: dict[str, Party]
    items: dict[str, dict[str, bool]]
    """For each kind of item (``goal``, ``action``, ...) its ids, and whether it is still open."""

    def _start(self) -> None:
        """Give this part's own state its first value; goes on to the next part (``super()``)."""

    @classmethod
    def item_kinds(cls) -> tuple[str, ...]:
        """The kinds of items of all parts together."""
        parts = (part for part in reversed(cls.__mro__) if issubclass(part, PlanCore))
        return tuple(dict.fromkeys(kind for part in parts for kind in part.KINDS))

    def took(self, event: PlanEvent) -> None:
        """Called after each event has changed this plan."""

    def trigger_event(self, event_class: type[Any], **facts: Any) -> None:
        """Given by the aggregate this is a part of."""
        raise NotImplementedError

    def _record(self, event_class: type[PlanEvent], context: Context, **facts: Any) -> None:
        self.trigger_event(
            event_class,
            timestamp=context.recorded_at,
            family_id=self.family_id,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
            **facts,
        )

    def _require_open(self) -> None:
        if self.status is PlanStatus.CLOSED:
            raise PlanIsClosed(
                "subject",
                f"the plan of family {self.family_id} is closed; reopen it first",
                waits_for=open_plan_key(self.family_id),
            )

    def _require_say(self, context: Context) -> None:
        """Only a party of the plan, its lead or an administrator changes the plan itself."""
        who = context.provenance
        if who.role is Role.AGENCY and who.agency not in self.parties:
            raise Refused(
                "source",
                f"{who.agency} is not a party of this plan; "
                "ask its lead or one of its parties to let the agency join",
            )
        self._require_own_lead(context)

    def _require_own_lead(self, context: Context) -> None:
        who = context.provenance
        if who.role is Role.LEAD and (self.lead is None or self.lead.person_id != who.actor):
            raise Refused(
                "actor",
                f"{who.actor} is not the lead of this plan; "
                "only its lead changes it, so ask for a handover",
            )

    def _require_lead_acts(self, context: Context) -> None:
        """Only the lead, the lead's agency in the lead's name, or an administrator."""
        who = context.provenance
        if who.role is Role.ADMINISTRATOR:
            return
        if self.lead is None:
            raise Refused("source", "this plan has no lead now; assign one")
        self._require_own_lead(context)
        if who.role is Role.AGENCY and who.agency != self.lead.agency:
            raise Refused(
                "source", f"only the lead does this, who works for {self.lead.agency}; ask there"
            )

    def _open_for(self, context: Context) -> None:
        self._require_open()
        self._require_say(context)

    def _open_to_reports(self, context: Context) -> None:
        """Every agency may report, a party of the plan or not; a lead only on its own plan."""
        self._require_open()
        self._require_own_lead(context)

    def _require_members(self, field: str, member_ids: tuple[str, ...]) -> None:
        for place, member_id in enumerate(member_ids):
            if member_id != UNKNOWN and not self._holds(member_id):
                raise self._unknown(f"{field}[{place}]", "member", member_id)

    def _require_person(self, field: str, member_id: str) -> None:
        """A member, present or former: somebody unknown has no voice, and agrees to nothing."""
        if member_id == UNKNOWN:
            raise Refused(
                field, "somebody unknown neither speaks nor agrees to anything; name a member"
            )
        if not self._holds(member_id):
            raise self._unknown(field, "member", member_id)

    def _require_people(self, field: str, member_ids: tuple[str, ...]) -> None:
        for place, member_id in enumerate(member_ids):
            self._require_person(f"{field}[{place}]", member_id)

    def _holds(self, member_id: str) -> bool:
        return member_id in self.members or member_id in self.former_members

    def _require_item(self, field: str, kind: str, item_id: str) -> None:
        """The item must be known and still open."""
        if item_id not in self.items[kind]:
            raise self._unknown(field, kind, item_id)
        if not self.items[kind][item_id]:
            raise Refused(field, f"{kind} {item_id} has ended already; start a new one")

    def _require_new(self, field: str, kind: str, item_id: str) -> None:
        if item_id in self.items[kind]:
            raise Refused(field, f"{kind} {item_id} exists already; give the new one its own id")

    def _unknown(self, field: str, kind: str, item_id: str) -> UnknownItem:
        return UnknownItem(
            field,
            f"the plan knows no {kind} {item_id} yet",
            waits_for=item_key(self.family_id, kind, item_id),
        )
