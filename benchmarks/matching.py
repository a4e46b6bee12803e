"""Measure the matching: how often a link made by itself is right, and how many are made.

``python -m benchmarks.matching [--people 50000] [--seed 1] [--json FILE]``; `make bench-matching`
is the whole of it. Descriptions come in one after the other, as at the intake: what is linked adds
to what is known of a person, and who is new is registered. One in ten people is not in the register
when it begins, so that a stranger can be taken for somebody else.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID, uuid5

from benchmarks.population import Human, Population, population
from benchmarks.sloppiness import Agency
from domain.persons.blocking import blocking_keys
from domain.persons.description import PersonDescription
from domain.persons.judge import Certain, Doubt, KnownPerson, New, Verdict, judge

STRANGERS = 0.1
NAMESPACE = UUID("00000000-0000-5000-8000-000000000050")


@dataclass
class Figures:
    """What was measured. Shares are of all descriptions, if not said otherwise."""

    people: int
    seed: int
    registered: int
    descriptions: int = 0
    of_known_people: int = 0
    linked: int = 0
    linked_rightly: int = 0
    in_doubt: int = 0
    in_doubt_with_the_right_one: int = 0
    new: int = 0
    new_rightly: int = 0
    candidates: int = 0
    most_candidates: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of the links made by themselves, how many are right."""
        return self.linked_rightly / max(1, self.linked)

    @property
    def recall(self) -> float:
        """Of the descriptions of people who were known, how many were linked rightly."""
        return self.linked_rightly / max(1, self.of_known_people)

    @property
    def found(self) -> float:
        """Of the descriptions of people who were known, how many were linked or put in doubt."""
        found = self.linked_rightly + self.in_doubt_with_the_right_one
        return found / max(1, self.of_known_people)

    def as_object(self) -> dict[str, object]:
        """Counts and shares."""
        return {
            **{key: value for key, value in asdict(self).items() if key != "wrong"},
            "precision": round(self.precision, 6),
            "recall": round(self.recall, 4),
            "recall_with_doubt": round(self.found, 4),
            "doubt_share": round(self.in_doubt / max(1, self.descriptions), 4),
            "candidates_a_lookup": round(self.candidates / max(1, self.descriptions), 2),
            "milliseconds_a_match": round(1000 * self.seconds / max(1, self.descriptions), 3),
        }


class Register:
    """A register in memory. It knows of each person whom it stands for, to see what is wrong."""

    def __init__(self) -> None:
        self._people: dict[UUID, list[PersonDescription]] = {}
        self._blocks: dict[str, set[UUID]] = defaultdict(set)
        self.stands_for: dict[UUID, int] = {}
        self.known: set[int] = set()

    def candidates(self, description: PersonDescription) -> list[KnownPerson]:
        """Those who share a blocking key."""
        found: set[UUID] = set()
        for key in blocking_keys(description):
            found |= self._blocks.get(key, set())
        return [KnownPerson(one, tuple(self._people[one])) for one in found]

    def register(self, human: Human, description: PersonDescription) -> None:
        """Somebody new."""
        person_id = uuid5(NAMESPACE, str(len(self._people)))
        self._people[person_id] = []
        self.stands_for[person_id] = human.number
        self.known.add(human.number)
        self.describe(person_id, description)

    def describe(self, person_id: UUID, description: PersonDescription) -> None:
        """Another description of somebody known."""
        if description not in self._people[person_id]:
            self._people[person_id].append(description)
            for key in blocking_keys(description):
                self._blocks[key].add(person_id)


def measure(size: int, seed: int) -> Figures:
    """Describe as many people as there are, a tenth more than are in the register."""
    everybody = population(size, seed)
    agency = Agency(everybody, seed + 1)
    rng = Random(seed + 2)
    register = Register()
    for human in everybody.people:
        if rng.random() >= STRANGERS:
            register.register(human, agency.describe(human))
    figures = Figures(len(everybody.people), seed, len(register.known))
    for human in _in_some_order(everybody, rng):
        _one(register, human, agency.describe(human), figures)
    return figures


def _in_some_order(everybody: Population, rng: Random) -> list[Human]:
    return rng.choices(everybody.people, k=len(everybody.people))


def _one(
    register: Register, human: Human, description: PersonDescription, figures: Figures
) -> None:
    began = time.perf_counter()
    candidates = register.candidates(description)
    verdict = judge(description, candidates)
    figures.seconds += time.perf_counter() - began
    figures.descriptions += 1
    figures.candidates += len(candidates)
    figures.most_candidates = max(figures.most_candidates, len(candidates))
    figures.of_known_people += human.number in register.known
    _count(register, human, verdict, figures)
    if isinstance(verdict, New):
        register.register(human, description)
    elif isinstance(verdict, Certain):
        register.describe(verdict.candidate.person_id, description)


def _count(register: Register, human: Human, verdict: Verdict, figures: Figures) -> None:
    if isinstance(verdict, New):
        figures.new += 1
        figures.new_rightly += human.number not in register.known
    elif isinstance(verdict, Doubt):
        figures.in_doubt += 1
        candidates = {register.stands_for[one.person_id] for one in verdict.candidates}
        figures.in_doubt_with_the_right_one += human.number in candidates
    else:
        figures.linked += 1
        right = register.stands_for[verdict.candidate.person_id] == human.number
        figures.linked_rightly += right
        if not right:
            figures.wrong.append("; ".join(verdict.candidate.comparison.reasons))


def main() -> int:
    """Returns 1 when the precision is below 0.999."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    chosen = parser.parse_args()
    figures = measure(chosen.people, chosen.seed)
    found = figures.as_object()
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    width = max(map(len, found))
    lines = [f"{name:<{width}}  {value}" for name, value in found.items()]
    sys.stdout.write("\n".join([*lines, *(f"wrong: {one}" for one in figures.wrong)]) + "\n")
    return 0 if figures.precision >= 0.999 else 1


if __name__ == "__main__":
    sys.exit(main())
