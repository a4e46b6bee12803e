"""How much is tried: little in ``make test``, always the same; much more in ``make fuzz``.

``ONEPLAN_FUZZ_INPUTS`` is how many inputs all parts together are given, ``ONEPLAN_FUZZ_SEED`` what
they are drawn from.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.strategies import SearchStrategy

RESULTS = Path(__file__).parents[2] / "var" / "fuzz" / "results.json"

T = TypeVar("T")


class Fuzz:
    """The inputs of this session, and what became of them."""

    def __init__(self) -> None:
        total = os.environ.get("ONEPLAN_FUZZ_INPUTS")
        self.total = None if total is None else int(total)
        self.seed = int(os.environ.get("ONEPLAN_FUZZ_SEED", "0"))
        self.results: dict[str, Any] = {}

    def inputs(self, *, few: int, share: float) -> int:
        """How many inputs a part is given: these few, or its share of the whole (0 to 1)."""
        return few if self.total is None else max(few, round(self.total * share))

    def each(
        self,
        inputs: SearchStrategy[T],
        count: int,
        check: Callable[[T], object],
        *,
        at_once: int = 2_000,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        """Check ``count`` inputs; the smallest one that fails is shown, with its seed.

        Args:
            at_once: inputs of one run of hypothesis, which remembers all of them.
            between: what is looked at after each run.
        """
        for begin in range(0, count, at_once):
            seed = self.seed + begin
            run = hypothesis.given(inputs)(_as_function(check))
            run = hypothesis.settings(
                max_examples=min(at_once, count - begin),
                deadline=None,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=tuple(HealthCheck),
            )(run)
            try:
                hypothesis.seed(seed)(run)()
                between()
            except BaseException as error:
                error.add_note(f"To see it again: ONEPLAN_FUZZ_SEED={seed}")
                raise

    def tell(self, part: str, began: float, **figures: Any) -> None:
        """Keep the figures of a part. ``began`` is from ``time.monotonic()``."""
        seconds = round(time.monotonic() - began, 1)
        self.results[part] = {"seed": self.seed, **figures, "seconds": seconds}

    def write(self) -> None:
        """Write down what was found, if this was the long way."""
        if self.total is None or not self.results:
            return
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        # The parts may be run one by one.
        earlier = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        parts = {**earlier.get("parts", {}), **self.results}
        told = {"inputs": sum(one["inputs"] for one in parts.values()), "parts": parts}
        RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _as_function(check: Callable[[T], object]) -> Callable[[T], None]:
    """Hypothesis marks the function that it runs, and a method cannot be marked."""

    def checked(one: T) -> None:
        check(one)

    return checked
