"""Garbage collection in a process that runs for long and makes many small values.

Python looks for cycles each time 700 values more were made than freed: several times in each batch
of events, of which nearly all are freed without it. It goes through all modules' values, too.
"""

from __future__ import annotations

import gc

SELDOM = (10_000, 10, 10)
"""When Python looks for cycles: after so many new values, and how much more seldom among those
that stayed. Some megabytes wait for it at most."""


def collect_seldom() -> None:
    """Look for cycles less often."""
    gc.set_threshold(*SELDOM)


def load() -> None:
    """Until :func:`settle` look for none: a fifth of loading modules would be looking for them."""
    gc.disable()


def settle() -> None:
    """Look for cycles seldom from now on, and never in what is here now: it stays until the end."""
    gc.freeze()
    collect_seldom()
    gc.enable()
