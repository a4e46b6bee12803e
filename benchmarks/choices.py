"""What is chosen on the command line."""

from __future__ import annotations

import cProfile
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Choices:
    """How much is measured. Each benchmark takes of it what it needs."""

    events: int = 4000
    families: int = 200
    repeats: int = 2
    batch: int = 200
    seed: int = 1
    large_store: int = 100_000
    large_family: int = 10_000
    rate: int = 200
    """Events or requests a second where a rate is held."""
    seconds: int = 10
    """How long a rate is held."""
    profile: cProfile.Profile | None = None
    """What looks into the intake as it works; its figures are no figures then."""

    def profiled(self) -> AbstractContextManager[object]:
        """Look into this block if that was asked for."""
        return nullcontext() if self.profile is None else self.profile

    def as_object(self) -> dict[str, Any]:
        """All of it as JSON, but for the profile."""
        names = [one.name for one in fields(self) if one.name != "profile"]
        return {name: getattr(self, name) for name in names}
