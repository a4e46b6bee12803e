"""THE mapping table: our words to the codes of FHIR R5 (https://hl7.org/fhir/R5).

Only codes that FHIR itself binds an element to stand here. What FHIR has no code for is said in
our own code systems, never in one of another: see :func:`own`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.values import (
    AddressKind,
    AgreementEnd,
    ClosingReason,
    GoalResult,
    MeasureEnd,
    PlanStatus,
)
from services.exports.texts import Texts

OPEN = "open"
"""What has not ended: a goal, an action, an agreement, a measure."""

Row = tuple[str, str, str]
"""An element of a resource, our word, FHIR's code."""

# fmt: off
ROWS: tuple[Row, ...] = (
    ("CarePlan.status", PlanStatus.OPEN, "active"),
    ("CarePlan.status", PlanStatus.CLOSED, "completed"),
    ("CarePlan.status", ClosingReason.GOALS_REACHED, "completed"),
    ("CarePlan.status", ClosingReason.GOES_ON_WITHOUT_PLAN, "completed"),
    ("CarePlan.status", ClosingReason.FAMILY_STOPS, "revoked"),
    ("CarePlan.status", ClosingReason.MOVED_AWAY, "revoked"),
    ("CarePlan.status", ClosingReason.OTHER, "completed"),

    ("CareTeam.status", PlanStatus.OPEN, "active"),
    ("CareTeam.status", PlanStatus.CLOSED, "inactive"),

    ("Goal.lifecycleStatus", OPEN, "active"),
    ("Goal.lifecycleStatus", GoalResult.REACHED, "completed"),
    ("Goal.lifecycleStatus", GoalResult.PARTLY_REACHED, "completed"),
    ("Goal.lifecycleStatus", GoalResult.DROPPED, "cancelled"),

    # That a goal was reached in part, or let go, FHIR has no achievement for.
    ("Goal.achievementStatus", OPEN, "in-progress"),
    ("Goal.achievementStatus", GoalResult.REACHED, "achieved"),

    # Somebody agreed to do it. Whether they began, the plan does not know.
    ("Task.status of an action", OPEN, "accepted"),
    ("Task.status of an action", "completed", "completed"),
    ("Task.status of an action", "cancelled", "cancelled"),

    ("Task.status of a safety agreement", OPEN, "in-progress"),
    ("Task.status of a safety agreement", AgreementEnd.NO_LONGER_NEEDED, "completed"),
    ("Task.status of a safety agreement", AgreementEnd.REPLACED, "cancelled"),
    ("Task.status of a safety agreement", AgreementEnd.BROKEN, "failed"),

    ("ServiceRequest.status of a measure", OPEN, "active"),
    ("ServiceRequest.status of a measure", MeasureEnd.COMPLETED, "completed"),
    ("ServiceRequest.status of a measure", MeasureEnd.STOPPED_EARLY, "revoked"),
    ("ServiceRequest.status of a measure", MeasureEnd.NOT_STARTED, "revoked"),

    ("Address.use", AddressKind.HOME, "home"),
    ("Address.use", AddressKind.SHELTER, "temp"),
    ("Address.use", AddressKind.WORK, "work"),
)
# fmt: on

_TABLE = MappingProxyType({(element, ours): code for element, ours, code in ROWS})

ACHIEVEMENT = "http://terminology.hl7.org/CodeSystem/goal-achievement"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
RESTRICTED, VERY_RESTRICTED = "R", "V"
"""Of HL7's confidentiality codes: for all of a family, and for an address that is hidden."""

IDENTIFIER = "urn:oneplan:identifier:"
"""What the systems of our identifiers begin with: ``family``, ``member``, ``goal``, ..."""
OWN = "urn:oneplan:code:"
"""What our own code systems begin with, each named as the list of words it holds."""

OWN_SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "LifeDomain": "life-domain",
        "Phase": "phase",
        "Variant": "variant",
        "ClosingReason": "closing-reason",
        "GoalResult": "goal-result",
        "AgreementEnd": "agreement-end",
        "MeasureKind": "measure-kind",
        "MeasureForm": "measure-form",
        "MeasureEnd": "measure-end",
        "FamilyRole": "family-role",
        "AddressKind": "address-kind",
        "Category": "category",
        "Part": "part",
    }
)
"""Our lists of words, and the code system of each."""


def code(element: str, ours: str) -> str:
    """FHIR's code. Raises LookupError when the table has none."""
    return _TABLE[element, ours]


def code_if_any(element: str, ours: str) -> str | None:
    """FHIR's code, None where it has none for this."""
    return _TABLE.get((element, ours))


def own(word: StrEnum, texts: Texts) -> dict[str, Any]:
    """A word of ours as a coding in our own code system."""
    system = OWN + OWN_SYSTEMS[type(word).__name__]
    return {"system": system, "code": word.value, "display": texts.word(word)}


def concept(*words: StrEnum, texts: Texts, text: str | None = None) -> dict[str, Any]:
    """A CodeableConcept of our own words; without a text it is what the last word is called."""
    codings = [own(one, texts) for one in words]
    return {"coding": codings, "text": text or codings[-1]["display"]}
