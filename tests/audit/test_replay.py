"""The history as an auditor gets it: what was asked for, in each form, and gone on with."""

from __future__ import annotations

import csv
import json
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import Notification
from pyarrow import parquet

from domain.context import Context, Provenance
from domain.events import DomainEvent
from domain.family_plan import FamilyPlan
from domain.family_plan.core import PlanEvent
from domain.receipt import EventAccepted
from domain.values import Note, Party, Role
from services.audit import formats
from services.audit.formats import COLUMNS, Format, Unfit, json_line, open_sink
from services.audit.replay import Chosen, HistoryEntry, replay
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog
from services.store.mapper import OrjsonTranscoder, PydanticMapper
from services.store.told import Told
from tests.golden.samples import sample_events
from tests.scenarios import simulate
from tests.support.events import NOW, cloud_event, incident, plan_opened
from tests.support.world import new_world


@pytest.fixture
def log(settings: Settings, application: OnePlan) -> Iterator[EventLog]:
    """Two families, of which the police and the school tell something on two days."""
    with new_world(settings, application) as world:
        world.take(plan_opened("F1"), plan_opened("F2"), catch_up=False)
        later = NOW + timedelta(days=1)
        for number, agency in enumerate(["police", "school", "police", "school"]):
            told = cloud_event(
                "incident.recorded",
                incident(f"i{number}"),
                agency=agency,
                subject=f"F{number // 2 + 1}",
            )
            world.take(told, now=later, catch_up=False)
        yield EventLog(application)


def entries(log: EventLog, **chosen: object) -> list[HistoryEntry]:
    return list(replay(log, Chosen.model_validate(chosen)))


def test_everything_is_shown_in_its_order(log: EventLog) -> None:
    shown = entries(log)
    assert [one.position for one in shown] == sorted(one.position for one in shown)
    assert len(shown) == 2 * 2 + 4 * 3
    assert {one.type for one in shown} == {
        "PlanOpened",
        "EventAccepted",
        "IncidentRecorded",
        "QuestionAsked",
    }


class Rows:
    """A history whose rows are made of events when it is asked."""

    def __init__(self, events: Sequence[DomainEvent]) -> None:
        self._events = events

    def told_after(self, position: int, limit: int) -> list[Told]:
        mapper = PydanticMapper(transcoder=OrjsonTranscoder())
        some = list(enumerate(self._events, start=1))[position : position + limit]
        return [
            mapper.to_told(Notification(**vars(mapper.to_stored_event(event)), id=place))
            for place, event in some
        ]


def line_of(position: int, event: Any) -> bytes:
    """What stands in a file of the history, by way of the domain event."""
    about = getattr(event, "target", event)
    is_receipt = isinstance(event, EventAccepted)
    own = {"originator_id", "originator_version", "timestamp", "originator_topic"}
    entry = HistoryEntry(
        position=position,
        aggregate_id=str(event.originator_id),
        version=event.originator_version,
        type=type(event).__name__,
        family_id=getattr(about, "family_id", None),
        recorded_at=event.recorded_at,
        occurred_at=event.recorded_at if is_receipt else event.occurred_at,
        agency=event.agency if is_receipt else event.provenance.agency,
        facts=event.model_dump(mode="json", exclude=own),
    )
    return json_line(entry)


def test_what_is_stored_is_shown_as_the_events_would_be_byte_for_byte(log: EventLog) -> None:
    recorded = [line_of(one.position, one.event) for one in log.after(0, 1000)]
    assert [json_line(one) for one in replay(log)] == recorded
    stories = sorted(Path(simulate.__file__).parent.glob("*.jsonl"))
    plans = (simulate.simulate(simulate.read(story)).plans for story in stories)
    told = [fact for each in plans for plan in each.values() for fact in simulate.facts(plan)]
    events = [*sample_events(), *told]
    shown = [json_line(one) for one in replay(Rows(events))]
    assert shown == [line_of(place, one) for place, one in enumerate(events, start=1)]


@pytest.mark.parametrize(
    ("chosen", "is_one"),
    [
        ({"family_id": "F2"}, lambda one: one.family_id == "F2"),
        ({"agency": "school"}, lambda one: one.agency == "school"),
        ({"since": NOW + timedelta(hours=1)}, lambda one: one.recorded_at > NOW),
        ({"until": NOW}, lambda one: one.recorded_at == NOW),
        ({"after": 5}, lambda one: one.position > 5),
        (
            {"family_id": "F1", "agency": "police", "until": NOW},
            lambda one: (one.family_id, one.agency, one.recorded_at) == ("F1", "police", NOW),
        ),
    ],
)
def test_what_was_asked_for_is_shown_and_nothing_else(
    log: EventLog, chosen: dict[str, object], is_one: Callable[[HistoryEntry], bool]
) -> None:
    shown = entries(log, **chosen)
    assert shown == [one for one in entries(log) if is_one(one)]
    assert 0 < len(shown) < len(entries(log))


