"""What of a changed plan goes to whom: each party gets its own cut, when that has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

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
SENT_KEPT = 100_000
"""For how many parties of how many families together is kept as what they were sent the plan."""


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
        self._histories = Histories(application, projections=FOLDED)
        self._register = register
        self._sent: OrderedDict[tuple[str, str], Audience] = OrderedDict()

    def looks(self, cuts: Iterable[tuple[str, PartyCut]]) -> list[Look]:
        """What is put on record before these are sent, each with its family."""
        return [
            look
            for family_id, cut in cuts
            for look in cut.looks(family_id, self._register.kind_of(cut.agency))
        ]

    def parties_of(self, family_id: str) -> frozenset[str]:
        """The agencies that take part now."""
        return self._histories.look(family_id, lambda one: frozenset(one.standing.parties))

    def home_of(self, family_id: str) -> str:
        """The family whose history this one's is part of now: another one if it was merged."""
        return self._application.merged_into(family_id) or family_id

    def cuts(self, family_id: str, new: Sequence[PlanEvent]) -> tuple[PartyCut, ...]:
        """What each party is sent because of a family's new events, sorted by party."""
        return self._histories.look(family_id, lambda one: tuple(self._cuts(one, family_id, new)))

    def remember(self, family_id: str, cuts: Sequence[PartyCut]) -> None:
        """Keep as what each party was sent its cut, once that was done."""
        for cut in cuts:
            self._sent[family_id, cut.agency] = cut.audience
            self._sent.move_to_end((family_id, cut.agency))
        while len(self._sent) > SENT_KEPT:
            self._sent.popitem(last=False)

    def _cuts(
        self, history: History, family_id: str, new: Sequence[PlanEvent]
    ) -> Iterator[PartyCut]:
        for agency in sorted(history.standing.parties):
            audience = self._audience(history, agency, family_id)
            if audience is None:
                continue
            cut = history.cut(audience)
            shown = _shown(cut, new)
            changed = bool(shown) or self._sent.get((family_id, agency)) != audience
            yield PartyCut(
                agency=agency,
                audience=audience,
                view=_plan(cut, family_id) if changed else None,
                results=tuple(_results(cut, shown)),
            )

    def _audience(self, history: History, agency: str, family_id: str) -> Audience | None:
        if agency not in self._register:
            return None
        kind = self._register.kind_of(agency)
        viewer = Viewer(role=ViewerRole.AGENCY, agency=agency, agency_kind=kind)
        found = audience_of(viewer, history.standing, family_id, utc_now())
        return None if found is None else replace(found, emergency=False)


def _shown(cut: Cut, new: Sequence[PlanEvent]) -> list[PlanEvent]:
    ids = ((event.originator_id, event.originator_version) for event in new)
    return [cut.seen[one] for one in ids if one in cut.seen]


def _plan(cut: Cut, family_id: str) -> PlanView:
    view = plan_view(cut.rows, family_id)
    if view is None:
        raise LookupError(f"family {family_id} has parties and no plan")
    return view


def _results(cut: Cut, shown: Sequence[PlanEvent]) -> Iterator[ConferenceView]:
    for event in shown:
        if isinstance(event, ConferenceClosed):
            view = conference_view(cut.rows, event.family_id, event.conference_id)
            if view is None:
                raise LookupError(f"family {event.family_id} has no {event.conference_id}")
            yield view
