"""A small history on a real database, with a notary on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.audit.evidence import Evidence, examine
from services.notary.book import Book
from services.notary.notary import Notary
from services.notary.rows import raw_rows
from services.settings import Settings
from services.store.application import OnePlan
from tests.support.events import NOW, cloud_event, incident, plan_opened
from tests.support.world import World, new_world


@dataclass
class Office:
    """A notary at work on a world."""

    world: World
    book: Book
    key: Ed25519PrivateKey
    notary: Notary
    table: str

    def write_down(self) -> int:
        """All there is."""
        count = 0
        while done := self.notary.step():
            count += done
        return count

    def examine(self) -> Evidence:
        """What an auditor finds."""
        rows = raw_rows(self.world.engine, self.table)
        return examine(rows, self.book, self.key.public_key())

    def reopened(self) -> Notary:
        """A notary that comes after this one."""
        notary = Notary(self.world.application, self.world.engine, self.book, self.key, lambda: NOW)
        notary.open()
        return notary


def more(world: World, count: int, prefix: str = "i") -> None:
    """Record incidents in two families."""
    for number in range(count):
        family = f"F{number % 2 + 1}"
        world.take(
            cloud_event("incident.recorded", incident(f"{prefix}{number}"), subject=family),
            catch_up=False,
        )


@pytest.fixture
def office(settings: Settings, application: OnePlan, tmp_path: Path) -> Iterator[Office]:
    """Two families with some incidents, all of it written down and signed."""
    key = Ed25519PrivateKey.generate()
    book = Book(tmp_path / "notary")
    with new_world(settings, application) as world:
        world.take(plan_opened("F1"), plan_opened("F2"), catch_up=False)
        more(world, 6)
        table = application.events_table
        notary = Notary(application, world.engine, book, key, lambda: NOW)
        notary.open()
        found = Office(world, book, key, notary, table)
        found.write_down()
        yield found
