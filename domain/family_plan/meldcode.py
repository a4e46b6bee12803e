"""The five steps of the reporting code."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Meldcode(PlanCore):
    """Commands about the reporting code."""