FORMS = [Format.JSONL, Format.CSV, Format.PARQUET]


def written(form: Format, path: Path, shown: Sequence[HistoryEntry]) -> int:
    """Write these down; returns after which position it went on."""
    with open_sink(form, path) as sink:
        for entry in shown:
            if entry.position > sink.resumed_after:
                sink.write(entry)
        return sink.resumed_after


def read_back(form: Format, path: Path) -> list[HistoryEntry]:
    """By programs that know nothing of ours."""
    if form is Format.JSONL:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    elif form is Format.CSV:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [{**row, "agency": row["agency"] or None} for row in csv.DictReader(file)]
    else:
        rows = parquet.read_table(path).to_pylist()
    return [
        HistoryEntry.model_validate(
            {**row, "facts": json.loads(row["facts"]) if form is not Format.JSONL else row["facts"]}
        )
        for row in rows
    ]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_down_is_read_back_whole(
    log: EventLog, form: Format, tmp_path: Path
) -> None:
    shown = entries(log)
    assert written(form, tmp_path / "history", shown) == 0
    assert read_back(form, tmp_path / "history") == shown
    files = list((tmp_path / "history").rglob("*")) or [tmp_path / "history"]
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("whole", [0, 1, 7, 16])
def test_a_run_that_was_broken_off_is_gone_on_with(
    log: EventLog, form: Format, whole: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "PART_ENTRIES", 3)
    shown, path = entries(log), tmp_path / "history"
    written(form, path, shown[:whole])
    if form is Format.PARQUET:
        (path / "part-x.part").write_bytes(b"half a file")
    else:
        with path.open("ab") as file:
            file.write(b'{"position": 99999, "agg')
    assert written(form, path, shown) == (shown[whole - 1].position if whole else 0)
    assert read_back(form, path) == shown
    assert written(form, path, shown) == shown[-1].position
    assert read_back(form, path) == shown


@pytest.mark.parametrize(
    ("form", "content"),
    [
        (Format.JSONL, b"some text of somebody\n"),
        (Format.JSONL, b'["a list"]\n'),
        (Format.CSV, b"name,age\nAnna,30\n"),
        (Format.JSONL, b"x" * (5 * 1024 * 1024)),
    ],
)
def test_somebody_elses_file_is_not_written_to(
    form: Format, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "history"
    path.write_bytes(content)
    with pytest.raises(Unfit, match=str(path)):
        open_sink(form, path)
    assert path.read_bytes() == content


def test_somebody_elses_folder_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(Unfit, match="holds other files"):
        open_sink(Format.PARQUET, tmp_path)


class LongHistory:
    """Very many events of one plan, made when they are asked for."""

    def __init__(self, count: int) -> None:
        self._count = count
        opened = FamilyPlan.open(
            "F1",
            reason="Zorgen.",
            members=(),
            parties=(Party(agency="school", task="les"),),
            context=_context(),
        )
        opened.add_note(Note(note_id="n", text="Stug contact. " * 20), _context())
        event = opened.pending_events[-1]
        assert isinstance(event, PlanEvent)
        self._event = event

    def told_after(self, position: int, limit: int) -> list[Told]:
        last = min(position + limit, self._count)
        return [
            Told.of(number, self._event.model_copy(update={"originator_version": number}))
            for number in range(position + 1, last + 1)
        ]

    def last_position(self) -> int:
        return self._count


def _context() -> Context:
    who = Provenance(
        actor="school", role=Role.AGENCY, agency="school", correlation_id="c", causation_id="c"
    )
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    return Context(provenance=who, occurred_at=moment, recorded_at=moment)


@pytest.mark.parametrize("form", FORMS)
def test_memory_does_not_grow_with_the_history(
    form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "PART_ENTRIES", 100)
    monkeypatch.setattr("services.audit.replay.PAGE", 200)

    def peak(count: int) -> int:
        tracemalloc.start()
        with open_sink(form, tmp_path / f"{form}-{count}") as sink:
            for entry in replay(LongHistory(count)):
                sink.write(entry)
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(600)  # what is imported and compiled at first use
    assert peak(1800) < 1.2 * peak(600)


def test_the_names_of_the_columns_are_those_of_the_entries() -> None:
    assert tuple(HistoryEntry.model_fields) == COLUMNS
