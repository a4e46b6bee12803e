"""Logging by structlog: JSON for machines, colours for people, never personal data.

Only ids go into a log line. ``forbid_personal_data`` drops fields that could hold more.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import stamina
import structlog
from eventsourcing.persistence import IntegrityError

from services.settings import Settings

PERSONAL = frozenset(
    {
        "text",
        "name",
        "data",
        "body",
        "member",
        "birth_date",
        "reporter",
        "payload",
        "words",
        "answer",
        "summary",
        "professional",
    }
)


def forbid_personal_data(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """A structlog processor: fields that can hold personal data are named, not shown."""
    for key in PERSONAL & event.keys():
        event[key] = "(not logged)"
    return event


def faults_without_content(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """A structlog processor: an exception is logged as its type and its places in the code.

    Its message may quote what somebody sent, so it is left out.
    """
    if event.pop("exc_info", None):
        kind, _error, trace = sys.exc_info()
        event["error"] = kind.__name__ if kind else "unknown"
        event["at"] = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    return event


def _log_retry(details: stamina.instrumentation.RetryDetails) -> None:
    # Two who write to one plan at once are nothing to be warned of.
    log = structlog.get_logger("stamina")
    say = log.debug if isinstance(details.caused_by, IntegrityError) else log.warning
    say("retry", attempt=details.retry_num, error=type(details.caused_by).__name__)


def configure_logs(settings: Settings) -> None:
    """Set up structlog for this process: to stderr, UTC times."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            forbid_personal_data,
            faults_without_content,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelName(settings.log_level)
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    stamina.instrumentation.set_on_retry_hooks([_log_retry])
