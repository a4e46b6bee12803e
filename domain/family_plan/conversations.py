"""Conversations with the family."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Conversations(PlanCore):
    """Commands about conversations."""
