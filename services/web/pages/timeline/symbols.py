"""The shapes of the marks: what kind an incident is, how grave, and how certain."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import detroit as d3

from domain.values import Certainty, Gravity, IncidentKind

SHAPES: Mapping[IncidentKind, Any] = {
    IncidentKind.STALKING: d3.symbol_diamond,
    IncidentKind.PHYSICAL: d3.symbol_square,
    IncidentKind.PSYCHOLOGICAL: d3.symbol_circle,
    IncidentKind.SEXUAL: d3.symbol_wye,
    IncidentKind.NEGLECT: d3.symbol_triangle,
    IncidentKind.COERCIVE_CONTROL: d3.symbol_star,
    IncidentKind.PROPERTY: d3.symbol_cross,
    IncidentKind.OTHER: d3.symbol_asterisk,
    IncidentKind.UNKNOWN: d3.symbol_diamond2,
}
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
    shape = d3.symbol(SHAPES[kind], SIZES[gravity])
    shape.digits(1)
    return str(shape())
