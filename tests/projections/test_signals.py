"""The view of signals, checked against literals worked out by hand."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.keys import signal_id
from domain.values import Evidence, Finding, LeadCaseworker, Role
from projections.current_plan import SaidBy
from projections.lead_caseload import caseload
from projections.signals import Handling, SignalView, signals_view
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, opened


def finding(key: str, level: int) -> Finding:
    return Finding(
        rule="widening-circle",
        key=key,
        level=level,
        about=("anna",),
        detail=f"{level + 1} people",
        evidence=tuple(Evidence(kind="incident", item_id=f"i{n}") for n in range(level + 1)),
    )


def the_id(key: str, number: int = 1) -> str:
    return signal_id("F1", "widening-circle", key, number)


def by_the_watch(day: int) -> Context:
    return context(at(day), agency=None, role=Role.SYSTEM, actor="watch")


def signalled() -> FamilyPlan:
    """One signal that grew, one taken up and over since, one set aside, one that was over first."""
    plan = opened()
    plan.assign_lead(LeadCaseworker(person_id="carla", name="Carla", agency="police"), at_day(3))
    for key, day in (("rick", 4), ("tom", 5), ("bea", 6), ("zoe", 7)):
        plan.raise_signal(finding(key, 1), by_the_watch(day))
    plan.raise_signal(finding("rick", 3), by_the_watch(9))
    plan.accept_signal(the_id("tom"), "ask his brother", at_day(10))
    plan.lapse_signal("widening-circle", "tom", by_the_watch(11))
    plan.set_signal_aside(the_id("bea"), "was on a visit", at_day(12))
    plan.lapse_signal("widening-circle", "zoe", by_the_watch(13))
    return plan


def at_day(day: int) -> Context:
    return context(at(day))


def test_each_signal_stands_where_it_belongs_the_latest_first(read: Read) -> None:
    view = signals_view(read(events_of(signalled())), "F1", at(20))
    assert view is not None
    places = {
        name: [one.key for one in getattr(view, name)] for name in ("open", "handled", "lapsed")
    }
    # bea was raised on the sixth, tom on the fifth.
    assert places == {"open": ["rick"], "handled": ["bea", "tom"], "lapsed": ["zoe"]}


def test_a_signal_says_all_that_is_known_of_it(read: Read) -> None:
    view = signals_view(read(events_of(signalled())), "F1", at(20))
    assert view is not None
    assert view.open[0] == SignalView(
        signal_id=the_id("rick"),
        state="open",
        rule="widening-circle",
        key="rick",
        number=1,
        level=3,
        about=("anna",),
        detail="4 people",
        evidence=tuple(Evidence(kind="incident", item_id=f"i{n}") for n in range(4)),
        raised_at=at(4),
        grew_at=at(9),
    )
    tom = view.handled[1]
    assert tom.state == "accepted"
    assert tom.lapsed_at == at(11)
    assert tom.handling == Handling(
        said_by=SaidBy(agency="police", actor="police", role=Role.AGENCY),
        at=at(10),
        text="ask his brother",
    )
    assert view.handled[0].state == "set-aside"
    assert view.lapsed[0].lapsed_at == at(13)


def test_a_family_without_signals_and_one_without_a_plan(read: Read) -> None:
    reader = read(events_of(signalled(), opened("F2")))
    other = signals_view(reader, "F2", at(20))
    assert other is not None
    assert (other.open, other.handled, other.lapsed) == ((), (), ())
    assert signals_view(reader, "F3", at(20)) is None


def test_the_lead_sees_in_the_caseload_how_many_are_open(read: Read) -> None:
    (family,) = caseload(read(events_of(signalled())), "carla").families
    # rick only: tom and bea were dealt with, zoe's is over; tom's lapsing counts nothing off.
    assert family.open_signals == 1
