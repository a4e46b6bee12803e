"""What an agency and its people see of their own work over all families."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine

from domain.need_to_know.audience import Audience
from domain.need_to_know.categories import Category
from domain.need_to_know.policy import Onlooker
from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import LeadCaseworker
from projections.agency_families import AgencyFamily
from projections.handovers import OfferView, known_leads, offered_to
from projections.lead_caseload import Caseload, CaseRow, caseload
from projections.paging import cursor, place
from projections.sql import SqlReader
from projections.views import AgencyView
from projections.workload import Workload, workload
from services.clock import utc_now
from services.read_model.engine import reading
from services.views.entry import require_agency
from services.views.errors import NotForYou
from services.views.paging import own_cursor, require_positive
from services.views.questions import MOST_FAMILIES
from services.views.records import Because, Look, Records

V = TypeVar("V", bound=BaseModel)
UNSAID = Because()
AS_LEAD = Audience(Onlooker.LEAD)
OWN_WORK = (Category.PLAN, Category.REPORTS, Category.FEEDBACK)
"""What an agency's own duties, families and feedback are of."""


class FamiliesPage(BaseModel):
    """Families an agency takes part in, the longest first; ``next`` is None on the last page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: str
    families: tuple[AgencyFamily, ...]
    next: str | None


class AgencyReads:
    """The part of the gate that is about no single family.

    An agency's system and its professionals see their agency's own; a lead sees their caseload.
    Each raises NotForYou for whoever looks in another role.
    """

    def __init__(self, engine: Engine, records: Records | None) -> None:
        self._engine = engine
        self._records = records

    def agency(
        self,
        view: AgencyView[V],
        viewer: Viewer,
        limit: int = MOST_FAMILIES,
        after: str | None = None,
        because: Because = UNSAID,
    ) -> V:
        """A page of a view of the agency's own work; empty for a stranger.

        Raises:
            BadQuestion: for a limit below 1, or an ``after`` that no page gave.
        """
        agency = require_agency(viewer)
        require_positive(limit)
        with reading(self._engine) as connection, own_cursor():
            page = view.read(SqlReader(connection), agency, utc_now(), limit, after)
        self._note_each(viewer, view.name, _families_in(page), because)
        return page

    def families(
        self,
        viewer: Viewer,
        limit: int = MOST_FAMILIES,
        after: str | None = None,
        because: Because = UNSAID,
    ) -> FamiliesPage:
        """A page of the families the agency takes part in now; empty for a stranger.

        Raises:
            BadQuestion: for a limit below 1, or an ``after`` that no page gave.
        """
        agency = require_agency(viewer)
        require_positive(limit)
        with reading(self._engine) as connection, own_cursor():
            found = SqlReader(connection).select(
                AgencyFamily,
                where={"agency": agency},
                order=("joined_at", "family_id"),
                limit=limit + 1,
                after=None if after is None else place(after),
            )
        page = tuple(found[:limit])
        self._note_each(viewer, "families", [one.family_id for one in page], because)
        more = len(found) > limit
        return FamiliesPage(
            agency=agency,
            families=page,
            next=cursor(page[-1].joined_at, page[-1].family_id) if more else None,
        )

    def caseload(self, viewer: Viewer, person_id: str, because: Because = UNSAID) -> Caseload:
        """The families that this person leads for the asking agency.

        Empty, without a name, for anybody who leads none for it: another agency's lead cannot be
        told from a person who does not exist. A person sees their own caseload only.

        Raises:
            NotForYou: for another one's caseload.
        """
        agency = require_agency(viewer, ViewerRole.LEAD)
        if viewer.role is not ViewerRole.AGENCY and viewer.person_id != person_id:
            raise NotForYou
        with reading(self._engine) as connection:
            reader = SqlReader(connection)
            found = caseload(reader, person_id)
            rows = reader.select(
                CaseRow, where={"person_id": person_id}, order=("since", "family_id")
            )
        # Two agencies may have given the same id to two people, so the name is filtered as well.
        names = [
            row.lead.name for row in rows if row.lead is not None and row.lead.agency == agency
        ]
        own = tuple(family for family in found.families if family.agency == agency)
        self._note_each(viewer, "caseload", [one.family_id for one in own], because)
        return found.model_copy(update={"families": own, "name": names[-1] if names else None})

    def workload(self, viewer: Viewer, because: Because = UNSAID) -> Workload:
        """What waits for the lead who asks, in all families that they lead.

        Raises:
            NotForYou: for whoever does not ask as a lead.
        """
        if viewer.role is not ViewerRole.LEAD or viewer.agency is None or viewer.person_id is None:
            raise NotForYou
        with reading(self._engine) as connection:
            found = workload(SqlReader(connection), viewer.person_id, viewer.agency, utc_now())
        self._note(
            *(
                Look(viewer, one.family_id, "workload", AS_LEAD.categories, because)
                for one in found.families
            )
        )
        return found

    def offers(self, viewer: Viewer, because: Because = UNSAID) -> dict[str, OfferView]:
        """The offers of a lead that wait for the answer of who asks, by family.

        With what the lead says to them alone. It opens nothing else of the family.

        Raises:
            NotForYou: for whoever does not ask as a lead.
        """
        if viewer.role is not ViewerRole.LEAD or viewer.agency is None or viewer.person_id is None:
            raise NotForYou
        with reading(self._engine) as connection:
            found = offered_to(SqlReader(connection), viewer.person_id, viewer.agency)
        looks = (Look(viewer, one, "offer", (Category.PLAN,), because) for one, _ in found)
        self._note(*looks)
        return dict(found)

    def known_leads(self, agencies: Iterable[str]) -> list[LeadCaseworker]:
        """Who leads or has led a plan for one of these agencies. Of no family in particular."""
        with reading(self._engine) as connection:
            reader = SqlReader(connection)
            return [lead for agency in agencies for lead in known_leads(reader, agency)]

    def _note_each(
        self, viewer: Viewer, view: str, family_ids: Iterable[str], because: Because
    ) -> None:
        looks = (
            Look(viewer, family_id, view, OWN_WORK, because)
            for family_id in dict.fromkeys(family_ids)
        )
        self._note(*looks)

    def _note(self, *looks: Look) -> None:
        if self._records is not None and looks:
            self._records.note(looks)


def _families_in(page: BaseModel) -> list[str]:
    """The families that a page is about, where its lines say so."""
    lines = (value for _, value in page if isinstance(value, tuple))
    return [one.family_id for line in lines for one in line if hasattr(one, "family_id")]
