"""What happens again: repeat reports, and incidents while a measure runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from domain.calendar import dutch_day
from domain.patterns.periods import within_months
from domain.patterns.picture import Picture, known
from domain.patterns.rule import FAMILY, Seen, proof
from domain.values import IncidentKind


@dataclass(frozen=True)
class RepeatLimits:
    """Args:
    months: how long after an earlier report the next one is a repeat report.
    """

    months: int


@dataclass(frozen=True)
class RelapseLimits:
    """Args:
    kinds: incidents that count.
    """

    kinds: frozenset[IncidentKind]


def repeat_report(picture: Picture, limits: RepeatLimits) -> Iterator[Seen]:
    """Reports that came not long after another report. Each repeat report is one level.

    What proves it is the repeat reports and those they came after.
    """
    repeats = [
        (earlier, later)
        for earlier, later in pairwise(picture.reports)
        if within_months(dutch_day(earlier.at), dutch_day(later.at), limits.months)
    ]
    if not repeats:
        return
    reports = list(dict.fromkeys(one for pair in repeats for one in pair))
    yield Seen(
        key=FAMILY,
        level=len(repeats),
        about=known(member for one in reports for member in one.about),
        detail=f"repeat reports within {limits.months} months of an earlier one: {len(repeats)}, "
        f"the last on {dutch_day(reports[-1].at)}",
        evidence=proof(reports),
    )


def relapse_during_measure(picture: Picture, limits: RelapseLimits) -> Iterator[Seen]:
    """Somebody does something while a measure for them runs. Each incident is one level."""
    for measure in picture.measures:
        again = [
            one
            for one in picture.incidents
            if one.kind in limits.kinds
            and not set(measure.for_members).isdisjoint(one.doers)
            and measure.runs_on(one.day)
        ]
        if not again:
            continue
        doers = {doer for one in again for doer in one.doers}
        yield Seen(
            key=measure.measure_id,
            level=len(again),
            about=tuple(one for one in known(measure.for_members) if one in doers),
            detail=f"incidents while the {measure.form} ({measure.kind}) that began on "
            f"{measure.begins_on} ran: {len(again)}, the last on {again[-1].day}",
            evidence=(measure.evidence, *proof(again)),
        )
