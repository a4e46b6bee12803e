"""The family's voice: own words, consent, objections, looking back.

Every agency that speaks with the family may put its voice on record: it is not refused because
of who writes it down. What is a member's right stands open on a closed plan too: to withdraw a
consent, to object and be answered, and to look back.
"""

from __future__ import annotations

from typing import ClassVar

from domain.context import Context
from domain.family_plan.core import PlanCore, PlanEvent, require_distinct
from domain.keys import item_key
from domain.values import Consent, ItemId, LookBack, Objection, OwnWords, PersonalText


class OwnWordsRecorded(PlanEvent):
    """A member said what a goal means to them. They may say something else later."""

    TOPIC: ClassVar[str] = "oneplan.plan.OwnWordsRecorded"

    own_words: OwnWords


class ConsentGiven(PlanEvent):
    """A member agrees to something."""

    TOPIC: ClassVar[str] = "oneplan.plan.ConsentGiven"

    consent: Consent

    def apply(self, plan: PlanCore) -> None:
        plan.items["consent"][self.consent.consent_id] = True

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "consent", self.consent.consent_id),)


class ConsentWithdrawn(PlanEvent):
    """A member no longer agrees. Nobody owes a reason for that."""

    TOPIC: ClassVar[str] = "oneplan.plan.ConsentWithdrawn"

    consent_id: ItemId
    reason: PersonalText | None

    def apply(self, plan: PlanCore) -> None:
        plan.items["consent"][self.consent_id] = False


class ObjectionMade(PlanEvent):
    """A member does not agree with something in the plan."""

    TOPIC: ClassVar[str] = "oneplan.plan.ObjectionMade"

    objection: Objection

    def apply(self, plan: PlanCore) -> None:
        plan.items["objection"][self.objection.objection_id] = True

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "objection", self.objection.objection_id),)


class ObjectionAnswered(PlanEvent):
    """An objection was answered; ``upheld`` says whether the member was put in the right."""

    TOPIC: ClassVar[str] = "oneplan.plan.ObjectionAnswered"

    objection_id: ItemId
    upheld: bool
    answer: PersonalText

    def apply(self, plan: PlanCore) -> None:
        plan.items["objection"][self.objection_id] = False


class LookBackRecorded(PlanEvent):
    """A member said how it was, during the plan or after it."""

    TOPIC: ClassVar[str] = "oneplan.plan.LookBackRecorded"

    look_back: LookBack

    def apply(self, plan: PlanCore) -> None:
        plan.items["look-back"][self.look_back.look_back_id] = True


class Voice(PlanCore):
    """Commands about the family's voice.

    Each raises UnknownItem for a member, goal, consent or objection that is not known (yet).
    """

    KINDS: ClassVar[tuple[str, ...]] = ("consent", "objection", "look-back")

    def record_own_words(self, own_words: OwnWords, context: Context) -> None:
        """Put beside a goal what it means to a member. The goal may have ended."""
        self._open_to_reports(context)
        self._require_person("data.member_id", own_words.member_id)
        if own_words.goal_id not in self.items["goal"]:
            raise self._unknown("data.goal_id", "goal", own_words.goal_id)
        self._record(OwnWordsRecorded, context, own_words=own_words)

    def give_consent(self, consent: Consent, context: Context) -> None:
        """Put a consent on record. Raises Refused when its id is taken, or an agency named twice.

        The agencies need not take part in the plan: a doctor may be asked something once.
        """
        self._open_to_reports(context)
        self._require_new("data.consent_id", "consent", consent.consent_id)
        self._require_person("data.member_id", consent.member_id)
        require_distinct("data.agencies", consent.agencies)
        self._record(ConsentGiven, context, consent=consent)

    def withdraw_consent(self, consent_id: str, reason: str | None, context: Context) -> None:
        """Put on record that a member no longer agrees, on a closed plan as well.

        Source: GDPR (AVG), article 7(3): at any time, and as easily as it was given.

        Raises:
            Refused: when it was withdrawn before.
        """
        self._require_own_lead(context)
        self._require_item("data.consent_id", "consent", consent_id)
        self._record(ConsentWithdrawn, context, consent_id=consent_id, reason=reason)

    def make_objection(self, objection: Objection, context: Context) -> None:
        """Put an objection on record. Raises Refused when its id is taken.

        On a closed plan as well (our working agreement): a member may object to the closing.
        """
        self._require_own_lead(context)
        self._require_new("data.objection_id", "objection", objection.objection_id)
        self._require_person("data.member_id", objection.member_id)
        self._record(ObjectionMade, context, objection=objection)

    def answer_objection(
        self, objection_id: str, upheld: bool, answer: str, context: Context
    ) -> None:
        """Answer an objection, on a closed plan as well; the plan's parties and its lead do that.

        Raises:
            Refused: when it was answered before, or another than a party or the lead answers.
        """
        self._require_say(context)
        self._require_item("data.objection_id", "objection", objection_id)
        self._record(
            ObjectionAnswered, context, objection_id=objection_id, upheld=upheld, answer=answer
        )

    def look_back(self, look_back: LookBack, context: Context) -> None:
        """Put on record what a member says looking back, and typically once the plan is closed.

        Raises:
            Refused: when its id is taken.
        """
        self._require_own_lead(context)
        self._require_new("data.look_back_id", "look-back", look_back.look_back_id)
        self._require_person("data.member_id", look_back.member_id)
        self._record(LookBackRecorded, context, look_back=look_back)
