"""The words about reports, terms and the reporting code."""

from __future__ import annotations

from domain.calendar import dutch_day
from domain.family_plan.meldcode import MeldcodeStepRecorded
from domain.family_plan.reports import (
    FeedbackGiven,
    InvestigationCompleted,
    ReportReceived,
    ReportTriaged,
)
from domain.family_plan.terms import TermExpired, TermMet, TermStarted
from domain.values import Term
from projections.summaries.base import words


@words.register
def _(event: ReportReceived) -> str:
    return f"Report by {event.report.reporter}: {event.report.text}"


@words.register
def _(event: ReportTriaged) -> str:
    return f"Report {event.report_id} triaged, {event.outcome.value}: {event.text}"


@words.register
def _(event: InvestigationCompleted) -> str:
    return f"Investigation of {event.report_id}, {event.conclusion.value}: {event.text}"


@words.register
def _(event: FeedbackGiven) -> str:
    return f"Reporter of {event.report_id} told ({event.stage.value}): {event.text}"


@words.register
def _(event: TermStarted) -> str:
    term = event.term
    return f"Term {term.kind.value} of {term.report_id} for {term.owner}, until {_day(term)}"


@words.register
def _(event: TermMet) -> str:
    when = "in time" if event.on_time else "too late"
    return f"Term {event.term.kind.value} of {event.term.report_id} met {when}"


@words.register
def _(event: TermExpired) -> str:
    term = event.term
    return (
        f"Term {term.kind.value} of {term.report_id} expired, {term.owner} had until {_day(term)}"
    )


@words.register
def _(event: MeldcodeStepRecorded) -> str:
    step = event.step
    what = "left out" if step.left_out_because else "taken"
    return f"Reporting code, step {step.step.value} {what}: {step.text}"


def _day(term: Term) -> str:
    return f"{dutch_day(term.due_at):%Y-%m-%d}"
