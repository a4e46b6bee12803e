"""Samples of conferences."""

from __future__ import annotations

from domain.events import DomainEvent


def events() -> list[DomainEvent]:
    """One event of each type."""
    return []
