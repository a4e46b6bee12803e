"""Families for the tests of what is exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from domain.family_plan.core import PlanEvent
from domain.need_to_know.audience import Audience
from services.views.histories import Cut
from services.views.whole import WholeFamily
from tests.projections.strategies import START
from tests.views.test_secrets import Labelled


def whole(family_id: str, history: Labelled, audience: Audience) -> WholeFamily:
    """A family as an audience may see it."""
    cut = Cut(audience)
    for event, label in history:
        cut.take(event, label)
    return WholeFamily(family_id, audience, list(cut.seen.values()), START)


def events_of(history: Labelled) -> list[PlanEvent]:
    """The events themselves."""
    return [event for event, _ in history]


def references_in(value: Any) -> Iterator[str]:
    """All references in a piece of JSON."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for one in value.values():
            yield from references_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from references_in(one)


def resources_in(bundle: str) -> dict[str, list[dict[str, Any]]]:
    """The resources of a bundle by their types."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in json.loads(bundle)["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found
