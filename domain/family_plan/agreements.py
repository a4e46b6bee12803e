"""Strengths and safety agreements."""

from __future__ import annotations

from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.family_plan.owners import Owners
from domain.keys import item_key
from domain.values import AgreementEnd, ItemId, PersonalText, SafetyAgreement, Strength


class StrengthNoted(PlanEvent):
    """Somebody sees what goes well in the family's life and can be built on."""

    TOPIC: ClassVar[str] = "oneplan.plan.StrengthNoted"

    strength: Strength

    def apply(self, plan: PlanCore) -> None:
        plan.items["strength"][self.strength.strength_id] = True


class SafetyAgreementMade(PlanEvent):
    """It was agreed with members what is done or left so that everybody is safe."""

    TOPIC: ClassVar[str] = "oneplan.plan.SafetyAgreementMade"

    agreement: SafetyAgreement

    def apply(self, plan: PlanCore) -> None:
        plan.items["agreement"][self.agreement.agreement_id] = True

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "agreement", self.agreement.agreement_id),)


class SafetyAgreementEnded(PlanEvent):
    """A safety agreement is no longer needed, was replaced by another, or did not hold."""

    TOPIC: ClassVar[str] = "oneplan.plan.SafetyAgreementEnded"

    agreement_id: ItemId
    how: AgreementEnd
    text: PersonalText

    def apply(self, plan: PlanCore) -> None:
        plan.items["agreement"][self.agreement_id] = False


class Agreements(Owners):
    """Commands about strengths and safety agreements."""

    KINDS: ClassVar[tuple[str, ...]] = ("strength", "agreement")

    def note_strength(self, strength: Strength, context: Context) -> None:
        """Put a strength on the record. Every agency may, a party of the plan or not.

        Raises:
            Refused: when its id is taken.
            UnknownItem: when it is about a member the plan does not hold (yet).
        """
        self._open_to_reports(context)
        self._require_new("data.strength_id", "strength", strength.strength_id)
        self._require_members("data.about", strength.about)
        self._record(StrengthNoted, context, strength=strength)

    def make_agreement(self, agreement: SafetyAgreement, context: Context) -> None:
        """Put a safety agreement on the record.

        Raises:
            Refused: when its id is taken, or the one who sees to it does not stand on a side that
                the plan knows.
            UnknownItem: when it is with a member the plan does not hold (yet).
        """
        self._open_for(context)
        self._require_new("data.agreement_id", "agreement", agreement.agreement_id)
        self._require_people("data.with_members", agreement.with_members)
        if agreement.watched_by.kind is None:
            raise Refused(
                "data.watched_by.kind", "say whether family, network or a professional sees to it"
            )
        self._require_owner("data.watched_by", agreement.watched_by)
        self._record(SafetyAgreementMade, context, agreement=agreement)

    def end_agreement(
        self, agreement_id: str, how: AgreementEnd, text: str, context: Context
    ) -> None:
        """Say how a safety agreement ended. Raises UnknownItem, or Refused if it has ended."""
        self._open_for(context)
        self._require_item("data.agreement_id", "agreement", agreement_id)
        self._record(SafetyAgreementEnded, context, agreement_id=agreement_id, how=how, text=text)
