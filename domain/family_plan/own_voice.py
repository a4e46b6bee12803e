"""What a member of a family says by themselves, without an agency that writes it down.

Our working agreement: a member speaks in their own name only, and of the plan itself they change
nothing. The rules of the voice (:mod:`domain.family_plan.voice`) hold for them as well.
"""

from __future__ import annotations

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.voice import Voice
from domain.values import Consent, LookBack, Objection, OwnWords, Role

Spoken = OwnWords | Consent | Objection | LookBack


class OwnVoice(Voice):
    """Commands that a member gives.

    The provenance names the member as the actor and the service as who wrote it down
    (``Role.SYSTEM``). Each raises Refused for another's provenance or another's voice.
    """

    def speak(self, spoken: Spoken, context: Context) -> None:
        """Put on record what a member says, agrees to, objects to or looks back on.

        Raises UnknownItem and Refused as the command of :class:`Voice` for it.
        """
        self._require_own(spoken.member_id, context)
        match spoken:
            case OwnWords():
                self.record_own_words(spoken, context)
            case Consent():
                self.give_consent(spoken, context)
            case Objection():
                self.make_objection(spoken, context)
            case LookBack():
                self.look_back(spoken, context)

    def take_back(self, consent: Consent, reason: str | None, context: Context) -> None:
        """Withdraw a consent of one's own, on a closed plan as well.

        Args:
            consent: as it was given; the plan remembers its id only.
        """
        self._require_own(consent.member_id, context)
        self.withdraw_consent(consent.consent_id, reason, context)

    @staticmethod
    def _require_own(member_id: str, context: Context) -> None:
        who = context.provenance
        if who.role is not Role.SYSTEM or who.agency is not None:
            raise Refused("actor", "only a member of the family speaks by themselves")
        if who.actor != member_id:
            raise Refused("data.member_id", "a member speaks for themselves, and for nobody else")
