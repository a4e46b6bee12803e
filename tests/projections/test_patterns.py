"""The patterns as they are read: from the facts as they stand now, with what proves each."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given, settings

from domain.family_plan import FamilyPlan, IncidentRecorded, PlanEvent, ReportReceived
from domain.patterns import RULES
from domain.values import (
    Clarification,
    Concern,
    FamilyMember,
    FamilyRole,
    Gravity,
    Incident,
    IncidentKind,
    LifeDomain,
    Measure,
    MeasureEnd,
    MeasureForm,
    MeasureKind,
    Report,
)
from projections.patterns import PATTERNS, PatternsView, look, patterns, projection
from projections.registry import ALL, FAMILY_VIEWS, WATCHERS
from projections.rows import Reader
from services.read_model.source import RecordedEvent
from services.read_model.timetravel import view_replayed
from tests.projections.conftest import Read
from tests.projections.strategies import FAMILIES, histories
from tests.projections.support import at, context, events_of, folded, opened, view_known_at

NOW = at(31)
RICK = FamilyMember(member_id="rick", name="Rick", role=FamilyRole.EX_PARTNER)


def view_of(reader: Reader, family_id: str = "F1", now: datetime = NOW) -> PatternsView:
    found = patterns(reader, family_id, now)
    assert found is not None
    return found


def seen(reader: Reader, family_id: str = "F1") -> list[tuple[str, str, int, list[str]]]:
    return [
        (one.rule, one.key, one.level, [proof.item_id for proof in one.evidence])
        for one in view_of(reader, family_id).patterns
    ]


def happen(
    plan: FamilyPlan,
    incident_id: str,
    day: int,
    against: str,
    *,
    by: str = "rick",
    kind: IncidentKind = IncidentKind.STALKING,
) -> None:
    incident = Incident(
        incident_id=incident_id,
        kind=kind,
        by=(by,),
        against=(against,),
        began_at=at(day),
        text="seen at the door",
    )
    plan.record_incident(incident, context(at(day)))


def with_rick(family_id: str = "F1") -> FamilyPlan:
    """A plan of Anna, her child Bram and her former partner Rick."""
    plan = opened(family_id)
    plan.add_member(RICK, context(at(2)))
    return plan


def spreading() -> FamilyPlan:
    """Rick follows Anna, then Bram."""
    plan = with_rick()
    happen(plan, "i1", 3, "anna")
    happen(plan, "i2", 5, "bram")
    return plan


CIRCLE = ("widening-circle", "rick", 1, ["i1", "i2"])
HOME = ("partner-violence-with-child-abuse", "family", 1, ["i1", "i2"])


def test_a_pattern_with_what_proves_it_and_where_its_rule_comes_from(read: Read) -> None:
    circle, home = view_of(read(events_of(spreading()))).patterns
    assert (circle.rule, circle.key, circle.level) == ("widening-circle", "rick", 1)
    assert circle.about == ("rick", "anna", "bram")
    assert [(one.kind, one.item_id) for one in circle.evidence] == [
        ("incident", "i1"),
        ("incident", "i2"),
    ]
    assert circle.title == "The circle of victims widens"
    assert circle.title_nl == "De kring van slachtoffers wordt groter"
    assert circle.source == RULES[0].source
    assert home.rule == "partner-violence-with-child-abuse"


def test_what_becomes_clear_later_counts_from_then_on(read: Read) -> None:
    plan = with_rick()
    happen(plan, "i1", 3, "anna")
    happen(plan, "i2", 5, "unknown", by="unknown", kind=IncidentKind.UNKNOWN)
    events = events_of(plan)
    assert seen(read(events)) == []
    clear = Clarification(by=("rick",), against=("bram",), kind=IncidentKind.STALKING)
    plan.clarify_incident("i2", clear, "A neighbour saw him.", context(at(9)))
    events += events_of(plan)
    assert seen(read(events)) == [CIRCLE, HOME]
    # What the clarification leaves out stays as it was.
    plan.clarify_incident("i2", Clarification(gravity=Gravity.SEVERE), "It was.", context(at(10)))
    events += events_of(plan)
    assert seen(read(events)) == [CIRCLE, HOME]
    plan.clarify_incident("i2", Clarification(by=("unknown",)), "Not him.", context(at(11)))
    assert seen(read(events + events_of(plan))) == []


def test_a_gravity_that_becomes_clear_shows_a_rise(read: Read) -> None:
    plan = with_rick()
    happen(plan, "i1", 3, "anna")
    happen(plan, "i2", 5, "anna")
    for incident_id, gravity in (("i1", Gravity.WORRYING), ("i2", Gravity.LIFE_THREATENING)):
        plan.clarify_incident(
            incident_id, Clarification(gravity=gravity), "She told.", context(at(9))
        )
    assert seen(read(events_of(plan))) == [("rising-gravity", "rick", 3, ["i1", "i2"])]


def test_somebody_who_left_the_plan_stays_in_the_picture(read: Read) -> None:
    plan = spreading()
    plan.remove_member("rick", "moved away", context(at(8)))
    assert seen(read(events_of(plan))) == [CIRCLE, HOME]


def report(plan: FamilyPlan, report_id: str, occurred: datetime, recorded: datetime) -> None:
    plan.receive_report(
        Report(report_id=report_id, reporter="school", about=("bram",), text="a worry"),
        context(occurred, recorded),
    )


def test_a_repeat_report_by_when_it_was_received(read: Read) -> None:
    plan = opened()
    report(plan, "late", at(4), at(20))
    report(plan, "first", at(3), at(21))
    assert seen(read(events_of(plan))) == [("repeat-report", "family", 1, ["first", "late"])]


def test_a_concern_that_is_resolved_ends_a_combination(read: Read) -> None:
    plan = opened()
    for concern_id, life_domain in (("c1", LifeDomain.ADDICTION), ("c2", LifeDomain.PARENTING)):
        concern = Concern(
            concern_id=concern_id, life_domain=life_domain, about=("anna",), text="a worry"
        )
        plan.raise_concern(concern, context(at(3)))
    events = events_of(plan)
    assert seen(read(events)) == [("combined-problems", "addiction-and-parenting", 1, ["c1", "c2"])]
    plan.resolve_concern("c2", "It goes well.", context(at(9)))
    assert seen(read(events + events_of(plan))) == []


def with_talk() -> FamilyPlan:
    """A talk with Rick on the fourth, and incidents on the fifth and the seventh."""
    plan = with_rick()
    talk = Measure(
        measure_id="talk",
        kind=MeasureKind.PENALTY,
        form=MeasureForm.WARNING_TALK,
        name="A talk",
        agency="police",
        for_members=("rick",),
        aim="He stays away.",
        why_it_fits="He is afraid of the police.",
        begins_on=date(2026, 3, 4),
    )
    plan.start_measure(talk, context(at(4)))
    happen(plan, "i1", 5, "anna")
    happen(plan, "i2", 7, "anna")
    return plan


def test_a_relapse_while_a_measure_runs_by_when_and_how_it_ended(read: Read) -> None:
    assert seen(read(events_of(with_talk()))) == [
        ("relapse-during-measure", "talk", 2, ["talk", "i1", "i2"])
    ]
    for how, expected in (
        # It ended on the sixth, between the two.
        (MeasureEnd.COMPLETED, [("relapse-during-measure", "talk", 1, ["talk", "i1"])]),
        (MeasureEnd.NOT_STARTED, []),
    ):
        plan = with_talk()
        plan.end_measure("talk", date(2026, 3, 6), how, "It is over.", context(at(8)))
        assert seen(read(events_of(plan))) == expected


def test_families_do_not_mix_and_a_stranger_has_none(read: Read) -> None:
    other = with_rick("F2")
    happen(other, "i1", 3, "anna")
    reader = read(events_of(spreading(), other))
    assert seen(reader) == [CIRCLE, HOME]
    assert seen(reader, "F2") == []
    assert patterns(reader, "F3", NOW) is None


def test_the_watch_sees_the_same_and_needs_no_clock(read: Read) -> None:
    reader = read(events_of(spreading()))
    then = look(reader, "F1", NOW)
    assert [(one.rule, one.key, one.level) for one in then.findings] == [CIRCLE[:3], HOME[:3]]
    assert (then.next_at, then.expired) == (None, ())
    assert look(reader, "F1", datetime(2040, 1, 1, tzinfo=NOW.tzinfo)) == then
    assert look(reader, "F3", NOW).findings == ()


def test_it_is_served_and_watched() -> None:
    assert projection in ALL
    assert PATTERNS in FAMILY_VIEWS
    assert [one.look for one in WATCHERS if one.name == "patterns"] == [look]


def test_what_was_known_then() -> None:
    events = events_of(spreading())
    earlier = view_known_at(PATTERNS, events, "F1", at(4))
    later = view_known_at(PATTERNS, events, "F1", at(5))
    assert earlier is not None
    assert later is not None
    assert earlier.patterns == ()
    assert [one.rule for one in later.patterns] == [CIRCLE[0], HOME[0]]


@settings(max_examples=40, deadline=None)
@given(events=histories(max_size=40))
def test_every_pattern_is_proven_by_the_familys_own_events(events: list[RecordedEvent]) -> None:
    rows = folded(events)
    for family_id in FAMILIES:
        own = [
            one.event
            for one in events
            if isinstance(one.event, PlanEvent) and one.event.family_id == family_id
        ]
        found = patterns(rows, family_id, NOW)
        assert found == view_replayed(PATTERNS, own, family_id, NOW)
        if found is None:
            assert own == []
            continue
        incidents = {one.incident.incident_id for one in own if isinstance(one, IncidentRecorded)}
        reports = {one.report.report_id for one in own if isinstance(one, ReportReceived)}
        for one in found.patterns:
            assert {p.item_id for p in one.evidence if p.kind == "incident"} <= incidents
            assert {p.item_id for p in one.evidence if p.kind == "report"} <= reports
        # All these reports come within a few days, so each after the first is a repeat.
        repeats = [one.level for one in found.patterns if one.rule == "repeat-report"]
        assert repeats == ([len(reports) - 1] if len(reports) > 1 else [])
