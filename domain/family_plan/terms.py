"""Terms: what has to be done by when; a term expires once."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Terms(PlanCore):
    """Commands about terms."""
