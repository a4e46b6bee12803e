"""Open questions: what is still needed for a sharper picture."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Questions(PlanCore):
    """Commands about questions."""
