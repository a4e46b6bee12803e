"""The family's voice: own words, consent, objections, looking back."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Voice(PlanCore):
    """Commands about the family's voice."""
