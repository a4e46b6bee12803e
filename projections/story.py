"""The story of one family: all that happened, each incident and measure as it stands now.

It is the timeline once more, in one piece, for whoever wants to see it at a glance: who did what to
whom, for how long something was tried, and what became known late.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from domain.calendar import dutch_day
from domain.values import Effect
from projections.agency_families import has_plan
from projections.agency_families import projection as agency_families
from projections.family_timeline import ORDER, TimelineEntry
from projections.family_timeline import projection as family_timeline
from projections.rows import Reader
from projections.story_model import Deed, Happening, Person, State, Story, Tried
from projections.story_texts import found, text, word
from projections.story_topics import TOPICS, Topic
from projections.views import FamilyView

LATE = timedelta(days=7)
"""Known later than this after it happened is late: our own choice, a week of handing over."""


def story(reader: Reader, family_id: str, now: datetime) -> Story | None:
    """The story of a family, or None when it has no plan."""
    if not has_plan(reader, family_id):
        return None
    entries = reader.select(TimelineEntry, where={"family_id": family_id}, order=ORDER)
    told = _Told(entries, now)
    return Story(
        family_id=family_id,
        now=now,
        people=tuple(told.people.values()),
        happenings=tuple(sorted(told.happenings(), key=lambda one: one.happened_at)),
    )


STORY = FamilyView(
    name="timeline",
    about="All that happened, with each incident and measure as it stands now.",
    model=Story,
    projections=(family_timeline, agency_families),
    read=story,
)
"""Read by the pages; other systems read the timeline itself."""


class _Told:
    """The entries of a family, and what later ones say of the incidents and measures in them."""

    def __init__(self, entries: Iterable[TimelineEntry], now: datetime) -> None:
        self._entries = list(entries)
        self._today = dutch_day(now)
        self._first = min((one.recorded_at for one in self._entries), default=now)
        self.people: dict[str, Person] = {}
        self._incidents: dict[str, dict[str, Any]] = {}
        self._ended: dict[str, dict[str, Any]] = {}
        self._effects: dict[str, list[Effect]] = {}
        for entry in sorted(self._entries, key=lambda one: one.position):
            self._take(entry.type, entry.facts)

    def happenings(self) -> Iterable[Happening]:
        """Each entry."""
        return map(self._happening, self._entries)

    def _take(self, name: str, facts: dict[str, Any]) -> None:
        for member in (*facts.get("members", ()), facts.get("member")):
            if isinstance(member, dict) and "name" in member:
                named = {one: member[one] for one in Person.model_fields}
                self.people[member["member_id"]] = Person.model_validate(named)
        match name:
            case "IncidentRecorded":
                self._incidents[facts["incident"]["incident_id"]] = dict(facts["incident"])
            case "IncidentClarified":
                clear = {key: value for key, value in facts["clear"].items() if value is not None}
                self._incidents.setdefault(facts["incident_id"], {}).update(clear)
            case "MeasureEnded":
                self._ended[facts["measure_id"]] = facts
            case "OutcomeRecorded":
                outcome = facts["outcome"]
                effects = self._effects.setdefault(outcome["measure_id"], [])
                effects.append(Effect(outcome["effect"]))

    def _happening(self, entry: TimelineEntry) -> Happening:
        deed = self._deed(entry)
        measure = self._measure(entry)
        happened_at = _happened_at(entry)
        late = entry.recorded_at - max(happened_at, self._first)
        return Happening(
            position=entry.position,
            type=entry.type,
            topic=TOPICS.get(entry.type, Topic.PLAN),
            happened_at=happened_at,
            known_at=entry.recorded_at,
            late_days=late.days if late > LATE else 0,
            agency=entry.agency,
            actor=entry.actor,
            role=entry.role,
            about=entry.about,
            by=entry.by if deed is None else deed.by,
            against=entry.against if deed is None else deed.against,
            text=text(entry.facts),
            word=word(entry),
            rule=found(entry.facts, "rule"),
            deed=deed,
            measure=measure,
        )

    def _deed(self, entry: TimelineEntry) -> Deed | None:
        if entry.type != "IncidentRecorded":
            return None
        facts = self._incidents[entry.facts["incident"]["incident_id"]]
        return Deed.model_validate({name: facts.get(name) for name in Deed.model_fields})

    def _measure(self, entry: TimelineEntry) -> Tried | None:
        if entry.type != "MeasureStarted":
            return None
        facts = entry.facts["measure"]
        ended = self._ended.get(facts["measure_id"])
        begins_on = date.fromisoformat(facts["begins_on"])
        running: State = "planned" if self._today < begins_on else "running"
        return Tried(
            name=facts["name"],
            kind=facts["kind"],
            form=facts["form"],
            begins_on=begins_on,
            last_day=facts["ends_on"] if ended is None else ended["ended_on"],
            state=running if ended is None else "ended",
            how=None if ended is None else ended["how"],
            effects=tuple(self._effects.get(facts["measure_id"], ())),
        )


def _happened_at(entry: TimelineEntry) -> datetime:
    """When it began: an incident or a talk may be told of later."""
    match entry.type:
        case "IncidentRecorded":
            began = entry.facts["incident"]["began_at"]
        case "ConversationHeld":
            began = entry.facts["conversation"]["held_at"]
        case _:
            return entry.occurred_at
    return min(entry.occurred_at, datetime.fromisoformat(began))
