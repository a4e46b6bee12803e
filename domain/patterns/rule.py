"""What a rule over a family's picture is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.patterns.picture import Happened, Picture
from domain.values import Evidence, Finding

FAMILY = "family"
"""The key of a rule that finds at most one thing in a family."""

L = TypeVar("L")


@dataclass(frozen=True)
class Seen:
    """What a rule sees: a :class:`domain.values.Finding` without the rule's name."""

    key: str
    detail: str
    evidence: tuple[Evidence, ...]
    level: int = 1
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule(Generic[L]):
    """A pattern to look for.

    Args:
        name: the rule's id, for ever.
        title: what the lead reads, in English and in Dutch.
        sentence: what it looks for; ``{name}`` stands for the limit of that name.
        source: where the pattern comes from, and where its limits do.
        limits: the thresholds and other choices, as named values.
        look: what it sees in a picture, each key once.
    """

    name: str
    title: str
    title_nl: str
    sentence: str
    source: str
    limits: L
    look: Callable[[Picture, L], Iterator[Seen]]

    @property
    def looks_for(self) -> str:
        """What it looks for, with its limits."""
        return self.sentence.format(**vars(self.limits))

    def findings(self, picture: Picture) -> Iterator[Finding]:
        """What it finds in a picture."""
        for seen in self.look(picture, self.limits):
            yield Finding(rule=self.name, **vars(seen))


def proof(things: Iterable[Happened]) -> tuple[Evidence, ...]:
    """Things as evidence, each once, in the order in which they happened."""
    when = {thing.evidence: thing.at for thing in things}
    return tuple(sorted(when, key=lambda one: (when[one], one.kind, one.item_id)))
