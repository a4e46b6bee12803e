"""Measures: help and penalties, how they ended and what they did."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Measures(PlanCore):
    """Commands about measures."""
