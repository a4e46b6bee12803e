"""Strengths and safety agreements."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Agreements(PlanCore):
    """Commands about strengths and safety agreements."""
