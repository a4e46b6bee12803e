"""Identifiers derived from what they identify, so that everyone derives the same one.

Version 5 UUIDs (RFC 9562, section 5.5): the same name always gives the same id, which makes
"one plan per family" and "one receipt per event" properties of the event store's primary key.
"""

from __future__ import annotations

from uuid import UUID, uuid5

ONEPLAN = UUID("5f0c9f2e-6d0b-5c1a-9a53-0f6b7f6e1d11")


def plan_id(family_id: str) -> UUID:
    """The id of the one plan of this family."""
    return uuid5(ONEPLAN, f"plan:{family_id}")


def receipt_id(source: str, event_id: str) -> UUID:
    """The id of the receipt for one event: CloudEvents 1.0 makes ``source`` + ``id`` unique."""
    return uuid5(ONEPLAN, f"receipt:{source} {event_id}")


def case_reference_id(agency: str, reference: str) -> UUID:
    """The id of the link from an agency's own case reference to a family."""
    return uuid5(ONEPLAN, f"case-reference:{agency} {reference}")


def erasure_key(erasure_id: str) -> UUID:
    """The id of an erasure as an aggregate."""
    return uuid5(ONEPLAN, f"erasure:{erasure_id}")


def legal_hold_key(family_id: str) -> UUID:
    """The id of what keeps a family's data from being erased."""
    return uuid5(ONEPLAN, f"legal-hold:{family_id}")


def plan_key(family_id: str) -> str:
    """What an event waits for while its family has no plan."""
    return f"plan:{family_id}"


def open_plan_key(family_id: str) -> str:
    """What an event waits for while its family's plan is closed."""
    return f"open-plan:{family_id}"


def reference_key(agency: str, reference: str) -> str:
    """What an event waits for while nobody knows whose case reference it names."""
    return f"reference:{agency}:{reference}"


def item_key(family_id: str, kind: str, item_id: str) -> str:
    """What an event waits for while the member, goal, action or concern it names is unknown."""
    return f"{kind}:{family_id}:{item_id}"


def question_id(family_id: str, incident_id: str, unclear: str, number: int = 1) -> str:
    """The id of the ``number``-th question that an incident's unclear fact (``by``, ...) raises."""
    again = f":{number}" if number > 1 else ""
    return f"q-{uuid5(ONEPLAN, f'question:{family_id}:{incident_id}:{unclear}{again}').hex[:16]}"


def signal_id(family_id: str, rule: str, key: str, number: int) -> str:
    """The id of the ``number``-th signal (from 1) that a rule raises in a family about a key."""
    return f"s-{uuid5(ONEPLAN, f'signal:{family_id}:{rule}:{key}:{number}').hex[:16]}"


def term_id(family_id: str, kind: str, report_id: str) -> str:
    """The id of the term of this kind that runs on this report."""
    return f"t-{uuid5(ONEPLAN, f'term:{family_id}:{kind}:{report_id}').hex[:16]}"


def person_id(name: str) -> UUID:
    """The id of a person: of who has a BSN by its pseudonym, else by who named them first."""
    return uuid5(ONEPLAN, f"person:{name}")


def match_question_id(agency: str, person_reference: str) -> UUID:
    """The id of the question who an agency means by its own reference of a person."""
    return uuid5(ONEPLAN, f"match:{agency} {person_reference}")
