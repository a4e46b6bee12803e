"""The capacity model follows from what was measured, and says what was not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from benchmarks.capacity import Assumed, Group, Measured, main, needs

SEEN = (
    ("sizes", "stored: events", 2000.0),
    ("sizes", "stored: views", 3000.0),
    ("sizes", "stored: stream PLAN_EVENTS", 1000.0),
    ("sizes", "stored: stream PARTY_RECEIPTS", 400.0),
    ("sizes", "stored: stream PARTY_VIEWS", 500.0),
    ("sizes", "messages in PLAN_EVENTS", 1.5),
    ("sizes", "messages in PARTY_RECEIPTS", 1.0),
    ("sizes", "messages in PARTY_VIEWS", 0.25),
    ("sizes", "memory of nats-server a subject", 500.0),
    ("sizes", "whole service, published until everything stands still", 100.0),
    ("sizes", "stored events", 2.0),
    ("ingest-nats", "intake service, stream to receipts", 2000.0),
    ("rebuild", "rebuild of all 19 views", 1000.0),
    ("replay", "audit replay", 4000.0),
    ("latency", "plan over HTTP, 50 a second, p50", 10.0),
)
ALIKE = Assumed(groups=(Group(1.0, 100),), parties=4)


def _results(folder: Path, seen: tuple[tuple[str, str, float], ...] = SEEN) -> Path:
    figures: list[dict[str, Any]] = [
        {"benchmark": benchmark, "what": what, "database": "postgresql", "value": value}
        for benchmark, what, value in seen
    ]
    figures.append(
        {"benchmark": "replay", "what": "audit replay", "database": "sqlite", "value": 1}
    )
    results = folder / "results.json"
    results.write_text(json.dumps({"figures": figures}), encoding="utf-8")
    return results


def _amounts(families: int, measured: Measured) -> dict[str, float]:
    return {one.what: one.amount for one in needs(families, measured, ALIKE)}


def test_what_families_take_follows_from_what_an_event_takes(tmp_path: Path) -> None:
    found = _amounts(1_000_000, Measured.read(_results(tmp_path)))
    events = 100_000_000
    assert found["agency events in all"] == events / 1e6
    assert found["database"] == pytest.approx(events * 5000 / 1e9)
    # Receipts go after 90 days; of each plan a party has its last view only, of 2,000 bytes.
    bus = events * 1000 + events * 400 * 90 / 3650 + 4_000_000 * 2000
    assert found["bus, one copy"] == pytest.approx(bus / 1e9)
    subjects = events * 1.5 + events * 90 / 3650 + 4_000_000
    assert found["memory of each nats-server"] == pytest.approx(subjects * 500 / 1e9)
    assert found["rebuild of all views"] == pytest.approx(events * 2 / 1000 / 3600)
    assert found["replay of the whole history"] == pytest.approx(events * 2 / 4000 / 3600)


def test_twice_the_families_take_twice_as_much_and_whole_processes(tmp_path: Path) -> None:
    measured = Measured.read(_results(tmp_path))
    few, many = _amounts(50_000_000, measured), _amounts(100_000_000, measured)
    whole = {"intakes", "web"}
    for what in few.keys() - whole:
        assert many[what] == pytest.approx(2 * few[what]), what
    assert _amounts(1, measured)["intakes"] == 1
    assert all(many[what] == int(many[what]) > few[what] for what in whole)


def test_what_was_not_measured_is_named(tmp_path: Path) -> None:
    without = tuple(one for one in SEEN if one[0] != "rebuild")
    with pytest.raises(typer.BadParameter, match="make bench ARGS=rebuild"):
        main(results=_results(tmp_path, without))
    with pytest.raises(typer.BadParameter, match="No such file"):
        main(results=tmp_path / "nothing.json")


def test_it_is_shown_as_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(families=[1000, 2_600_000], results=_results(tmp_path))
    shown = capsys.readouterr().out
    assert "2,600,000 families |" in shown
    assert "| memory of each nats-server" in shown
