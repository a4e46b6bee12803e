"""The case conferences of a family: who was asked, what was on the agenda, what came of it.

One conference is the one page result that all parties are sent, so it can be read by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from domain.values import AgencyCode, AgendaItem, Line, Owner, UtcDateTime
from projections import agency_families
from projections.agency_families import has_plan
from projections.conference_rows import (
    Closing,
    ConferenceRow,
    DecisionRow,
    InvitedMember,
    Topic,
    projection,
)
from projections.plan_model import Said, View
from projections.rows import Reader
from projections.views import FamilyView


class DecisionView(Said):
    """What was decided; with an owner and a day (``due``) it became an action of the same id."""

    decision_id: str
    text: str
    owner: Owner | None
    due: date | None


class AgendaView(Topic):
    """An item of the agenda and what was decided on it."""

    decisions: tuple[DecisionView, ...]


class ResultView(Said):
    """How the conference ended: who was there, and on what nothing was decided."""

    present: tuple[Line, ...]
    summary: str
    unsettled: tuple[Topic, ...]


class ConferenceView(Said):
    """One conference; ``occurred_at`` is when it was called, ``result`` is None until it closed.

    ``other_decisions`` are those on nothing of the agenda. Decisions are sorted by when they
    were taken, then by id.
    """

    family_id: str
    conference_id: str
    begins_at: UtcDateTime
    place: Line | None
    agencies: tuple[AgencyCode, ...]
    members: tuple[InvitedMember, ...]
    agenda: tuple[AgendaView, ...]
    other_decisions: tuple[DecisionView, ...]
    result: ResultView | None


class ConferencesView(View):
    """The conferences of a family, sorted by when they begin, then by id."""

    family_id: str
    conferences: tuple[ConferenceView, ...]


def conferences_view(reader: Reader, family_id: str, _now: datetime) -> ConferencesView | None:
    """The conferences of a family, or None when it has no plan."""
    if not has_plan(reader, family_id):
        return None
    where = {"family_id": family_id}
    found = _views(reader, reader.select(ConferenceRow, where=where), where)
    return ConferencesView(
        family_id=family_id,
        conferences=tuple(sorted(found, key=lambda one: (one.begins_at, one.conference_id))),
    )


def conference_view(reader: Reader, family_id: str, conference_id: str) -> ConferenceView | None:
    """One conference by itself, or None when there is none."""
    where = {"family_id": family_id, "conference_id": conference_id}
    return next(_views(reader, reader.select(ConferenceRow, where=where), where), None)


CONFERENCES = FamilyView(
    name="conferences",
    about="The case conferences: who was asked, the agenda, what was decided, what is unsettled.",
    model=ConferencesView,
    projections=(projection, agency_families.projection),
    read=conferences_view,
)


def _views(
    reader: Reader, rows: Iterable[ConferenceRow], decided: Mapping[str, object]
) -> Iterator[ConferenceView]:
    decisions: defaultdict[tuple[str, AgendaItem | None], list[DecisionView]] = defaultdict(list)
    for taken in sorted(reader.select(DecisionRow, where=decided), key=_when_decided):
        place = (taken.conference_id, taken.decision.on)
        decisions[place].append(_decision_view(taken))
    for row in rows:
        agenda = (
            AgendaView(**dict(topic), decisions=tuple(decisions[row.conference_id, _item(topic)]))
            for topic in row.agenda
        )
        yield ConferenceView(
            **{**dict(row.call), **dict(row.said), "members": row.members},
            family_id=row.family_id,
            agenda=tuple(agenda),
            other_decisions=tuple(decisions[row.conference_id, None]),
            result=None if row.closing is None else _result(row.closing, row.agenda),
        )


def _when_decided(row: DecisionRow) -> tuple[datetime, str]:
    return row.said.occurred_at, row.decision_id


def _decision_view(row: DecisionRow) -> DecisionView:
    return DecisionView(
        **dict(row.said),
        decision_id=row.decision_id,
        text=row.decision.text,
        owner=row.decision.owner,
        due=row.decision.due,
    )


def _item(topic: Topic) -> AgendaItem:
    return AgendaItem(kind=topic.kind, item_id=topic.item_id)


def _result(closing: Closing, agenda: tuple[Topic, ...]) -> ResultView:
    unsettled = tuple(topic for topic in agenda if _item(topic) in closing.unsettled)
    return ResultView(**{**dict(closing), "unsettled": unsettled})
