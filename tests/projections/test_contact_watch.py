"""What of the contact load the lead should know, and when to look again."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.calendar import AMSTERDAM
from domain.values import Finding, Heard, Manner
from projections.contact_watch import look
from projections.rows import Reader
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, opened
from tests.projections.test_contact_load import NOW, converse, view


def findings(reader: Reader, now: datetime) -> list[Finding]:
    return sorted(look(reader, "F1", now).findings, key=lambda one: (one.rule, one.key))


def test_the_lead_is_told_of_weeks_with_several_visitors(read: Read) -> None:
    plan = opened()
    for number, agency in enumerate(("police", "school", "halt", "youth-care")):
        converse(plan, f"a{number}", at(10 + number), agency)
        converse(plan, f"b{number}", at(17 + number), agency if number < 3 else "halt")
        converse(plan, f"c{number}", at(24), agency, Manner.PHONE)
        if number < 2:
            converse(plan, f"d{number}", at(30), agency)
    first, second = findings(read(events_of(plan)), NOW)
    assert (first.key, first.level, first.about) == ("2026-W11", 2, ("anna", "bram"))
    assert [one.item_id for one in first.evidence] == ["a0", "a1", "a2", "a3"]
    assert (second.key, second.level) == ("2026-W12", 1)
    assert second.detail == "3 agencies made 4 home visits in 2026-W12"
    assert {one.rule for one in (first, second)} == {"several-visitors"}


def test_the_lead_is_told_of_members_who_are_not_heard_and_looks_again_in_time(read: Read) -> None:
    plan = opened()
    converse(plan, "k1", at(20))
    reader = read(events_of(plan))
    # Bram's 56 days since 2 March are over when 27 April begins in Dutch summer time.
    bram = datetime(2026, 4, 27, tzinfo=AMSTERDAM)
    # Anna was heard on 20 March: 15 May.
    anna = datetime(2026, 5, 15, tzinfo=AMSTERDAM)
    quiet = look(reader, "F1", NOW)
    assert (quiet.findings, quiet.next_at) == ((), bram)
    assert look(reader, "F1", bram - timedelta(seconds=1)) == quiet
    one = look(reader, "F1", bram)
    assert [(found.key, found.level, found.evidence) for found in one.findings] == [("bram", 1, ())]
    assert one.next_at == anna
    both = findings(reader, anna)
    assert [(found.rule, found.key) for found in both] == [
        ("not-heard", "anna"),
        ("not-heard", "bram"),
    ]
    assert [proof.item_id for proof in both[0].evidence] == ["k1"]
    # Bram's 112 days since 2 March are over on 22 June.
    assert look(reader, "F1", anna).next_at == datetime(2026, 6, 22, tzinfo=AMSTERDAM)
    assert [one.level for one in findings(reader, datetime(2026, 6, 22, tzinfo=AMSTERDAM))] == [
        1,
        2,
    ]


def test_a_conversation_in_which_they_are_heard_ends_it(read: Read) -> None:
    plan = opened()
    late = datetime(2026, 5, 4, 9, tzinfo=AMSTERDAM)
    events = events_of(plan)
    assert [one.key for one in findings(read(events), late)] == ["anna", "bram"]
    converse(plan, "k1", late, members=(Heard(member_id="bram", heard=True),))
    events += events_of(plan)
    assert [one.key for one in findings(read(events), late)] == ["anna"]


def test_a_closed_plan_is_left_alone_and_a_reopened_one_starts_anew(read: Read) -> None:
    plan = opened()
    for number, agency in enumerate(("police", "school", "halt")):
        converse(plan, f"k{number}", at(10), agency, members=(Heard(member_id="anna", heard=True),))
    late = datetime(2026, 5, 4, 9, tzinfo=AMSTERDAM)
    plan.close("done", context(at(24)))
    events = events_of(plan)
    closed = read(events)
    assert (look(closed, "F1", late).findings, look(closed, "F1", late).next_at) == ((), None)
    assert not any(one.too_long for one in view(closed, late).members)
    plan.reopen("again", context(late))
    for number, agency in enumerate(("police", "school", "halt")):
        converse(plan, f"n{number}", late, agency, members=(Heard(member_id="anna", heard=True),))
    again = read(events + events_of(plan))
    assert [one.key for one in findings(again, late)] == ["2026-W19"]  # not 2026-W11
    eight_weeks = late + timedelta(days=56)
    assert [one.key for one in findings(again, eight_weeks)] == ["anna", "bram", "2026-W19"]


def test_a_family_without_a_plan_is_not_looked_at(read: Read) -> None:
    reader = read(events_of(opened("F1")))
    assert look(reader, "F2", NOW).next_at is None
