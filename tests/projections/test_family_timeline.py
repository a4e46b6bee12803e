"""The timeline: the order of what happened, what each entry names, and paging."""

from __future__ import annotations

import pytest

from domain.family_plan import FamilyPlan
from domain.keys import question_id, term_id
from domain.values import (
    Action,
    Goal,
    Incident,
    IncidentKind,
    LifeDomain,
    Note,
    Owner,
    Report,
    Role,
)
from projections.family_timeline import TimelineEntry, timeline
from projections.rows import MemoryRows
from projections.summaries import one_line
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, opened


def told_late() -> FamilyPlan:
    """Positions 1 to 7; those from the third on happened before the second.

    The incident raises a question (4) since not all it was against are known, and with the report
    begin two terms (6, 7).
    """
    plan = opened()
    plan.add_note(Note(note_id="n1", about=("anna",), text="stiff contact"), context(at(10)))
    plan.record_incident(
        Incident(
            incident_id="i1",
            kind=IncidentKind.PHYSICAL,
            by=("anna",),
            against=("bram", "unknown"),
            began_at=at(4),
            text="hit with a belt",
        ),
        context(at(4), at(11), agency="halt", actor="desk 7"),
    )
    plan.receive_report(
        Report(report_id="r1", reporter="a neighbour", incident_id="i1", text="heard it"),
        context(at(4), at(12)),
    )
    return plan


def test_entries_are_sorted_by_when_things_happened(read: Read) -> None:
    page = timeline(read(events_of(told_late(), opened("F2"))), "F1")
    assert [(one.position, one.type, one.occurred_at, one.recorded_at) for one in page.entries] == [
        (1, "PlanOpened", at(2), at(2)),
        (3, "IncidentRecorded", at(4), at(11)),
        (4, "QuestionAsked", at(4), at(11)),
        (5, "ReportReceived", at(4), at(12)),
        (6, "TermStarted", at(4), at(12)),
        (7, "TermStarted", at(4), at(12)),
        (2, "NoteAdded", at(10), at(10)),
    ]
    assert page.next is None


def test_an_entry_says_all_that_the_event_says(read: Read) -> None:
    entry = timeline(read(events_of(told_late())), "F1").entries[1]
    assert entry == TimelineEntry(
        position=3,
        family_id="F1",
        version=3,
        occurred_at=at(4),
        recorded_at=at(11),
        agency="halt",
        actor="desk 7",
        role=Role.AGENCY,
        type="IncidentRecorded",
        summary="Incident, physical, by anna against bram, unknown: hit with a belt",
        item_ids=("i1",),
        about=(),
        by=("anna",),
        against=("bram", "unknown"),
        facts={
            "incident": {
                "incident_id": "i1",
                "kind": "physical",
                "by": ["anna"],
                "against": ["bram", "unknown"],
                "began_at": "2026-03-04T09:00:00Z",
                "ended_at": None,
                "source": None,
                "certainty": None,
                "gravity": None,
                "text": "hit with a belt",
            }
        },
    )


def test_an_entry_names_the_items_and_the_members_it_is_about(read: Read) -> None:
    plan = told_late()
    plan.set_goal(Goal(goal_id="g1", life_domain=LifeDomain.SAFETY, text="calm"), context(at(13)))
    plan.agree_action(
        Action(action_id="a1", goal_id="g1", owner=Owner(name="Anna"), text="call"), context(at(14))
    )
    plan.remove_member("bram", "moved out", context(at(15)))
    entries = {one.type: one for one in timeline(read(events_of(plan)), "F1").entries}
    assert {name: (one.item_ids, one.about) for name, one in entries.items()} == {
        "PlanOpened": ((), ("anna", "bram")),
        "NoteAdded": (("n1",), ("anna",)),
        "IncidentRecorded": (("i1",), ()),
        "QuestionAsked": ((question_id("F1", "i1", "against"), "i1"), ("anna", "bram")),
        "ReportReceived": (("r1", "i1"), ()),
        "TermStarted": ((term_id("F1", "feedback-follow-up", "r1"), "r1"), ()),
        "GoalSet": (("g1",), ()),
        "ActionAgreed": (("a1", "g1"), ()),
        "MemberRemoved": ((), ("bram",)),
    }


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_follow_each_other_without_gap_or_overlap(read: Read, limit: int) -> None:
    reader = read(events_of(told_late(), opened("F2")))
    positions: list[int] = []
    page = timeline(reader, "F1", limit=limit)
    positions += [one.position for one in page.entries]
    while page.next is not None:
        page = timeline(reader, "F1", limit=limit, after=page.next)
        assert page.entries
        positions += [one.position for one in page.entries]
    assert positions == [1, 3, 4, 5, 6, 7, 2]


def test_a_page_that_holds_all_has_no_next(read: Read) -> None:
    page = timeline(read(events_of(told_late())), "F1", limit=7)
    assert (len(page.entries), page.next) == (7, None)


def test_an_unknown_family_has_an_empty_timeline(read: Read) -> None:
    page = timeline(read(events_of(opened())), "F9")
    assert (page.entries, page.next) == ((), None)


@pytest.mark.parametrize(
    "cursor", ["", "x", "2026-03-01T00:00:00", "2026-03-01T00:00:00_1", "2026-03-01T00:00:00Z_x"]
)
def test_a_cursor_that_no_page_gave_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="not a place in the list"):
        timeline(MemoryRows(), "F1", after=cursor)


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="limit"):
        timeline(MemoryRows(), "F1", limit=0)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("short", 10, "short"),
        ("exactly 10", 10, "exactly 10"),
        ("one\n two\t three", 20, "one two three"),
        ("one two three", 10, "one two …"),
        ("one two three", 9, "one two …"),
        ("one two three", 8, "one …"),
        ("unbreakable text", 8, " …"),
    ],
)
def test_a_line_is_cut_between_words(text: str, width: int, expected: str) -> None:
    assert one_line(text, width) == expected
    assert len(one_line(text, width)) <= width
