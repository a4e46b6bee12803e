"""The one clock of the services. The domain is given the time."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The moment at which a service comes to know something (UTC)."""
    return datetime.now(UTC)
