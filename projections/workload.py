"""What waits for a lead in the families they lead, the most urgent family first.

What asks for attention is what the watch found: the open signals. How urgent a rule is, is our
working agreement, in the one table below: first whether somebody is in danger, then whether the
service itself keeps its word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from domain.agenda import RULES as AGENDA_RULES
from domain.agenda import DueKind
from domain.burden import NOT_HEARD, SEVERAL_VISITORS
from domain.patterns import RULES as PATTERNS
from domain.values import (
    AgencyCode,
    FamilyMember,
    MemberId,
    Phase,
    PlanStatus,
    UtcDateTime,
    Variant,
)
from projections.emergency_access import UNREVIEWED
from projections.lead_caseload import CaseRow
from projections.open_questions import OVERDUE
from projections.plan_agenda import DueView, agenda_view
from projections.plan_fold import PlanRow
from projections.plan_model import View
from projections.rows import Reader
from projections.signals import SignalView, signals_of
from projections.terms import FEEDBACK_OVERDUE, MISSED

DANGER, PATTERN, PROMISE, COURSE, BURDEN = 5, 4, 3, 2, 1
OF_DANGER = frozenset(
    {
        "widening-circle",
        "rising-gravity",
        "rising-frequency",
        "relapse-during-measure",
        "partner-violence-with-child-abuse",
    }
)
URGENCY: dict[str, int] = {
    **{rule.name: DANGER if rule.name in OF_DANGER else PATTERN for rule in PATTERNS},
    MISSED: PATTERN,
    UNREVIEWED: PATTERN,
    FEEDBACK_OVERDUE: PROMISE,
    OVERDUE: PROMISE,
    NOT_HEARD: PROMISE,
    AGENDA_RULES[DueKind.ACTION]: PROMISE,
    AGENDA_RULES[DueKind.AGREEMENT]: PROMISE,
    AGENDA_RULES[DueKind.AFTER_CARE]: COURSE,
    AGENDA_RULES[DueKind.REVIEW]: COURSE,
    AGENDA_RULES[DueKind.GOAL]: COURSE,
    SEVERAL_VISITORS: BURDEN,
}
"""How urgent a signal of each rule is, from 1 to 5."""


class Reason(View):
    """Why a family asks for attention: the open signals of one rule.

    ``level`` is the highest of them, ``latest_at`` when the last of them was found or grew, and
    ``about`` whom they are about.
    """

    rule: str
    urgency: int
    count: int
    level: int
    about: tuple[MemberId, ...]
    latest_at: UtcDateTime


class WorkloadFamily(View):
    """One family of a lead: the reasons to look at it now, and how it stands.

    ``soon`` is what has to be done in the next two weeks, ``changed_at`` when we came to know the
    last thing about the family.
    """

    family_id: str
    agency: AgencyCode
    since: UtcDateTime
    status: PlanStatus
    phase: Phase
    variant: Variant | None
    members: tuple[FamilyMember, ...]
    reasons: tuple[Reason, ...]
    soon: tuple[DueView, ...]
    next_review_on: date | None
    open_goals: int
    open_actions: int
    changed_at: UtcDateTime


class Workload(View):
    """A lead's families, the one that needs attention most first."""

    person_id: str
    families: tuple[WorkloadFamily, ...]


def workload(reader: Reader, person_id: str, agency: str, now: datetime) -> Workload:
    """What waits for this lead of this agency; nothing for somebody who leads no plan."""
    rows = reader.select(CaseRow, where={"person_id": person_id}, order=("since", "family_id"))
    found = (_family(reader, row, now) for row in rows if row.lead and row.lead.agency == agency)
    families = sorted((one for one in found if one is not None), key=_place)
    return Workload(person_id=person_id, families=tuple(families))


def reasons_of(signals: Iterable[SignalView]) -> tuple[Reason, ...]:
    """The open ones among these signals by rule, the most urgent first."""
    by_rule: defaultdict[str, list[SignalView]] = defaultdict(list)
    for one in signals:
        if one.state == "open":
            by_rule[one.rule].append(one)
    found = (_reason(rule, own) for rule, own in by_rule.items())
    return tuple(sorted(found, key=lambda one: (-one.urgency, -one.level, one.rule)))


def urgency_of(rule: str) -> int:
    """How urgent a rule is; one that nobody placed is as urgent as a promise."""
    return URGENCY.get(rule, PROMISE)


def _reason(rule: str, own: list[SignalView]) -> Reason:
    about = dict.fromkeys(member for one in own for member in one.about)
    return Reason(
        rule=rule,
        urgency=urgency_of(rule),
        count=len(own),
        level=max(one.level for one in own),
        about=tuple(about),
        latest_at=max(one.grew_at or one.raised_at for one in own),
    )


def _family(reader: Reader, row: CaseRow, now: datetime) -> WorkloadFamily | None:
    family_id = row.family_id
    agenda = agenda_view(reader, family_id, now)
    plans = reader.select(PlanRow, where={"family_id": family_id, "kind": "plan"})
    header = next((one.header for one in plans), None)
    if row.lead is None or row.since is None or agenda is None or header is None:
        return None
    members = reader.select(
        PlanRow, where={"family_id": family_id, "kind": "member"}, order=("item_id",)
    )
    return WorkloadFamily(
        family_id=family_id,
        agency=row.lead.agency,
        since=row.since,
        status=row.status,
        phase=header.phase.phase,
        variant=None if header.variant is None else header.variant.variant,
        members=tuple(FamilyMember(**one.facts) for one in members if one.told.state == "open"),
        reasons=reasons_of(signals_of(reader, family_id)),
        soon=agenda.soon,
        next_review_on=agenda.next_review_on,
        open_goals=row.open_goals,
        open_actions=row.open_actions,
        changed_at=row.changed_at,
    )


def _place(family: WorkloadFamily) -> tuple[bool, list[int], float, str]:
    """Open plans first; then by the most urgent reasons; then by what changed last."""
    # A shorter list sorts first, so its end has to be a value of its own: nothing more is urgent.
    urgencies = [*(-reason.urgency for reason in family.reasons), 0]
    return (
        family.status is not PlanStatus.OPEN,
        urgencies,
        -family.changed_at.timestamp(),
        family.family_id,
    )
