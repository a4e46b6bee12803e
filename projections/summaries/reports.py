"""The words about reports."""

from __future__ import annotations

from domain.family_plan import (
    ReportReceived,
)
from projections.summaries.base import words


@words.register
def _(event: ReportReceived) -> str:
    return f"Report by {event.report.reporter}: {event.report.text}"
