"""Which agencies take part in the plan."""

from __future__ import annotations

from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.values import AgencyCode, FamilyText, Party, Role


class AgencyJoined(PlanEvent):
    """An agency takes part in the plan from now on, for a stated task."""

    TOPIC: ClassVar[str] = "oneplan.plan.AgencyJoined"

    party: Party

    def apply(self, plan: PlanCore) -> None:
        plan.parties[self.party.agency] = self.party


class AgencyLeft(PlanEvent):
    """An agency's part in the plan ended, and with it its sight of the plan."""

    TOPIC: ClassVar[str] = "oneplan.plan.AgencyLeft"

    agency: AgencyCode
    reason: FamilyText

    def apply(self, plan: PlanCore) -> None:
        del plan.parties[self.agency]


class Parties(PlanCore):
    """Commands about the agencies that take part.

    An agency never lets itself in: a party of the plan, its lead or an administrator does.
    """

    def agency_joins(self, party: Party, context: Context) -> None:
        """Let an agency take part. Raises Refused when it does so already."""
        self._open_for(context)
        if party.agency in self.parties:
            raise Refused("data.agency", f"{party.agency} is a party of this plan already")
        self._record(AgencyJoined, context, party=party)

    def agency_leaves(self, agency: str, reason: str, context: Context) -> None:
        """End an agency's part.

        Raises:
            Refused: when it has no part, when another agency asks it, when it employs the lead,
                or when it is the last one.
        """
        self._open_for(context)
        if agency not in self.parties:
            raise Refused("data.agency", f"{agency} is not a party of this plan")
        who = context.provenance
        if who.role is Role.AGENCY and who.agency != agency:
            raise Refused("data.agency", f"{who.agency} cannot end the part of {agency}")
        if self.lead is not None and self.lead.agency == agency:
            raise Refused(
                "data.agency", f"{agency} employs the lead of this plan; hand the lead over first"
            )
        if len(self.parties) == 1:
            raise Refused(
                "data.agency", f"{agency} is the last party; close the plan when the work has ended"
            )
        self._record(AgencyLeft, context, agency=agency, reason=reason)
