"""Why somebody looks, as far as their request says so: for the access records."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header

from services.access.tracing import trace_id
from services.monitor.tracing import current_trace_id
from services.views.records import Because

Traceparent = Annotated[str | None, Header(description="W3C Trace Context, for your own records.")]


def _because(traceparent: Traceparent = None) -> Because:
    return Because(correlation_id=current_trace_id() or trace_id(traceparent))


Why = Annotated[Because, Depends(_because)]
"""A route's parameter: the request that a look belongs to."""
