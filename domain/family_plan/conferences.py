"""Case conferences: agenda, decisions, result."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Conferences(PlanCore):
    """Commands about case conferences."""
