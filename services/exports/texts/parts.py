"""What something is in a plan: words that the domain has no list of."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """What something or somebody is in the plan, where FHIR's own word says too little."""

    PLAN = "family-plan"
    FAMILY = "family"
    LEAD = "lead-caseworker"
    PARTY = "party"
    ACTION = "action"
    SAFETY_AGREEMENT = "safety-agreement"
    CONCERN = "concern"
    OVERDUE = "overdue"
