"""What is shown to somebody, and what the policy table keeps from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from domain.need_to_know.audience import Audience
from domain.need_to_know.categories import Category

V = TypeVar("V", bound=BaseModel)


@dataclass(frozen=True)
class Shown(Generic[V]):
    """A view, and how far the table lets its reader see.

    What is withheld follows from the table alone, whether or not there is such data: it tells
    nothing about the family.

    Args:
        withheld: the categories of which the reader sees nothing.
        partly: those of which the reader sees what is their own, or what was agreed to.
    """

    view: V
    withheld: tuple[Category, ...] = ()
    partly: tuple[Category, ...] = ()


def shown(view: V, audience: Audience) -> Shown[V]:
    """A view as this audience may see it."""
    return Shown(view=view, withheld=audience.withheld, partly=audience.partly)
