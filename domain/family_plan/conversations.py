"""Conversations with the family: who spoke with whom, how, about what, and who was heard."""

from __future__ import annotations

from typing import ClassVar

from domain.context import CLOCK_TOLERANCE, Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.keys import item_key
from domain.values import Conversation, Role


class ConversationHeld(PlanEvent):
    """Somebody of an agency spoke with members of the family."""

    TOPIC: ClassVar[str] = "oneplan.plan.ConversationHeld"

    conversation: Conversation

    def apply(self, plan: PlanCore) -> None:
        plan.items["conversation"][self.conversation.conversation_id] = True

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "conversation", self.conversation.conversation_id),)


class Conversations(PlanCore):
    """Commands about conversations."""

    KINDS: ClassVar[tuple[str, ...]] = ("conversation",)

    def hold_conversation(self, conversation: Conversation, context: Context) -> None:
        """Put a conversation on record. Every agency may, a party of the plan or not.

        An agency tells of its own conversations only; the lead also writes down those of others.

        Raises:
            Refused: when its id is taken, it lies in the future, another agency held it, or a
                member is named twice.
            UnknownItem: when it was with a member the plan does not hold (yet).
        """
        self._open_to_reports(context)
        self._require_new("data.conversation_id", "conversation", conversation.conversation_id)
        _require_own(conversation.agency, context)
        if conversation.held_at > context.recorded_at + CLOCK_TOLERANCE:
            raise Refused(
                "data.held_at",
                f"{conversation.held_at:%Y-%m-%dT%H:%M:%SZ} lies in the future; "
                "tell of it once it was held",
            )
        self._require_each_once([one.member_id for one in conversation.members])
        self._record(ConversationHeld, context, conversation=conversation)

    def _require_each_once(self, member_ids: list[str]) -> None:
        for place, member_id in enumerate(member_ids):
            field = f"data.members[{place}].member_id"
            if member_id in member_ids[:place]:
                raise Refused(field, f"{member_id} is named twice")
            self._require_person(field, member_id)


def _require_own(agency: str, context: Context) -> None:
    who = context.provenance
    if who.role is Role.AGENCY and who.agency != agency:
        raise Refused(
            "data.agency", f"{who.agency} cannot tell what {agency} talked about; let it say so"
        )
