"""What the tests of the patterns share: a family, and facts about it in few words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from domain.patterns import (
    RULES,
    KnownConcern,
    KnownIncident,
    KnownMeasure,
    KnownMember,
    KnownReport,
    Picture,
)
from domain.values import (
    FamilyRole,
    Finding,
    Gravity,
    IncidentKind,
    LifeDomain,
    MeasureForm,
    MeasureKind,
)

FAMILY = (
    KnownMember(member_id="ma", role=FamilyRole.PARENT, birth_date=date(1990, 6, 1)),
    KnownMember(member_id="pa", role=FamilyRole.PARENT),
    KnownMember(member_id="ex", role=FamilyRole.EX_PARTNER, birth_date=date(1988, 1, 1)),
    KnownMember(member_id="kim", role=FamilyRole.CHILD, birth_date=date(2010, 5, 10)),
    KnownMember(member_id="bo", role=FamilyRole.CHILD),
    KnownMember(member_id="gran", role=FamilyRole.GRANDPARENT, birth_date=date(1960, 2, 2)),
    KnownMember(member_id="aunt", role=FamilyRole.RELATIVE, birth_date=date(1995, 3, 3)),
)


def noon(day: date) -> datetime:
    """Twelve o'clock UTC, which is the same day in the Netherlands."""
    return datetime.combine(day, time(12), UTC)


def incident(
    incident_id: str,
    day: date,
    by: str,
    against: str = "unknown",
    *,
    kind: IncidentKind = IncidentKind.STALKING,
    gravity: Gravity | None = None,
) -> KnownIncident:
    """An incident; several people in ``by`` or ``against`` are parted by blanks."""
    return KnownIncident(
        incident_id=incident_id,
        at=noon(day),
        kind=kind,
        by=tuple(by.split()),
        against=tuple(against.split()),
        gravity=gravity,
    )


def report(report_id: str, day: date) -> KnownReport:
    return KnownReport(report_id=report_id, at=noon(day), about=("kim",))


def concern(
    concern_id: str, day: date, life_domain: LifeDomain, about: str = "", *, is_open: bool = True
) -> KnownConcern:
    return KnownConcern(
        concern_id=concern_id,
        at=noon(day),
        life_domain=life_domain,
        about=tuple(about.split()),
        is_open=is_open,
    )


def measure(
    begins_on: date,
    ends_on: date | None = None,
    ended_on: date | None = None,
    *,
    for_members: str = "ex",
    never_began: bool = False,
) -> KnownMeasure:
    return KnownMeasure(
        measure_id="M",
        kind=MeasureKind.PENALTY,
        form=MeasureForm.HALT,
        for_members=tuple(for_members.split()),
        begins_on=begins_on,
        ends_on=ends_on,
        ended_on=ended_on,
        never_began=never_began,
    )


def found(
    rule_name: str,
    *facts: KnownIncident | KnownReport | KnownConcern | KnownMeasure,
    members: tuple[KnownMember, ...] = FAMILY,
) -> list[Finding]:
    """What the rule of that name finds among these facts."""
    (rule,) = [one for one in RULES if one.name == rule_name]
    picture = Picture(
        members=members,
        incidents=tuple(one for one in facts if isinstance(one, KnownIncident)),
        reports=tuple(one for one in facts if isinstance(one, KnownReport)),
        concerns=tuple(one for one in facts if isinstance(one, KnownConcern)),
        measures=tuple(one for one in facts if isinstance(one, KnownMeasure)),
    )
    return list(rule.findings(picture))


def proofs(finding: Finding) -> list[str]:
    """The ids of what proves it, in order."""
    return [one.item_id for one in finding.evidence]
