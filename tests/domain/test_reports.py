"""Reports: what is to be done and told by when, who may say that it was, and each thing once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from domain.context import Context
from domain.errors import DomainError, PlanIsClosed, Refused, UnknownItem
from domain.family_plan import FamilyPlan, ReportReceived
from domain.family_plan.reports import FeedbackGiven, InvestigationCompleted, ReportTriaged
from domain.keys import item_key
from domain.terms import last_day
from domain.values import (
    FeedbackStage,
    InvestigationConclusion,
    ReporterKind,
    Role,
    TermKind,
    TriageOutcome,
)
from tests.domain.report_support import (
    RECEIVED,
    a_report,
    by,
    due,
    happened,
    lead,
    new_plan,
    on,
    service,
    the_id,
)

Say = Callable[[FamilyPlan, Context], None]
ADMINISTRATOR = by(None, role=Role.ADMINISTRATOR)


def triage(plan: FamilyPlan, context: Context) -> None:
    plan.triage_report("r1", TriageOutcome.INVESTIGATION, "a third report", context)


def help_follows(plan: FamilyPlan, context: Context) -> None:
    plan.triage_report("r1", TriageOutcome.HELP, "the local team helps", context)


def complete(plan: FamilyPlan, context: Context) -> None:
    plan.complete_investigation("r1", InvestigationConclusion.CONFIRMED, "it is so", context)


def telling(stage: FeedbackStage) -> Say:
    return lambda plan, context: plan.give_feedback("r1", stage, "you may know", context)


tell_received, tell_triaged, tell_follow_up = map(telling, FeedbackStage)


def received(agency: str = "veilig-thuis", *, at: datetime = RECEIVED) -> FamilyPlan:
    """A plan with a report by the school that this agency received."""
    plan = new_plan()
    plan.receive_report(a_report(), by(agency, at))
    return plan


def investigated() -> FamilyPlan:
    """Triaged on Wednesday 12 March and investigated by Tuesday 20 May."""
    plan = received()
    triage(plan, by(at=on(3, 12)))
    complete(plan, by(at=on(5, 20)))
    return plan


# What begins with a report ------------------------------------------------------------------


def test_veilig_thuis_triages_and_tells_that_it_came_in_and_what_was_decided() -> None:
    # From Wednesday 5 March: 2 working days are Friday 7, 5 are Wednesday 12 and 7 are Friday 14.
    # Winter time is an hour ahead of UTC.
    assert due(received()) == {
        "triage": "2025-03-12T22:59:59Z",
        "feedback-received": "2025-03-07T22:59:59Z",
        "feedback-triaged": "2025-03-14T22:59:59Z",
    }


def test_another_agency_tells_that_it_came_in_and_what_follows() -> None:
    # 10 working days from Wednesday 5 March: Wednesday 19 March.
    assert due(received("youth-care")) == {
        "feedback-received": "2025-03-07T22:59:59Z",
        "feedback-follow-up": "2025-03-19T22:59:59Z",
    }


@pytest.mark.parametrize(
    ("kind", "reporter_agency", "receiver", "begun"),
    [
        pytest.param(
            ReporterKind.ANONYMOUS, None, "veilig-thuis", ["triage"], id="nobody to tell, yet acted"
        ),
        pytest.param(ReporterKind.ANONYMOUS, None, "police", [], id="nobody to tell"),
        pytest.param(
            ReporterKind.ANONYMOUS,
            "school",
            "police",
            ["feedback-received", "feedback-follow-up"],
            id="an agency speaks for somebody who stays anonymous",
        ),
        pytest.param(
            None,
            None,
            "police",
            ["feedback-received", "feedback-follow-up"],
            id="version 1 did not ask: somebody can be told",
        ),
    ],
)
def test_what_begins_depends_on_who_reported(
    kind: ReporterKind | None, reporter_agency: str | None, receiver: str, begun: list[str]
) -> None:
    plan = new_plan()
    plan.receive_report(a_report(kind=kind, agency=reporter_agency), by(receiver))
    assert list(due(plan)) == begun


def test_a_report_that_no_agency_received_is_for_the_leads_agency_or_the_first_party() -> None:
    led, unled = new_plan(), new_plan()
    unled.release_lead("carla", "ill", by("police"))
    for plan in (led, unled):
        plan.receive_report(a_report(), ADMINISTRATOR)
    assert led.reports["r1"].agency == "municipality"
    assert unled.reports["r1"].agency == "police"


def test_days_are_dutch_and_count_from_when_it_happened() -> None:
    late_evening = datetime(2025, 3, 5, 23, 30, tzinfo=UTC)  # Thursday 6 March, 00:30 in Dutch time
    plan = new_plan()
    plan.receive_report(a_report(), by(at=late_evening, known=on(3, 20)))
    # 5 working days from Thursday 6 March: Thursday 13 March.
    assert due(plan)["triage"] == "2025-03-13T22:59:59Z"


@pytest.mark.parametrize(
    ("kind", "begins_on", "expected"),
    [
        # Good Friday 18 and Easter Monday 21 April are off.
        pytest.param(TermKind.FEEDBACK_RECEIVED, (4, 17), (4, 23), id="over Easter"),
        # Friday 7 March and ten weeks: Friday 16 May.
        pytest.param(TermKind.INVESTIGATION, (3, 7), (5, 16), id="ten weeks"),
        # Thursday 20 March and ten weeks: 29 May, Ascension Day, so Friday 30 May.
        pytest.param(TermKind.INVESTIGATION, (3, 20), (5, 30), id="ten weeks to a holiday"),
    ],
)
def test_the_last_day_of_a_term(
    kind: TermKind, begins_on: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert last_day(kind, date(2025, *begins_on)) == date(2025, *expected)


def test_a_report_is_known_and_new_and_about_known_people() -> None:
    plan = received()
    (event,) = [one for one in plan.pending_events if isinstance(one, ReportReceived)]
    assert event.makes_known() == (item_key("F1", "report", "r1"),)
    with pytest.raises(Refused, match="report r1 exists already"):
        plan.receive_report(a_report(), by())
    stranger = a_report("r2").model_copy(update={"about": ("tom", "zoe")})
    with pytest.raises(UnknownItem) as waiting:
        plan.receive_report(stranger, by())
    assert waiting.value.field == "data.about[1]"
    nowhere = a_report("r2").model_copy(update={"incident_id": "i9"})
    with pytest.raises(UnknownItem) as waiting:
        plan.receive_report(nowhere, by())
    assert waiting.value.waits_for == item_key("F1", "incident", "i9")


# Triage and investigation -------------------------------------------------------------------


def test_an_investigation_has_ten_weeks_from_the_triage() -> None:
    plan = received()
    triage(plan, by(at=on(3, 12)))
    assert happened(plan)[3:] == ["met triage on time", "started investigation"]
    # Wednesday 12 March and ten weeks: Wednesday 21 May, in summer time.
    assert due(plan)["investigation"] == "2025-05-21T21:59:59Z"


def test_what_follows_is_told_from_the_end_of_an_investigation() -> None:
    plan = investigated()
    assert happened(plan)[5:] == ["met investigation on time", "started feedback-follow-up"]
    # 10 working days from Tuesday 20 May: 29 May is Ascension Day, so Wednesday 4 June.
    assert due(plan)["feedback-follow-up"] == "2025-06-04T21:59:59Z"


def test_without_an_investigation_what_follows_is_told_from_the_triage() -> None:
    plan = received()
    help_follows(plan, by(at=on(3, 7)))
    assert happened(plan)[3:] == ["met triage on time", "started feedback-follow-up"]
    # 10 working days from Friday 7 March: Friday 21 March.
    assert due(plan)["feedback-follow-up"] == "2025-03-21T22:59:59Z"


def test_what_follows_is_to_be_told_once() -> None:
    elsewhere = received("youth-care")
    help_follows(elsewhere, by("youth-care", on(3, 7)))
    assert happened(elsewhere) == ["started feedback-received", "started feedback-follow-up"]

    told_before = received()
    tell_follow_up(told_before, by(at=on(3, 6)))
    help_follows(told_before, by(at=on(3, 7)))
    assert "started feedback-follow-up" not in happened(told_before)


def test_an_expired_term_on_what_follows_does_not_begin_again() -> None:
    plan = received("youth-care")
    plan.expire_term(the_id(TermKind.FEEDBACK_FOLLOW_UP), service(on(4, 1)))
    help_follows(plan, by("youth-care", on(4, 2)))
    assert happened(plan)[2:] == ["expired feedback-follow-up"]


def test_nobody_is_to_be_told_what_follows_from_an_anonymous_report() -> None:
    plan = new_plan()
    plan.receive_report(a_report(kind=ReporterKind.ANONYMOUS, agency=None), by())
    triage(plan, by(at=on(3, 12)))
    complete(plan, by(at=on(5, 20)))
    assert list(due(plan)) == ["triage", "investigation"]


def test_an_investigation_waits_for_the_triage_that_makes_it_known() -> None:
    plan = received()
    with pytest.raises(UnknownItem) as waiting:
        complete(plan, by())
    triage(plan, by())
    (event,) = [one for one in plan.pending_events if isinstance(one, ReportTriaged)]
    assert waiting.value.waits_for in event.makes_known()
    complete(plan, by())


def test_only_what_the_triage_sends_to_investigation_is_investigated() -> None:
    plan = received()
    help_follows(plan, by())
    with pytest.raises(Refused, match="report r1 led to no investigation"):
        complete(plan, by())


def test_a_report_is_triaged_once_and_investigated_once() -> None:
    plan = investigated()
    with pytest.raises(Refused, match="r1 was triaged already"):
        help_follows(plan, by())
    with pytest.raises(Refused, match="the investigation of r1 has ended already"):
        complete(plan, by())
    kinds = [type(one) for one in plan.pending_events]
    assert (kinds.count(ReportTriaged), kinds.count(InvestigationCompleted)) == (1, 1)


# Feedback -----------------------------------------------------------------------------------


def test_feedback_says_who_tells_whom() -> None:
    plan = received()
    tell_received(plan, by(at=on(3, 6)))
    (event,) = [one for one in plan.pending_events if isinstance(one, FeedbackGiven)]
    assert (event.report_id, event.stage, event.text, event.agency, event.reporter_agency) == (
        "r1",
        FeedbackStage.RECEIVED,
        "you may know",
        "veilig-thuis",
        "school",
    )


def test_a_later_stage_covers_the_ones_before_it() -> None:
    plan = received()
    tell_triaged(plan, by(at=on(3, 11)))
    # Friday 7 March was the last day for the first, Friday 14 March for the second.
    assert happened(plan)[3:] == ["met feedback-received late", "met feedback-triaged on time"]
    # What comes in late is put on record, and meets nothing twice.
    tell_received(plan, by(at=on(3, 6), known=on(3, 12)))
    assert len(happened(plan)) == 5


def test_each_stage_is_told_once_and_only_where_there_is_somebody() -> None:
    plan = received()
    tell_received(plan, by())
    with pytest.raises(Refused, match="the reporter of r1 was told received already") as again:
        tell_received(plan, by())
    assert again.value.field == "data.stage"
    anonymous = new_plan()
    anonymous.receive_report(a_report(kind=ReporterKind.ANONYMOUS, agency=None), by())
    with pytest.raises(Refused, match="nobody to tell"):
        tell_received(anonymous, by())


@pytest.mark.parametrize(
    ("at", "known", "judged"),
    [
        pytest.param(on(3, 7, 22), on(3, 7, 22), "on time", id="on the last Dutch day"),
        pytest.param(on(3, 7, 23), on(3, 7, 23), "late", id="it is the next Dutch day"),
        pytest.param(on(3, 6), on(4, 1), "on time", id="done in time, known much later"),
        pytest.param(
            datetime(2025, 3, 7, 22, 59, 59, 999_999, tzinfo=UTC),
            on(3, 8),
            "on time",
            id="in the last second",
        ),
    ],
)
def test_in_time_is_judged_by_when_it_happened(at: datetime, known: datetime, judged: str) -> None:
    plan = received()
    tell_received(plan, by(at=at, known=known))
    assert happened(plan)[3:] == [f"met feedback-received {judged}"]


# Who may say so, and when -------------------------------------------------------------------

FOLLOWING: list[Say] = [triage, complete, tell_received]


@pytest.mark.parametrize("say", FOLLOWING)
def test_only_who_received_a_report_the_lead_or_an_administrator_says_what_follows(
    say: Say,
) -> None:
    for context in (by(), lead(), ADMINISTRATOR):
        plan = received()
        if say is complete:
            triage(plan, by())
        before = len(plan.pending_events)
        say(plan, context)
        assert len(plan.pending_events) > before
    for context, words in (
        (by("police"), "was received by veilig-thuis"),
        (by("school"), "was received by veilig-thuis"),
        (lead(actor="dirk"), "dirk is not the lead of this plan"),
    ):
        plan = received()
        before = len(plan.pending_events)
        with pytest.raises(Refused, match=words):
            say(plan, context)
        assert len(plan.pending_events) == before


@pytest.mark.parametrize("say", FOLLOWING)
def test_what_follows_waits_for_its_report(say: Say) -> None:
    with pytest.raises(UnknownItem) as waiting:
        say(new_plan(), by())
    assert waiting.value.field == "data.report_id"
    assert waiting.value.waits_for == item_key("F1", "report", "r1")


def test_on_a_closed_plan_a_report_waits_and_what_follows_one_goes_on() -> None:
    plan = received()
    plan.close("done", by("police"))
    with pytest.raises(PlanIsClosed):
        plan.receive_report(a_report("r2"), by())
    triage(plan, by(at=on(3, 12)))
    complete(plan, by(at=on(5, 20)))
    tell_follow_up(plan, by(at=on(5, 21)))
    assert plan.terms == {}
    assert happened(plan)[3:] == [
        "met triage on time",
        "started investigation",
        "met investigation on time",
        "started feedback-follow-up",
        "met feedback-received late",
        "met feedback-triaged late",
        "met feedback-follow-up on time",
    ]


def test_a_refusal_leaves_no_trace() -> None:
    plan = received()
    before = (repr(plan.reports), repr(plan.terms), plan.version)
    for say in (complete, lambda plan, _: triage(plan, by("police"))):
        with pytest.raises(DomainError):
            say(plan, by())
    assert (repr(plan.reports), repr(plan.terms), plan.version) == before
