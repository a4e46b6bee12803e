"""Whatever is said about reports, by whom and when: each thing once, and nothing forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.context import Context
from domain.errors import DomainError
from domain.family_plan import FamilyPlan, ReportReceived
from domain.family_plan.reports import FeedbackGiven, InvestigationCompleted, ReportTriaged
from domain.family_plan.terms import TermExpired, TermMet, TermStarted
from domain.terms import fire_at
from domain.values import (
    FeedbackStage,
    InvestigationConclusion,
    Report,
    ReporterKind,
    TermKind,
    TriageOutcome,
)
from tests.domain.report_support import RECEIVED, a_report, by, new_plan, service, the_id

RECEIVER = {"r1": "veilig-thuis", "r2": "police"}
STAGES = tuple(FeedbackStage)
FEEDBACK = {stage: TermKind(f"feedback-{stage.value}") for stage in STAGES}


@dataclass(frozen=True)
class Step:
    """A command, with all it may need, and how many hours after the one before it comes."""

    command: str
    report_id: str
    by_receiver: bool
    kind: ReporterKind
    reporter_agency: str | None
    outcome: TriageOutcome
    stage: FeedbackStage
    term: TermKind
    hours: int
    hours_ago: int

    @property
    def agency(self) -> str:
        return RECEIVER[self.report_id] if self.by_receiver else "halt"

    def report(self) -> Report:
        return a_report(self.report_id, self.kind, self.reporter_agency)


COMMANDS = ("triage", "complete", "tell", "tell", "expire", "receive", "close", "reopen")


def a_step(*commands: str, report_ids: Sequence[str] = tuple(RECEIVER)) -> st.SearchStrategy[Step]:
    return st.builds(
        Step,
        command=st.sampled_from(commands),
        report_id=st.sampled_from(report_ids),
        by_receiver=st.sampled_from((True, True, True, False)),
        kind=st.sampled_from((ReporterKind.ANONYMOUS, ReporterKind.PROFESSIONAL)),
        reporter_agency=st.sampled_from((None, "school")),
        outcome=st.sampled_from((TriageOutcome.INVESTIGATION, TriageOutcome.HELP)),
        stage=st.sampled_from(STAGES),
        term=st.sampled_from(TermKind),
        hours=st.integers(0, 24 * 20),
        hours_ago=st.integers(0, 24 * 10),
    )


steps = st.tuples(
    a_step("receive", report_ids=["r1"]),
    a_step("receive", report_ids=["r2"]),
    st.lists(a_step(*COMMANDS), min_size=10, max_size=30),
).map(lambda parts: [parts[0], parts[1], *parts[2]])


def give(plan: FamilyPlan, step: Step, context: Context) -> None:
    if step.command == "receive":
        plan.receive_report(step.report(), context)
    elif step.command == "triage":
        plan.triage_report(step.report_id, step.outcome, "so", context)
    elif step.command == "complete":
        conclusion = InvestigationConclusion.UNCLEAR
        plan.complete_investigation(step.report_id, conclusion, "so", context)
    elif step.command == "tell":
        plan.give_feedback(step.report_id, step.stage, "so", context)
    elif step.command == "expire":
        plan.expire_term(the_id(step.term, step.report_id), service(context.recorded_at))
    elif step.command == "close":
        plan.close("done", by("police", context.occurred_at, known=context.recorded_at))
    else:
        plan.reopen("again", by("police", context.occurred_at, known=context.recorded_at))


@settings(deadline=None, max_examples=150)
@given(steps=steps)
def test_each_thing_happens_once_and_what_is_owed_is_never_forgotten(steps: list[Step]) -> None:
    plan, now = new_plan(), RECEIVED
    for step in steps:
        now += timedelta(hours=step.hours)
        context = by(step.agency, now - timedelta(hours=step.hours_ago), known=now)
        before = len(plan.pending_events)
        try:
            give(plan, step, context)
        except DomainError:
            assert len(plan.pending_events) == before
        nothing_happens_twice(plan)
        a_term_is_in_exactly_one_state(plan)
        what_is_owed_has_its_terms(plan)


def nothing_happens_twice(plan: FamilyPlan) -> None:
    once = Counter[tuple[object, ...]]()
    for event in plan.pending_events:
        if isinstance(event, FeedbackGiven):
            once["told", event.report_id, event.stage] += 1
        elif isinstance(event, ReportTriaged | InvestigationCompleted):
            once[type(event), event.report_id] += 1
        elif isinstance(event, TermStarted | TermMet | TermExpired):
            once[type(event), event.term.term_id] += 1
    assert all(count == 1 for count in once.values()), once


def a_term_is_in_exactly_one_state(plan: FamilyPlan) -> None:
    states: dict[str, str] = {}
    known_at = {}
    for event in plan.pending_events:
        if isinstance(event, TermStarted):
            assert event.term.term_id not in states
            states[event.term.term_id] = "running"
            known_at[event.term.term_id] = event.recorded_at
        elif isinstance(event, TermExpired):
            assert states[event.term.term_id] == "running"
            assert event.recorded_at >= fire_at(event.term, known_at[event.term.term_id])
            states[event.term.term_id] = "expired"
        elif isinstance(event, TermMet):
            assert states[event.term.term_id] in {"running", "expired"}
            states[event.term.term_id] = "met"
    unmet = {one: state for one, state in states.items() if state != "met"}
    held = {one: "expired" if term.expired else "running" for one, term in plan.terms.items()}
    assert held == unmet


def what_is_owed_has_its_terms(plan: FamilyPlan) -> None:
    events = plan.pending_events
    started = {one.term.term_id for one in events if isinstance(one, TermStarted)}
    told = {(one.report_id, one.stage) for one in events if isinstance(one, FeedbackGiven)}
    decided = {
        one.report_id
        for one in events
        if isinstance(one, InvestigationCompleted)
        or (isinstance(one, ReportTriaged) and one.outcome is not TriageOutcome.INVESTIGATION)
    }
    for event in events:
        if not isinstance(event, ReportReceived):
            continue
        report = event.report
        ids = {stage: the_id(FEEDBACK[stage], report.report_id) for stage in STAGES}
        if report.reporter_kind is ReporterKind.ANONYMOUS and report.reporter_agency is None:
            assert started.isdisjoint(ids.values())
            continue
        at_once = (
            FeedbackStage.TRIAGED
            if event.provenance.agency == "veilig-thuis"
            else FeedbackStage.FOLLOW_UP
        )
        assert {ids[FeedbackStage.RECEIVED], ids[at_once]} <= started
        if report.report_id in decided:
            follow_up = FeedbackStage.FOLLOW_UP
            assert ids[follow_up] in started or (report.report_id, follow_up) in told
        for place, stage in enumerate(STAGES):
            if (report.report_id, stage) in told:
                assert plan.terms.keys().isdisjoint(ids[one] for one in STAGES[: place + 1])
