"""The subjects of the bus: who may write where follows from their second token."""

from __future__ import annotations

import re
from typing import TypeGuard

UNKNOWN_FAMILY = "unknown"
UNREADABLE_TYPE = "unreadable"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")
_TYPE = re.compile(r"[A-Za-z0-9_-]{1,100}(\.[A-Za-z0-9_-]{1,100}){0,9}")


def is_token(value: object) -> TypeGuard[str]:
    """Whether this can stand as one token of a subject."""
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def is_type(value: object) -> TypeGuard[str]:
    """Whether this can stand as an event type, that is as 1 to 10 tokens."""
    return isinstance(value, str) and _TYPE.fullmatch(value) is not None


def agency_subject(agency: str, family: str, type_: str) -> str:
    """Where an agency publishes an event. Raises ValueError for what is no token."""
    if not is_type(type_):
        raise ValueError("an event type has 1 to 10 tokens of letters, digits, - and _")
    return f"agency.{_token(agency)}.{_token(family)}.{type_}"


def receipt_subject(agency: str, event_id: str) -> str:
    """Where the receipt of an event goes. Raises ValueError for what is no token."""
    return f"party.{_token(agency)}.receipt.{_token(event_id)}"


def plan_subject(agency: str, family: str) -> str:
    """Where an agency's view of a plan goes. Raises ValueError for what is no token."""
    return f"party.{_token(agency)}.plan.{_token(family)}"


def conference_subject(agency: str, family: str, conference: str) -> str:
    """Where an agency gets the result of a conference. Raises ValueError for what is no token."""
    return f"party.{_token(agency)}.conference.{_token(family)}.{_token(conference)}"


def conference_subjects(agency: str, family: str) -> str:
    """All of an agency's conference results of a family. Raises ValueError for what is no token."""
    return f"party.{_token(agency)}.conference.{_token(family)}.>"


def feedback_subject(agency: str, report: str) -> str:
    """Where an agency hears what came of a report. Raises ValueError for what is no token.

    The family is not named here: who reported need not be a party of its plan.
    """
    return f"party.{_token(agency)}.feedback.{_token(report)}"


def rejected_subject(agency: str, sequence: int) -> str:
    """Where a rejected event is kept. Raises ValueError for what is no token."""
    return f"deadletter.rejected.{_token(agency)}.{sequence}"


def held_subject(agency: str, sequence: int) -> str:
    """Where an event waits for what it names. Raises ValueError for what is no token."""
    return f"deadletter.held.{_token(agency)}.{sequence}"


def _token(value: str) -> str:
    if not is_token(value):
        raise ValueError("a subject token has 1 to 128 letters, digits, - and _")
    return value
