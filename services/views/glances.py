"""What a professional sees of several families at once: what is theirs to do, and what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from domain.family_plan import PlanEvent
from domain.need_to_know.audience import Audience
from domain.need_to_know.viewer import Viewer
from projections.open_questions import questions_view
from projections.plan_agenda import DueView, agenda_view
from projections.plan_fold import PlanRow
from projections.question_model import OpenQuestionView
from projections.sql import SqlReader
from services.clock import utc_now
from services.read_model.engine import reading
from services.views.agency_views import AgencyReads
from services.views.entry import enter, require_agency
from services.views.errors import NotAParty
from services.views.histories import Histories, History
from services.views.records import Because, Look, Records

GLANCE = "glance"
"""The name under which it is put on record."""
UNSAID = Because()


@dataclass(frozen=True)
class Glance:
    """One family, as far as its reader may see it.

    Args:
        version: of the plan; to be given the next time to hear what came after it.
        names: of the members who are in the plan now.
        questions: those that the reader's agency has to ask on.
        due: actions and agreements with a day that it sees to, in the days that the agenda shows.
        news: what was recorded after the version that was asked for; None when none was.
    """

    family_id: str
    version: int
    names: tuple[str, ...]
    questions: tuple[OpenQuestionView, ...]
    due: tuple[DueView, ...]
    news: tuple[PlanEvent, ...] | None


class GlanceReads(AgencyReads):
    """The part of the gate that shows a professional several families at once."""

    def __init__(self, engine: Engine, records: Records | None, histories: Histories) -> None:
        super().__init__(engine, records)
        self._histories = histories

    def glances(
        self, viewer: Viewer, since: Mapping[str, int | None], because: Because = UNSAID
    ) -> dict[str, Glance]:
        """A glance at each of these families with which the viewer has business now.

        Args:
            since: the families, each with the version of the plan that the viewer has seen; None
                for one that they have not seen yet.

        Raises:
            NotForYou: for whoever does not work for an agency.
        """
        agency, now = require_agency(viewer), utc_now()
        audiences: dict[str, Audience] = {}
        with reading(self._engine) as connection:
            reader = SqlReader(connection)
            for family_id in since:
                try:
                    audiences[family_id] = enter(reader, self._histories, viewer, family_id, now)
                except NotAParty:
                    continue
        self._note(
            *(
                Look(viewer, family_id, GLANCE, one.categories, because, emergency=one.emergency)
                for family_id, one in audiences.items()
            )
        )
        return {
            family_id: self._glance(family_id, audience, agency, since[family_id], now)
            for family_id, audience in audiences.items()
        }

    def _glance(
        self, family_id: str, audience: Audience, agency: str, since: int | None, now: datetime
    ) -> Glance:
        def look(history: History) -> Glance:
            return _seen_in(history, audience, agency, since, now)

        return self._histories.look(family_id, look)


def _seen_in(
    history: History, audience: Audience, agency: str, since: int | None, now: datetime
) -> Glance:
    family_id, cut = history.family_id, history.cut(audience)
    questions = questions_view(cut.rows, family_id, now)
    agenda = agenda_view(cut.rows, family_id, now)
    members = cut.rows.select(
        PlanRow, where={"family_id": family_id, "kind": "member"}, order=("item_id",)
    )
    return Glance(
        family_id=family_id,
        version=history.version,
        names=tuple(one.facts["name"] for one in members if one.told.state == "open"),
        questions=tuple(one for one in questions.open if one.owner.agency == agency)
        if questions
        else (),
        due=tuple(
            one
            for one in (*agenda.due, *agenda.soon)
            if one.owner is not None and one.owner.agency == agency
        )
        if agenda
        else (),
        news=None if since is None else tuple(history.later(cut, since)),
    )
