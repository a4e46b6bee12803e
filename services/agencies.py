"""What kind of agency a code stands for, asked in one place."""

from __future__ import annotations

from domain.values import AgencyKind
from services.settings import Settings


def kind_of(settings: Settings, code: str) -> AgencyKind | None:
    """The kind of the agency with this code, None for one that is not of the settings."""
    return next((one.kind for one in settings.agencies if one.code == code), None)
