"""The id that holds all records of one request together: a trace id of W3C Trace Context.

Source: Logboek Dataverwerkingen, which takes ``trace_id`` from W3C Trace Context.
"""

from __future__ import annotations

import re
from uuid import uuid4, uuid5

from domain.keys import ONEPLAN

TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")
TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
"""Version 00 of the header (W3C Trace Context, section 3.2)."""


def trace_id(traceparent: str | None = None) -> str:
    """The asker's own trace id from their ``traceparent`` header, or a new one: 32 hex digits."""
    return traced(traceparent) or uuid4().hex


def traced(traceparent: str | None) -> str | None:
    """The trace id in a ``traceparent`` header, None when there is none or it is not valid."""
    found = None if traceparent is None else TRACEPARENT.fullmatch(traceparent)
    return None if found is None else found[1]


def as_trace_id(correlation_id: str) -> str:
    """A correlation id as a trace id: itself when it is one, else one derived from it."""
    if TRACE_ID.fullmatch(correlation_id) is not None:
        return correlation_id
    return uuid5(ONEPLAN, f"trace:{correlation_id}").hex
