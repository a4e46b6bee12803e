"""Why somebody looks, as far as their request says so: for the access records."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from domain.need_to_know.viewer import ViewerRole
from services.access.tracing import trace_id
from services.monitor.tracing import current_trace_id
from services.views.records import Because
from services.web.access import Asker, WhoAsks

Traceparent = Annotated[str | None, Header(description="W3C Trace Context, for your own records.")]


PURPOSE = "audit-purpose"
"""Where in the session it stands what an auditor looks for."""


def _because(request: Request, asker: WhoAsks, traceparent: Traceparent = None) -> Because:
    return Because(
        purpose=_purpose(request, asker),
        correlation_id=current_trace_id() or trace_id(traceparent),
    )


def _purpose(request: Request, asker: Asker) -> str | None:
    if asker.session is None or asker.viewer.role is not ViewerRole.AUDITOR:
        return None
    purpose: str | None = request.session.get(PURPOSE)
    return purpose


Why = Annotated[Because, Depends(_because)]
"""A route's parameter: the request that a look belongs to."""
