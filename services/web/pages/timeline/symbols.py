"""The shapes of the marks: what kind an incident is, how grave, and how certain."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from domain.values import Certainty, Gravity, IncidentKind

SHAPES: Mapping[IncidentKind, str] = {
    IncidentKind.STALKING: "symbol_diamond",
    IncidentKind.PHYSICAL: "symbol_square",
    IncidentKind.PSYCHOLOGICAL: "symbol_circle",
    IncidentKind.SEXUAL: "symbol_wye",
    IncidentKind.NEGLECT: "symbol_triangle",
    IncidentKind.COERCIVE_CONTROL: "symbol_star",
    IncidentKind.PROPERTY: "symbol_cross",
    IncidentKind.OTHER: "symbol_asterisk",
    IncidentKind.UNKNOWN: "symbol_diamond2",
}
"""The symbols of ``detroit``, by their names."""
SIZES: Mapping[Gravity | None, int] = {
    Gravity.WORRYING: 70,
    None: 120,
    Gravity.SERIOUS: 150,
    Gravity.SEVERE: 270,
    Gravity.LIFE_THREATENING: 430,
}
"""The area of a mark, in square pixels."""
SURE: Mapping[Certainty | None, str] = {
    Certainty.ESTABLISHED: "sure",
    Certainty.TOLD: "told",
    None: "told",
    Certainty.SUSPECTED: "unsure",
    Certainty.DISPUTED: "unsure",
    Certainty.UNKNOWN: "unsure",
}
"""Full, half, or open with a broken edge."""


@cache
def path(kind: IncidentKind, gravity: Gravity | None) -> str:
    """The shape around the origin, as the ``d`` of a path."""
    import detroit as d3  # noqa: PLC0415 - see services.web.pages.timeline.sheet

    shape = d3.symbol(getattr(d3, SHAPES[kind]), SIZES[gravity])
    shape.digits(1)
    return str(shape())
