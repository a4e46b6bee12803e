"""How an event is told: in a title, texts and facts, with where it is from.

Told by the names of its fields, so that no part of an event can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from domain.family_plan.core import PlanEvent
from domain.family_plan.signals import SignalLapsed, SignalRaised, SignalStrengthened
from domain.family_plan.standing import TakenOver
from domain.need_to_know.naming import KINDS, ItemKey, named_in
from domain.values import (
    AgendaItem,
    Evidence,
    FamilyMember,
    Heard,
    LeadCaseworker,
    Owner,
    Party,
    ReviewDecision,
    Role,
)
from services.exports.dossier.model import Badge, Line, Source
from services.exports.dossier.wording import Wording
from services.exports.texts import Texts

NOT_TOLD = frozenset(
    {
        *PlanEvent.model_fields,
        *("originator_topic", "holdings", "names", "items", "handed_back", "steps_on"),
        *("other_version", "number", "key", "rule", "country", "term_id", "by_itself"),
        *("decision_id", "meldcode_id", "erasure_id", "person_id", "shared", "remembered"),
    }
)
"""Fields that say nothing to a reader which is not said elsewhere on the line."""
TEXTS = frozenset({"text", "words", "summary", "answer"})
"""Fields that are what the event says; all others are facts with a label."""
MEMBERS = frozenset(
    {
        *("about", "by", "against", "for_members", "with_members", "members", "shown_to"),
        *("hidden_from", "former_members", "member_id"),
    }
)
AGENCIES = frozenset({"agency", "agencies", "reporter_agency", "owner"})
NO_BREAK = "\u00a0"
LINE = 70
"""Characters of something that is named in passing."""


class Telling(Wording):
    """Tells the events of one family.

    Args:
        members: the names of the members by their ids.
        events: those that the reader sees, to name what other events are about.
    """

    def __init__(
        self, texts: Texts, members: Mapping[str, str], events: Sequence[PlanEvent]
    ) -> None:
        super().__init__(texts, members)
        self._made: dict[ItemKey, PlanEvent] = {}
        self._models: dict[type[BaseModel], Callable[[Any], str]] = {
            Owner: self.owner,
            FamilyMember: self._member,
            LeadCaseworker: self._lead,
            Party: self._party,
            Evidence: self._named,
            AgendaItem: self._named,
            ReviewDecision: self._decision,
            Heard: self._heard,
        }
        """How each value is told that is told in one piece."""
        for event in events:
            for key in named_in(event).items:
                self._made.setdefault(key, event)

    def line(
        self,
        event: PlanEvent,
        *,
        title: str | None = None,
        badge: Badge | None = None,
        more: tuple[tuple[str, str], ...] = (),
        follow: tuple[Line, ...] = (),
        but: Collection[str] = (),
    ) -> Line:
        """An event as a line, without the fields that stand around it already (``but``)."""
        told = event.original if isinstance(event, TakenOver) else event
        texts, facts = self._said(told, but)
        return Line(
            title=title or self._title(told),
            source=self.source(told),
            texts=texts,
            facts=(*facts, *more),
            badge=badge,
            follow=follow,
        )

    def source(self, event: PlanEvent) -> Source:
        """Who said it, its two times, and which event it is."""
        return Source(
            who=self.who(event),
            happened=self.moment(event.occurred_at),
            known=self.moment(event.recorded_at),
            event=event_ref(event),
        )

    def who(self, event: PlanEvent) -> str:
        """Who is behind an event: the agency, or else who acted and as what."""
        who = event.provenance
        if who.agency is not None and who.role is Role.AGENCY:
            return self.texts.agency(who.agency)
        if who.role is Role.SYSTEM:
            return self.texts.word(who.role)
        agency = "" if who.agency is None else f", {self.texts.agency(who.agency)}"
        return f"{who.actor} ({self.texts.word(who.role)}{agency})"

    def cited(self, kind: str, item_id: str) -> str:
        """Something that another line tells, named in passing: what it is and which event."""
        event = self._made.get((KINDS.get(kind, kind), item_id))
        if event is None:
            return item_id
        texts, _ = self._said(event, ())
        what = f"{self._title(event)}, {self.day(event.occurred_at)}"
        said = f": {_short(texts[0])}" if texts else ""
        return f"{what}{said}{NO_BREAK}[{event_ref(event)}]"

    def source_of_item(self, kind: str, item_id: str) -> Source | None:
        """Where an item is from, None for what the reader does not see made."""
        event = self._made.get((KINDS.get(kind, kind), item_id))
        return None if event is None else self.source(event)

    def _title(self, event: PlanEvent) -> str:
        title = self.texts.event(type(event).__name__)
        match event:
            case SignalRaised(signal=signal):
                return f"{title}: {self.texts.rule(signal.rule)}"
            case SignalStrengthened(rule=rule) | SignalLapsed(rule=rule):
                return f"{title}: {self.texts.rule(rule)}"
        return title

    def _said(
        self, event: PlanEvent, but: Collection[str]
    ) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        texts: list[str] = []
        facts: list[tuple[str, str]] = []
        for name, value in self._flat(event):
            if name in TEXTS:
                texts.append(str(value))
            elif name not in but and not self._is_own(event, name, value):
                facts.append((self.texts.field(name), self._value(name, value)))
        return tuple(texts), tuple(facts)

    def _is_own(self, event: PlanEvent, name: str, value: object) -> bool:
        """Whether this is the id of what the event itself makes."""
        return self._made.get((name.removesuffix("_id"), str(value))) is event

    def _flat(self, model: BaseModel) -> Iterator[tuple[str, Any]]:
        """The fields of an event and of the value it holds, without those that say nothing."""
        for name in type(model).model_fields:
            value = getattr(model, name)
            if name in NOT_TOLD or value is None or value == ():
                continue
            if name == "hidden_from_all" and not value:
                continue
            if isinstance(value, BaseModel) and type(value) not in self._models:
                yield from self._flat(value)
            else:
                yield name, value

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, tuple):
            values = [self._value(name, one) for one in value]
            if len(values) > 1 and isinstance(value[0], BaseModel):
                return "".join(f"\n– {one}" for one in values)
            return "; ".join(values)
        if isinstance(value, BaseModel):
            return self._models[type(value)](value)
        if isinstance(value, str) and not isinstance(value, StrEnum):
            return self._word(name, value)
        return self.plain(value)

    def _word(self, name: str, value: str) -> str:
        if name in MEMBERS:
            return self.member(value)
        if name.endswith("_id"):
            return self.cited(name.removesuffix("_id"), value)
        return self.texts.agency(value) if name in AGENCIES else value

    def _member(self, one: FamilyMember) -> str:
        born = "" if one.birth_date is None else f", * {self.day(one.birth_date)}"
        return f"{one.name} ({self.texts.word(one.role)}{born})"

    def _lead(self, one: LeadCaseworker) -> str:
        return f"{one.name} ({self.texts.agency(one.agency)})"

    def _party(self, one: Party) -> str:
        return f"{self.texts.agency(one.agency)}: {one.task}"

    def _named(self, one: Evidence | AgendaItem) -> str:
        return self.cited(one.kind, one.item_id)

    def _decision(self, one: ReviewDecision) -> str:
        goal = "" if one.goal_id is None else f" ({self.cited('goal', one.goal_id)})"
        return f"{one.text}{goal}"

    def _heard(self, one: Heard) -> str:
        heard = self.texts("was heard") if one.heard else self.texts("was not heard")
        words = "" if one.words is None else f": “{one.words}”"
        return f"{self.member(one.member_id)} {heard}{words}"


def event_ref(event: PlanEvent) -> str:
    """Which event: the beginning of its stream's id, and its number as this reader counts."""
    return f"{event.originator_id.hex[:8]}-{event.originator_version}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LINE else line[: max(line.rfind(" ", 0, LINE), 40)] + " …"
