"""Signals: what the service brings to the lead's attention, and what the lead does with it."""

from __future__ import annotations

from domain.family_plan.core import PlanCore


class Signals(PlanCore):
    """Commands about signals."""
