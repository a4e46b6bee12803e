"""A world with two families."""

from __future__ import annotations

from tests.views.conftest import world

__all__ = ["world"]
