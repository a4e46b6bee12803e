"""Which command of the plan each event type is. Each module registers those of one concept."""

from __future__ import annotations

from functools import singledispatch

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Value


@singledispatch
def command(data: Value, plan: FamilyPlan, context: Context) -> None:
    """Give the plan the command that this data stands for. Raises DomainError."""
    raise NotImplementedError(f"no command for {type(data).__name__}")
