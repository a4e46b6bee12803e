"""Reports and what follows them: triage, investigation, feedback."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Reports(PlanCore):
    """Commands about reports."""
