"""No view holds a text of an event that its reader may not see: searched for marked secrets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain.family_plan.core import PlanEvent
from domain.need_to_know.audience import EVERYTHING, Audience
from domain.need_to_know.categories import categories_of
from domain.need_to_know.labels import Label, Labels
from domain.need_to_know.policy import Access, Onlooker
from domain.values import AgencyKind
from projections.family_timeline import timeline
from projections.registry import FAMILY_VIEWS
from services.audit.replay import entries_as_seen
from services.read_model.source import RecordedEvent
from services.read_model.timetravel import view_replayed
from services.views.histories import Cut
from tests.domain.need_to_know.test_policy import CELLS
from tests.projections.strategies import START, histories
from tests.support.secrets import Marker, marks_in

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without shrinking: a long history takes minutes to shrink."""
STRANGER = "somebody-else"
"""An agency that said nothing, owns nothing, and that no consent names."""
PARTIES = {"police": Onlooker.POLICE, "school": Onlooker.SCHOOL, "halt": Onlooker.HALT}

Labelled = list[tuple[PlanEvent, Label]]


def labelled(events: list[RecordedEvent]) -> Iterator[tuple[str, Labelled, Labels]]:
    """The marked events of each family, with their labels."""
    marker = Marker()
    own = [one.event for one in events if isinstance(one.event, PlanEvent)]
    for family_id in sorted({one.family_id for one in own}):
        labels = Labels()
        marked = marker.marked(one for one in own if one.family_id == family_id)
        yield family_id, [(one, labels.label(one)) for one in marked], labels


def cut_for(audience: Audience, history: Labelled) -> Cut:
    cut = Cut(audience)
    for event, label in history:
        cut.take(event, label)
    return cut


def all_said(cut: Cut, family_id: str) -> list[object]:
    """Everything that can be read of a family: views, timeline, history; now and earlier."""
    seen = list(cut.seen.values())
    said: list[object] = [view.read(cut.rows, family_id, START) for view in FAMILY_VIEWS]
    said.append(timeline(cut.rows, family_id, limit=1000))
    said += entries_as_seen(seen)
    middle = seen[len(seen) // 2].recorded_at
    earlier = [one for one in seen if one.recorded_at <= middle]
    said += [view_replayed(view, earlier, family_id, middle) for view in FAMILY_VIEWS]
    return said


def hidden_by_hand(event: PlanEvent, who: str) -> bool:
    """Whether the written matrix hides it from one to whom nothing is their own."""
    return any(CELLS[who, one.value] is not Access.ALL for one in categories_of(event))


@pytest.mark.parametrize("kind", AgencyKind)
@settings(max_examples=5, deadline=None, phases=QUICK)
@given(events=histories(max_size=60))
def test_an_agency_finds_nothing_of_what_the_matrix_keeps_from_it(
    kind: AgencyKind, events: list[RecordedEvent]
) -> None:
    for family_id, history, _ in labelled(events):
        cut = cut_for(Audience(Onlooker(kind.value), agency=STRANGER), history)
        found = marks_in(*all_said(cut, family_id))
        for event, _ in history:
            if hidden_by_hand(event, kind.value):
                assert not found & marks_in(event), type(event)


@pytest.mark.parametrize("who", [Onlooker.FAMILY, Onlooker.NETWORK])
@settings(max_examples=15, deadline=None, phases=QUICK)
@given(events=histories(max_size=60), member_id=st.sampled_from(("m0", "m1")))
def test_a_member_finds_nothing_of_what_is_kept_from_families(
    who: Onlooker, events: list[RecordedEvent], member_id: str
) -> None:
    for family_id, history, _ in labelled(events):
        cut = cut_for(Audience(who, member_id=member_id), history)
        found = marks_in(*all_said(cut, family_id))
        for event, label in history:
            # Nothing of an event that is about others, or holds what no member sees.
            accesses = {CELLS[who.value, one.value] for one in categories_of(event)}
            others = Access.OWN in accesses and member_id not in label.about
            if Access.NONE in accesses or others:
                assert not found & marks_in(event), type(event)


@settings(max_examples=40, deadline=None, phases=QUICK)
@given(
    events=histories(max_size=60), code=st.sampled_from(sorted(PARTIES)), emergency=st.booleans()
)
def test_what_is_read_is_what_was_seen_and_no_item_is_without_its_making(
    events: list[RecordedEvent], code: str, emergency: bool
) -> None:
    for family_id, history, labels in labelled(events):
        audience = Audience(
            PARTIES[code],
            agency=code,
            agreed=labels.standing.agreed_for(code),
            emergency=emergency,
        )
        cut = cut_for(audience, history)
        assert marks_in(*all_said(cut, family_id)) <= marks_in(*cut.seen.values())
        versions = [one.originator_version for one in cut.seen.values()]
        assert versions == list(range(1, len(versions) + 1))


@settings(max_examples=40, deadline=None, phases=QUICK)
@given(events=histories(max_size=60))
def test_who_may_see_all_sees_what_there_is(events: list[RecordedEvent]) -> None:
    for family_id, history, _ in labelled(events):
        cut = cut_for(EVERYTHING, history)
        whole = [event for event, _ in history]
        assert list(cut.seen.values()) == whole
        for view in FAMILY_VIEWS:
            expected = view_replayed(view, whole, family_id, START)
            assert view.read(cut.rows, family_id, START) == expected
