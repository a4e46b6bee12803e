"""The views of feedback: the family's, and what an agency was told; literals by hand."""

from __future__ import annotations

import pytest

from domain.family_plan import FamilyPlan
from domain.values import FeedbackStage, ReporterKind, Role, TermKind, TriageOutcome
from projections.feedback import (
    FeedbackReceived,
    ReportFeedback,
    StillDue,
    Told,
    feedback_received,
    feedback_view,
)
from tests.projections.conftest import Read
from tests.projections.report_support import (
    RECEIVED_BY,
    TRIAGED_BY,
    a_report,
    reported,
    service,
    the_id,
    veilig_thuis,
)
from tests.projections.support import at, context, events_of, opened

TELLING = "Uw melding is binnen, wij kijken ernaar."


def told() -> FamilyPlan:
    """Told on Friday 6 March that it came in; triaged on Monday 9 March; known a day later."""
    plan = reported()
    plan.give_feedback("r1", FeedbackStage.RECEIVED, TELLING, veilig_thuis(at(6), at(7)))
    plan.triage_report("r1", TriageOutcome.INVESTIGATION, "secret", veilig_thuis(at(9), at(10)))
    return plan


def test_what_a_reporter_was_told_and_is_still_to_be_told(read: Read) -> None:
    view = feedback_view(read(events_of(told())), "F1", at(10))
    assert view is not None
    assert view.reports == (
        ReportFeedback(
            report_id="r1",
            reporter="Juf Vos",
            reporter_agency="school",
            agency="veilig-thuis",
            received_at=at(5),
            told=(Told(stage=FeedbackStage.RECEIVED, text=TELLING, at=at(6)),),
            due=(StillDue(kind=TermKind.FEEDBACK_TRIAGED, due_at=TRIAGED_BY, overdue=False),),
        ),
    )


def test_what_is_overdue_stays_due_until_it_was_told(read: Read) -> None:
    plan = reported()
    plan.expire_term(the_id("feedback-received"), service(at(10)))
    events = events_of(plan)
    view = feedback_view(read(events), "F1", at(10))
    assert view is not None
    assert view.reports[0].due == (
        StillDue(kind=TermKind.FEEDBACK_RECEIVED, due_at=RECEIVED_BY, overdue=True),
        StillDue(kind=TermKind.FEEDBACK_TRIAGED, due_at=TRIAGED_BY, overdue=False),
    )
    plan.give_feedback("r1", FeedbackStage.TRIAGED, "Wij zoeken het uit.", veilig_thuis(at(11)))
    after = feedback_view(read([*events, *events_of(plan)]), "F1", at(20))
    assert after is not None
    assert after.reports[0].due == ()


def test_reports_stand_in_the_order_in_which_they_were_received(read: Read) -> None:
    plan = reported()
    plan.receive_report(a_report("r0"), veilig_thuis(at(4), at(8)))
    nobody = a_report("r2", kind=ReporterKind.ANONYMOUS, agency=None)
    plan.receive_report(nobody, veilig_thuis(at(7)))
    view = feedback_view(read(events_of(plan)), "F1", at(8))
    assert view is not None
    assert [(one.report_id, len(one.due)) for one in view.reports] == [
        ("r0", 2),
        ("r1", 2),
        ("r2", 0),
    ]


def test_who_is_to_tell_is_known_of_a_report_that_no_agency_received(read: Read) -> None:
    administrator = context(at(5), agency=None, role=Role.ADMINISTRATOR)
    plan = reported(by=administrator)
    view = feedback_view(read(events_of(plan)), "F1", at(6))
    assert view is not None
    # There is no lead, and the police are the first party.
    assert view.reports[0].agency == "police"


def test_a_family_without_reports_and_one_without_a_plan(read: Read) -> None:
    reader = read(events_of(told(), opened("F2")))
    other = feedback_view(reader, "F2", at(10))
    assert other is not None
    assert other.reports == ()
    assert feedback_view(reader, "F3", at(10)) is None


def test_the_reporters_agency_reads_what_it_was_told_and_nobody_else_does(read: Read) -> None:
    reader = read(events_of(told()))
    page = feedback_received(reader, "school", at(10), 10, None)
    assert page.feedback == (
        FeedbackReceived(
            report_id="r1",
            agency="veilig-thuis",
            stage=FeedbackStage.RECEIVED,
            text=TELLING,
            at=at(6),
        ),
    )
    assert (page.agency, page.next) == ("school", None)
    for stranger in ("police", "veilig-thuis", "halt"):
        assert feedback_received(reader, stranger, at(10), 10, None).feedback == ()


def test_nothing_of_the_family_is_in_it(read: Read) -> None:
    page = feedback_received(read(events_of(told())), "school", at(10), 10, None)
    said = page.model_dump_json()
    for secret in ("F1", "bram", "Bram", "Anna", "Juf Vos", "Bruises", "secret", "investigation"):
        assert secret not in said


def test_a_person_who_reported_is_told_by_who_received_it(read: Read) -> None:
    plan = reported(report=a_report(kind=ReporterKind.NEIGHBOUR, agency=None))
    plan.give_feedback("r1", FeedbackStage.RECEIVED, TELLING, veilig_thuis(at(6)))
    reader = read(events_of(plan))
    for agency in ("veilig-thuis", "school", "police"):
        assert feedback_received(reader, agency, at(10), 10, None).feedback == ()
    view = feedback_view(reader, "F1", at(10))
    assert view is not None
    assert [one.text for one in view.reports[0].told] == [TELLING]


def test_what_an_agency_was_told_comes_in_pages_the_oldest_first(read: Read) -> None:
    plans = []
    for number, day in enumerate((9, 7, 9, 8)):
        plan = reported(f"F{number}", a_report(f"r{number}"))
        by = veilig_thuis(at(day), at(9 + number))
        plan.give_feedback(f"r{number}", FeedbackStage.RECEIVED, TELLING, by)
        plans.append(plan)
    reader = read(events_of(*plans))
    first = feedback_received(reader, "school", at(10), 3, None)
    # F0 and F2 were told at the same moment: in the order in which we came to know it.
    assert [one.report_id for one in first.feedback] == ["r1", "r3", "r0"]
    rest = feedback_received(reader, "school", at(10), 3, first.next)
    assert ([one.report_id for one in rest.feedback], rest.next) == (["r2"], None)
    with pytest.raises(ValueError, match="not a place in the list"):
        feedback_received(reader, "school", at(10), 3, "nonsense")
