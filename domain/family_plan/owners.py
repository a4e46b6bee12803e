"""Who takes something on: an action, or seeing to it that a safety agreement is kept."""

from __future__ import annotations

from domain.errors import Refused
from domain.family_plan.core import PlanCore
from domain.values import Owner, OwnerKind


class Owners(PlanCore):
    """What the plan asks of an owner. One without a kind is of an older version: all is well."""

    def _require_owner(self, field: str, owner: Owner) -> None:
        """Raises Refused, or UnknownItem for a member the plan does not hold (yet).

        Who is of the family is a member of it. The network may name a member or somebody else;
        whether a grandmother is family or network is for those to say who agree it.
        """
        if owner.kind is OwnerKind.FAMILY and owner.member_id is None:
            raise Refused(
                f"{field}.member_id", "somebody of the family is a member; name which one"
            )
        if owner.member_id is not None:
            self._require_person(f"{field}.member_id", owner.member_id)
        if owner.agency is not None and owner.agency not in self.parties:
            raise Refused(
                f"{field}.agency",
                f"{owner.agency} is not a party of this plan; let the agency join first",
            )
