"""Terms: they expire once, on what we know and not before their moment, and are met once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Refused
from domain.family_plan import FamilyPlan
from domain.family_plan.terms import TermExpired, TermMet, TermStarted
from domain.terms import fire_at, is_over, make_term
from domain.values import FeedbackStage, Role, TermKind, TriageOutcome
from tests.domain.report_support import (
    RECEIVED,
    a_report,
    by,
    happened,
    lead,
    new_plan,
    on,
    service,
    the_id,
)

TRIAGE = the_id(TermKind.TRIAGE)
# The triage of a report of Wednesday 5 March is due by the end of Wednesday 12 March, Dutch time.
OVER = datetime(2025, 3, 12, 23, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def running(*, known: datetime = RECEIVED) -> FamilyPlan:
    """A plan with a report at Veilig Thuis that nobody acted on; nothing pending."""
    plan = new_plan()
    plan.receive_report(a_report(), by(known=known))
    plan.collect_events()
    return plan


def triage(plan: FamilyPlan, at: datetime, *, known: datetime | None = None) -> None:
    plan.triage_report("r1", TriageOutcome.NO_ACTION, "no", by(at=at, known=known))


def test_a_term_may_expire_a_second_after_its_last_or_a_day_after_it_became_known() -> None:
    term = make_term("F1", TermKind.TRIAGE, "r1", "veilig-thuis", RECEIVED.date())
    assert fire_at(term, RECEIVED) == OVER
    # Known on its last day at noon: until noon the day after.
    assert fire_at(term, on(3, 12)) == on(3, 13)
    # Over when it became known.
    assert fire_at(term, on(4, 1)) == on(4, 2)


def test_the_last_second_counts_whole() -> None:
    due_at = OVER - SECOND
    assert not is_over(due_at, due_at)
    assert not is_over(due_at, OVER - timedelta(microseconds=1))
    assert is_over(due_at, OVER)


def test_a_term_expires_once_and_not_before_its_moment() -> None:
    plan = running()
    plan.expire_term(TRIAGE, service(OVER - timedelta(microseconds=1)))
    assert plan.pending_events == []
    plan.expire_term(TRIAGE, service(OVER))
    plan.expire_term(TRIAGE, service(OVER))
    plan.expire_term(TRIAGE, service(OVER + timedelta(days=9)))
    (expired,) = plan.pending_events
    assert isinstance(expired, TermExpired)
    assert (expired.term.term_id, expired.recorded_at) == (TRIAGE, OVER)
    assert plan.terms[TRIAGE].expired


def test_what_was_over_when_it_became_known_gets_a_day() -> None:
    plan = running(known=on(4, 1))
    plan.expire_term(TRIAGE, service(on(4, 2) - SECOND))
    assert plan.pending_events == []
    # The triage, done in time, arrives within that day.
    triage(plan, on(3, 10), known=on(4, 1, 15))
    plan.expire_term(TRIAGE, service(on(4, 2)))
    assert happened(plan) == ["met triage on time", "started feedback-follow-up"]


def test_a_term_that_was_met_does_not_expire() -> None:
    plan = running()
    triage(plan, on(3, 6))
    before = len(plan.pending_events)
    plan.expire_term(TRIAGE, service(on(12, 31)))
    assert len(plan.pending_events) == before


def test_a_term_that_nobody_started_does_not_expire() -> None:
    plan = running()
    plan.expire_term(the_id(TermKind.INVESTIGATION), service(on(12, 31)))
    plan.expire_term("t-nothing", service(on(12, 31)))
    assert plan.pending_events == []


@pytest.mark.parametrize(
    ("at", "judged"),
    [
        pytest.param(on(3, 10), "on time", id="it had been done in time all along"),
        pytest.param(on(3, 14), "late", id="late, and no more overdue"),
    ],
)
def test_an_expired_term_is_met_all_the_same(at: datetime, judged: str) -> None:
    plan = running()
    plan.expire_term(TRIAGE, service(OVER))
    triage(plan, at, known=on(3, 14))
    assert happened(plan)[:2] == ["expired triage", f"met triage {judged}"]
    assert TRIAGE not in plan.terms


def test_only_the_service_lets_terms_expire() -> None:
    plan = running()
    administrator = by(None, OVER, role=Role.ADMINISTRATOR)
    for context in (by(at=OVER), by("police", OVER), lead(OVER), administrator):
        with pytest.raises(Refused, match="only the service itself"):
            plan.expire_term(TRIAGE, context)
    assert plan.pending_events == []


def test_a_term_expires_on_a_closed_plan() -> None:
    plan = running()
    plan.close("done", by("police"))
    plan.expire_term(TRIAGE, service(OVER))
    assert happened(plan) == ["expired triage"]


moments = st.integers(-24 * 3, 24 * 60).map(lambda hours: OVER + timedelta(hours=hours))
kinds = st.sampled_from(TermKind)
acts = st.one_of(
    st.tuples(st.just("expire"), kinds, moments),
    st.tuples(st.sampled_from(("triage", "tell")), st.none(), moments),
)


@settings(deadline=None)
@given(known=st.integers(0, 24 * 30), acts=st.lists(acts, max_size=15))
def test_whatever_is_called_and_when_a_term_expires_once_in_time_and_never_after_it_was_met(
    known: int, acts: list[tuple[str, TermKind | None, datetime]]
) -> None:
    known_at = RECEIVED + timedelta(hours=known)
    plan = running(known=known_at)
    started = {one: term.term for one, term in plan.terms.items()}
    told = list(FeedbackStage)
    triaged = False
    for name, kind, moment in acts:
        if name == "expire":
            assert kind is not None
            plan.expire_term(the_id(kind), service(moment))
        elif name == "triage" and not triaged:
            triaged = True
            triage(plan, moment)
        elif name == "tell" and told:
            plan.give_feedback("r1", told.pop(0), "so", by(at=moment))
    over: set[str] = set()
    since = dict.fromkeys(started, known_at)
    for event in plan.pending_events:
        if isinstance(event, TermStarted):
            since[event.term.term_id] = event.recorded_at
        elif isinstance(event, TermExpired):
            assert event.term.term_id not in over
            assert event.recorded_at >= fire_at(event.term, since[event.term.term_id])
            over.add(event.term.term_id)
        elif isinstance(event, TermMet):
            over.add(event.term.term_id)
