"""Marked secrets: every text in a history becomes a word that occurs nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from domain.family_plan.core import PlanEvent

MARK = re.compile(r"zq\d+qz")
NOT_TEXTS = frozenset(
    {"agency", "rule", "key", "owner", "kind", "country", "postcode", "originator_topic", "unclear"}
)
"""Fields that hold a word of ours, and no free text."""
LISTS_OF_TEXTS = frozenset({"present"})
AGENCIES = ("police", "school", "halt", "shelter", None)


class Marker:
    """Replaces the texts of events by marks."""

    def __init__(self) -> None:
        self._count = 0

    def marked(self, events: Iterable[PlanEvent]) -> list[PlanEvent]:
        """The same events with a mark in the place of each text, said by changing agencies."""
        return [self._event(event, place) for place, event in enumerate(events)]

    def _event(self, event: PlanEvent, place: int) -> PlanEvent:
        marked: PlanEvent = self._model(event)
        who = event.provenance
        if who.agency is None:
            who = who.model_copy(update={"agency": AGENCIES[place % len(AGENCIES)]})
        return marked.model_copy(update={"provenance": who})

    def _model(self, model: Any) -> Any:
        changes = {
            name: self._value(name, getattr(model, name))
            for name in type(model).model_fields
            if name != "provenance"
        }
        return model.model_copy(update=changes)

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, BaseModel):
            return self._model(value)
        if isinstance(value, tuple):
            if name in LISTS_OF_TEXTS:
                return tuple(self._mark() for _ in value)
            return tuple(self._model(one) if isinstance(one, BaseModel) else one for one in value)
        if type(value) is str and not name.endswith("_id") and name not in NOT_TEXTS:
            return self._mark()
        return value

    def _mark(self) -> str:
        self._count += 1
        return f"zq{self._count:020}qz"


def marks_in(*said: object) -> set[str]:
    """The marks in what was said: models, texts, bytes."""
    return {mark for one in said for mark in MARK.findall(_text(one))}


def _text(one: object) -> str:
    if isinstance(one, BaseModel):
        return one.model_dump_json()
    return one.decode() if isinstance(one, bytes) else str(one)
