"""Disclosure control: what may be told of counts of families, so that none can be picked out.

A count of one to nine families is never told, and must not follow from what is told either. The
rule is our working agreement: a total is told from ten families on, and how it divides is told
whole or not at all, when each part is zero or at least ten. Hiding one part only would be of no
use, since the total less the other parts gives it away.

The rule holds for any number of divisions of the same families. All that follows from two of
them about the families in a part of each is a lower and an upper bound, and these meet only
where one of the parts is empty or all of the families: then what follows is a number that was
told before, or zero.

It does not hide a family from somebody who knows all others in the group already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

SMALLEST_GROUP = 10
"""Families in the smallest group of which something is told."""

K = TypeVar("K")


def told_total(parts: Mapping[K, int]) -> int | None:
    """How many families there are in all parts together, None when that may not be told."""
    total = sum(parts.values())
    return total if total >= SMALLEST_GROUP else None


def told_parts(parts: Mapping[K, int]) -> Mapping[K, int] | None:
    """How many families there are in each part, None when that may not be told.

    Args:
        parts: each family is in one of them, and only one.
    """
    told = [_may_be_told(count) for count in parts.values()]
    return parts if told_total(parts) is not None and all(told) else None


def _may_be_told(count: int) -> bool:
    return count == 0 or count >= SMALLEST_GROUP
