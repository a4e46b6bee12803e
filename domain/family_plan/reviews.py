"""Reviews, the variant and the phases of the plan."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Reviews(PlanCore):
    """Commands about reviews, variant and phases."""
