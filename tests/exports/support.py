"""Families for the tests of what is exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.need_to_know.audience import Audience
from domain.need_to_know.viewer import Viewer
from services.read_model.source import RecordedEvent
from services.views.party_views import PartyViews
from services.views.past import AsOf, Past, past_of
from tests.projections.strategies import START
from tests.views.story import FAMILY
from tests.views.test_secrets import Labelled


def whole(family_id: str, history: Labelled, audience: Audience) -> Past:
    """A family as an audience may see it."""
    recorded = [RecordedEvent(place, event) for place, (event, _) in enumerate(history, start=1)]
    return past_of(family_id, audience, AsOf(), lambda _family: recorded, START)


def seen(views: PartyViews, viewer: Viewer, known_at: datetime | None = None) -> Past:
    """The family of the story as a viewer may see it."""
    (past,) = views.past(viewer, FAMILY, "export", (AsOf(known_at),))
    return past


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
