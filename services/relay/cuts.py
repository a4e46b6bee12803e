"""What of a changed plan goes to whom: each party gets its own cut, when that has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from domain.family_plan import PlanEvent
from domain.family_plan.conferences import ConferenceClosed
from domain.need_to_know.audience import Audience, audience_of
from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import AgencyKind
from projections import conference_rows, current_plan
from projections.conferences import CONFERENCES, ConferenceView, conference_view
from projections.current_plan import PLAN, PlanView, plan_view
from services.access.record import Purpose
from services.bus.agencies import AgencyRegister
from services.clock import utc_now
from services.store.application import OnePlan
from services.views.histories import Cut, Histories, History
from services.views.records import Because, Look

SENT = Because(purpose=Purpose.STREAM.value)
FOLDED = (current_plan.projection, conference_rows.projection)
"""Whose rows make what is sent."""
EVENTS_KEPT = 100_000
"""Events in memory at most, where one counts again for each party it is cut for: some 230 MiB. Half
of what is kept where people ask: what was sent is not cut again before it changes."""
SENT_KEPT = 20_000
"""Families of which is kept what their parties were sent: some 3 kB each with five parties."""

READ_AT_ONCE = 20
"""Families that are read by one query: all that is new of them is in memory then."""


class Mark(NamedTuple):
    """By what it is known whether a party was sent all that it may see now.

    The events that one audience sees of a family only become more, until the family is merged or
    split. ``audience`` is None for a party that is sent nothing.
    """

    kind: AgencyKind | None
    audience: Audience | None
    seen: int = 0
    joined_at: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What the parties of a family were sent: its own plan up to a version, with these keys."""

    version: int
    keys: int
    marks: dict[str, Mark]


@dataclass(frozen=True, slots=True)
class PartyCut:
    """What one party is sent of a family.

    ``view`` is None when nothing changed that the party may see; ``results`` are the conferences
    that ended, as far as the party may see them.
    """

    agency: str
    audience: Audience
    view: PlanView | None
    results: tuple[ConferenceView, ...]

    def looks(self, family_id: str, kind: AgencyKind | None) -> Iterator[Look]:
        """What is put on record of it: to send is to show."""
        viewer = Viewer(role=ViewerRole.AGENCY, agency=self.agency, agency_kind=kind)
        shown = [PLAN.name] if self.view is not None else []
        for name in (*shown, *(CONFERENCES.name for _ in self.results)):
            yield Look(viewer, family_id, name, self.audience.categories, SENT)


class Cutter:
    """Cuts changed plans for their parties. Not for use by two threads at once.

    Emergency access opens no stream: what is sent stays, and such access ends.

    Args:
        register: says what kind of agency each party is. Who is not in it, or was revoked, is
            sent nothing.
    """

    def __init__(self, application: OnePlan, register: AgencyRegister) -> None:
        self._application = application
        self._histories = Histories(application, EVENTS_KEPT, projections=FOLDED)
        self._register = register
        self._sent: OrderedDict[str, Sent] = OrderedDict()

    def looks(self, family_id: str, cuts: Iterable[PartyCut]) -> list[Look]:
        """What is put on record before these are sent."""
        return [
            look
            for cut in cuts
            for look in cut.looks(family_id, self._register.kind_of(cut.agency))
        ]

    def parties_of(self, family_id: str) -> frozenset[str]:
        """The agencies that take part now."""
        return self._histories.look(family_id, lambda one: frozenset(one.standing.parties))

    def read(self, family_ids: Iterable[str]) -> None:
        """Have these families in memory as they are now, for what is asked of them next."""
        left = iter(family_ids)
        while some := tuple(islice(left, READ_AT_ONCE)):
            self._histories.bring_up_to_date(some)

    def home_of(self, family_id: str) -> str:
        """The family whose history this one's is part of now: another one if it was merged."""
        if not self._histories.look(family_id, lambda one: one.joined, looked=True):
            return family_id
        return self._application.merged_into(family_id) or family_id

    def told(self, family_id: str) -> int:
        """The version of its own plan up to which each party was sent what it may see; else 0."""
        sent = self._sent.get(family_id)
        if sent is None or sent.keys != self._application.keys.generation:
            return 0
        as_then = all(self._kind(agency) == mark.kind for agency, mark in sent.marks.items())
        return sent.version if as_then else 0

    def cuts(self, family_id: str, new: Sequence[PlanEvent]) -> tuple[tuple[PartyCut, ...], Sent]:
        """What each party is sent because of new events of a family that was read, by party.

        Together with what they have been sent then, for :meth:`remember`.
        """
        # Before the history is read: what is destroyed meanwhile must be sent anew.
        keys = self._application.keys.generation
        return self._histories.look(
            family_id, lambda one: self._cuts(one, family_id, new, keys), looked=True
        )

    def remember(self, family_id: str, sent: Sent) -> None:
        """Keep what the parties were sent, once that was done."""
        self._sent[family_id] = sent
        self._sent.move_to_end(family_id)
        while len(self._sent) > SENT_KEPT:
            self._sent.popitem(last=False)

    def forget(self, family_id: str, agency: str) -> None:
        """Keep nothing of what this agency was sent of a family: that is taken from it."""
        sent = self._sent.get(family_id)
        if sent is not None:
            sent.marks.pop(agency, None)

    def _cuts(
        self, history: History, family_id: str, new: Sequence[PlanEvent], keys: int
    ) -> tuple[tuple[PartyCut, ...], Sent]:
        before = self._sent.get(family_id)
        known = before.marks if before is not None and before.keys == keys else {}
        found: list[PartyCut] = []
        marks: dict[str, Mark] = {}
        for agency in sorted(history.standing.parties):
            kind = self._kind(agency)
            audience = _audience(history, family_id, agency, kind)
            if audience is None:
                marks[agency] = Mark(kind, None)
                continue
            cut = history.cut(audience)
            mark = marks[agency] = Mark(kind, audience, len(cut.seen), history.joined_at)
            found.append(
                PartyCut(
                    agency=agency,
                    audience=audience,
                    view=None if known.get(agency) == mark else _plan(cut, family_id),
                    results=tuple(_results(cut, new)),
                )
            )
        return tuple(found), Sent(history.version, keys, marks)

    def _kind(self, agency: str) -> AgencyKind | None:
        """What kind of agency it is, None for one that is sent nothing."""
        return self._register.kind_of(agency) if agency in self._register else None


def _audience(
    history: History, family_id: str, agency: str, kind: AgencyKind | None
) -> Audience | None:
    viewer = Viewer(role=ViewerRole.AGENCY, agency=agency, agency_kind=kind)
    found = audience_of(viewer, history.standing, family_id, utc_now())
    return None if found is None else replace(found, emergency=False)


def _plan(cut: Cut, family_id: str) -> PlanView:
    view = plan_view(cut.rows, family_id)
    if view is None:
        raise LookupError(f"family {family_id} has parties and no plan")
    return view


def _results(cut: Cut, new: Sequence[PlanEvent]) -> Iterator[ConferenceView]:
    for one in new:
        event = cut.seen.get((one.originator_id, one.originator_version))
        if isinstance(event, ConferenceClosed):
            view = conference_view(cut.rows, event.family_id, event.conference_id)
            if view is None:
                raise LookupError(f"family {event.family_id} has no {event.conference_id}")
            yield view
