"""All projections."""

from __future__ import annotations

from projections import agency_families, current_plan, family_timeline, lead_caseload
from projections.projection import Projection

ALL: tuple[Projection, ...] = (
    current_plan.projection,
    family_timeline.projection,
    lead_caseload.projection,
    agency_families.projection,
)
