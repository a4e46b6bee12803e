"""The views of terms and duties, and what is looked at, checked against literals by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.family_plan import FamilyPlan
from domain.values import Evidence, FeedbackStage, Finding, TermKind, TriageOutcome
from projections.terms import Duty, TermView, duties, look, terms_view
from tests.projections.conftest import Read
from tests.projections.report_support import (
    RECEIVED_BY,
    TRIAGE_BY,
    TRIAGED_BY,
    a_report,
    reported,
    service,
    the_id,
    veilig_thuis,
)
from tests.projections.support import at, context, events_of, opened

SECOND = timedelta(seconds=1)
TRIAGE, RECEIVED, TRIAGED = map(the_id, ("triage", "feedback-received", "feedback-triaged"))


def told_late() -> FamilyPlan:
    """The reporter heard on Tuesday 10 March, a day late, that the report had come in."""
    plan = reported()
    plan.expire_term(RECEIVED, service(RECEIVED_BY + SECOND))
    plan.give_feedback("r1", FeedbackStage.RECEIVED, "It came in.", veilig_thuis(at(10), at(11)))
    return plan


def test_what_is_due_stands_by_its_day_and_says_whether_that_has_passed(read: Read) -> None:
    reader = read(events_of(reported()))
    view = terms_view(reader, "F1", RECEIVED_BY)
    assert view is not None
    assert (view.family_id, view.met) == ("F1", ())
    assert view.due == tuple(
        TermView(
            term_id=the_id(kind.value),
            kind=kind,
            report_id="r1",
            owner="veilig-thuis",
            due_at=due_at,
            state="running",
            overdue=False,
            began_at=at(5),
            expired_at=None,
            met_at=None,
            on_time=None,
        )
        for kind, due_at in (
            (TermKind.FEEDBACK_RECEIVED, RECEIVED_BY),
            (TermKind.TRIAGE, TRIAGE_BY),
            (TermKind.FEEDBACK_TRIAGED, TRIAGED_BY),
        )
    )


@pytest.mark.parametrize(
    ("now", "overdue"),
    [
        (RECEIVED_BY + SECOND - timedelta(microseconds=1), []),
        (RECEIVED_BY + SECOND, ["feedback-received"]),
        (TRIAGE_BY + SECOND, ["feedback-received", "triage"]),
    ],
)
def test_a_term_is_overdue_once_its_last_second_is_over(
    read: Read, now: datetime, overdue: list[str]
) -> None:
    reader = read(events_of(reported()))
    view = terms_view(reader, "F1", now)
    assert view is not None
    assert [one.kind.value for one in view.due if one.overdue] == overdue
    page = duties(reader, "veilig-thuis", now, 10, None)
    assert [one.kind.value for one in page.duties if one.overdue] == overdue


def test_what_has_expired_and_what_was_met_and_whether_in_time(read: Read) -> None:
    plan = told_late()
    plan.triage_report("r1", TriageOutcome.HELP, "help", veilig_thuis(at(11), at(12)))
    plan.expire_term(TRIAGED, service(TRIAGED_BY + SECOND))
    view = terms_view(read(events_of(plan)), "F1", at(18))
    assert view is not None
    # What follows is to be told in ten working days from Wednesday 11 March: Wednesday 25 March.
    assert [(one.kind.value, one.state, one.overdue, one.expired_at) for one in view.due] == [
        ("feedback-triaged", "expired", True, TRIAGED_BY + SECOND),
        ("feedback-follow-up", "running", False, None),
    ]
    assert f"{view.due[1].due_at:%d %H:%M}" == "25 22:59"
    assert [(one.kind.value, one.state, one.on_time, one.met_at) for one in view.met] == [
        ("feedback-received", "met", False, at(10)),
        ("triage", "met", True, at(11)),
    ]
    assert view.met[0].expired_at == RECEIVED_BY + SECOND
    assert not any(one.overdue for one in view.met)


def test_a_family_without_terms_and_one_without_a_plan(read: Read) -> None:
    reader = read(events_of(reported(), opened("F2")))
    other = terms_view(reader, "F2", at(31))
    assert other is not None
    assert (other.due, other.met) == ((), ())
    assert terms_view(reader, "F3", at(31)) is None


def test_the_duties_of_an_agency_over_all_families_the_most_urgent_first(read: Read) -> None:
    school = context(at(6), agency="school")
    plans = (
        told_late(),
        reported("F2", a_report("r2"), veilig_thuis(at(4))),
        reported("F3", a_report("r3"), school),
    )
    reader = read(events_of(*plans))
    page = duties(reader, "veilig-thuis", at(11), 10, None)
    # Wednesday 4 March: 2 working days are Friday 6, 5 are Wednesday 11, 7 are Friday 13 March.
    assert [(one.family_id, one.kind.value, one.overdue) for one in page.duties] == [
        ("F2", "feedback-received", True),
        ("F2", "triage", False),
        ("F1", "triage", False),
        ("F2", "feedback-triaged", False),
        ("F1", "feedback-triaged", False),
    ]
    assert page.duties[2] == Duty(
        family_id="F1",
        term_id=TRIAGE,
        kind=TermKind.TRIAGE,
        report_id="r1",
        due_at=TRIAGE_BY,
        overdue=False,
    )
    assert (page.agency, page.next) == ("veilig-thuis", None)
    assert {one.family_id for one in duties(reader, "school", at(11), 10, None).duties} == {"F3"}
    assert duties(reader, "police", at(11), 10, None).duties == ()


def test_duties_come_in_pages(read: Read) -> None:
    plans = [reported(f"F{number}") for number in range(3)]
    reader = read(events_of(*plans))
    whole = duties(reader, "veilig-thuis", at(11), 9, None)
    assert (len(whole.duties), whole.next) == (9, None)
    pages, after = [], None
    while True:
        page = duties(reader, "veilig-thuis", at(11), 4, after)
        pages.append(page.duties)
        after = page.next
        if after is None:
            break
    assert [len(page) for page in pages] == [4, 4, 1]
    assert tuple(one for page in pages for one in page) == whole.duties
    with pytest.raises(ValueError, match="not a place in the list"):
        duties(reader, "veilig-thuis", at(11), 4, "nonsense")


def test_the_watcher_says_what_is_over_and_when_to_look_again(read: Read) -> None:
    reader = read(events_of(reported(), reported("F2")))
    before = look(reader, "F1", RECEIVED_BY)
    assert (before.findings, before.expired, before.next_at) == ((), (), RECEIVED_BY + SECOND)
    over = look(reader, "F1", RECEIVED_BY + SECOND)
    # Nothing is found until the plan itself says that the term has expired.
    assert (over.findings, over.expired, over.next_at) == ((), (RECEIVED,), TRIAGE_BY + SECOND)
    last = look(reader, "F1", at(31))
    assert (last.expired, last.next_at) == ((RECEIVED, TRIAGE, TRIAGED), None)


def test_what_was_over_when_it_became_known_is_looked_at_a_day_later(read: Read) -> None:
    reader = read(events_of(reported(by=veilig_thuis(at(5), at(25)))))
    first = look(reader, "F1", at(25))
    assert (first.expired, first.next_at) == ((), at(26))
    assert look(reader, "F1", at(26)).expired == (RECEIVED, TRIAGE, TRIAGED)


def test_the_watcher_finds_what_has_expired_until_it_is_met(read: Read) -> None:
    plan = reported()
    for kind in (TRIAGE, RECEIVED, TRIAGED):
        plan.expire_term(kind, service(at(17)))
    events = events_of(plan)
    seen = look(read(events), "F1", at(17))
    evidence = (Evidence(kind="report", item_id="r1"),)
    assert seen.findings == (
        Finding(
            rule="term-missed",
            key=TRIAGE,
            detail="triage of r1 by veilig-thuis was due 2026-03-12",
            evidence=evidence,
        ),
        # Two things that the reporter was not told are one signal of level 2.
        Finding(
            rule="feedback-overdue",
            key="r1",
            level=2,
            detail="veilig-thuis had to tell the reporter of r1: "
            "feedback-received 2026-03-09, feedback-triaged 2026-03-16",
            evidence=evidence,
        ),
    )
    assert (seen.expired, seen.next_at) == ((), None)
    plan.triage_report("r1", TriageOutcome.HELP, "help", veilig_thuis(at(12), at(18)))
    later = look(read([*events, *events_of(plan)]), "F1", at(18))
    assert [(one.key, one.level) for one in later.findings] == [("r1", 2)]
