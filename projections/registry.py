"""All projections, the views that are served from them, and what is watched in them."""

from __future__ import annotations

from typing import Any

from projections import agency_families, current_plan, family_timeline, lead_caseload
from projections.projection import Projection
from projections.views import AgencyView, FamilyView
from projections.watching import Watcher

ALL: tuple[Projection, ...] = (
    current_plan.projection,
    family_timeline.projection,
    lead_caseload.projection,
    agency_families.projection,
)

FAMILY_VIEWS: tuple[FamilyView[Any], ...] = (current_plan.PLAN,)
"""For the parties of a family's plan."""

AGENCY_VIEWS: tuple[AgencyView[Any], ...] = ()
"""For one agency, over all families."""

WATCHERS: tuple[Watcher, ...] = ()
"""What brings findings to the lead's attention."""
