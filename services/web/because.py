"""Why somebody looks, as far as their request says so: for the access records."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request
from starsessions import get_session_handler

from domain.need_to_know.viewer import ViewerRole
from services.access.tracing import trace_id
from services.monitor.tracing import current_trace_id
from services.views.records import Because
from services.web.access import AskingViewer

Traceparent = Annotated[str | None, Header(description="W3C Trace Context, for your own records.")]


PURPOSE = "audit-purpose"
"""Where in the session it stands what an auditor looks for."""


async def _because(
    request: Request, viewer: AskingViewer, traceparent: Traceparent = None
) -> Because:
    purpose = _said(request) if viewer.role is ViewerRole.AUDITOR else None
    return Because(purpose=purpose, correlation_id=current_trace_id() or trace_id(traceparent))


def _said(request: Request) -> str | None:
    """What an auditor said to look for; whoever comes with a token said nothing."""
    if not get_session_handler(request).is_loaded:
        return None
    purpose: str | None = request.session.get(PURPOSE)
    return purpose


Why = Annotated[Because, Depends(_because)]
"""A route's parameter: the request that a look belongs to."""
