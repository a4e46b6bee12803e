"""The store on either database: durable, one transaction, and back by itself after a cut."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder
from psycopg.sql import SQL

from domain.case_reference import CaseReference
from domain.errors import Refused
from domain.family_plan import FamilyPlan
from domain.keys import plan_id, receipt_id
from domain.receipt import EventAccepted
from domain.values import Note, Party
from domain.values.base import TEXT_LIMIT
from services.settings import Settings
from services.store.application import OnePlan, database_environment, events_table, open_application
from services.store.event_log import EventLog
from services.store.plans import change_plan
from services.store.postgres import Recorder
from tests.domain.test_family_plan import context, opened
from tests.support.events import NOW
from tests.support.postgres import drop_database, new_database


def a_receipt() -> EventAccepted:
    return EventAccepted.of(
        agency="police",
        source="urn:oneplan:agency:police",
        event_id="e1",
        event_type="nl.oneplan.plan.opened.v1",
        family_id="F1",
        body_digest="0" * 64,
        stream_sequence=1,
        recorded_at=NOW,
    )


def opened_as(family_id: str) -> FamilyPlan:
    """The plan of this family, new and not saved."""
    return FamilyPlan.open(
        family_id,
        reason="melding",
        members=(),
        parties=(Party(agency="police", task="x"),),
        context=context(),
    )


def test_an_effect_and_its_receipt_are_saved_together_or_not_at_all(application: OnePlan) -> None:
    application.save(opened(), a_receipt())
    link = CaseReference.link("police", "PL-1", "F1", context())
    with pytest.raises(IntegrityError):
        application.save(link, a_receipt())

    assert application.family_of("police", "PL-1") is None
    assert len(EventLog(application).after(0, 10)) == 2
    known = application.receipts([receipt_id("urn:oneplan:agency:police", "e1"), link.id])
    assert [receipt.event_id for receipt in known.values()] == ["e1"]


def test_what_was_saved_comes_back_as_it_was(application: OnePlan) -> None:
    plan = opened("police", "school")
    plan.close("klaar", context())
    application.save(plan)
    again = application.plan("F1")
    assert again == plan
    assert [recorded.position for recorded in EventLog(application).after(0, 10)] == [1, 2]
    assert [recorded.position for recorded in EventLog(application).after(1, 10)] == [2]
    assert EventLog(application).last_position() == 2


def test_plans_kept_in_memory_are_brought_up_to_date_in_place(application: OnePlan) -> None:
    kept = {one: opened_as(one) for one in ("F1", "F2", "F3")}
    application.save(*kept.values())
    change_plan(application, "F1", lambda plan: plan.close("klaar", context()))
    for _ in range(2):
        change_plan(application, "F3", lambda plan: plan.close("klaar", context()))
        change_plan(application, "F3", lambda plan: plan.reopen("nog een", context()))

    application.bring_up_to_date(kept.values())

    assert {one: plan.version for one, plan in kept.items()} == {"F1": 2, "F2": 1, "F3": 5}
    for family_id, plan in kept.items():
        assert plan == application.plan(family_id)
    application.bring_up_to_date([])


def test_an_empty_store_has_no_last_position(application: OnePlan) -> None:
    assert EventLog(application).last_position() == 0
    assert EventLog(application).after(0, 10) == []


def test_a_command_is_given_again_when_another_was_faster(application: OnePlan) -> None:
    application.save(opened())
    seen: list[int] = []

    def join(plan: FamilyPlan) -> None:
        if not seen:
            faster = application.plan("F1")
            assert faster is not None
            faster.agency_joins(Party(agency="halt", task="straf"), context())
            application.save(faster)
        seen.append(plan.version)
        plan.agency_joins(Party(agency="school", task="onderwijs"), context())

    assert change_plan(application, "F1", join).version == 3
    assert seen == [1, 2]


def test_a_family_without_a_plan_takes_no_command(application: OnePlan) -> None:
    with pytest.raises(Refused, match="family NOPE has no plan; open one first"):
        change_plan(application, "NOPE", lambda plan: plan.close("x", context()))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_sqlite_waits_for_the_disk_at_each_commit(application: OnePlan) -> None:
    recorder = application.recorder
    assert isinstance(recorder, SQLiteApplicationRecorder)
    with recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA synchronous")
        synchronous = cursor.fetchone()[0]
        cursor.execute("PRAGMA journal_mode")
        assert (synchronous, cursor.fetchone()[0]) == (2, "wal")


def test_a_cut_of_all_connections_is_over_within_five_seconds(
    postgres_url: str, tmp_path: Path
) -> None:
    url = new_database(postgres_url)
    keys_url = f"sqlite:///{tmp_path / 'keys.sqlite'}"
    with open_application(
        Settings(data_dir=tmp_path, database_url=url, keys_url=keys_url)
    ) as application:
        application.save(opened())
        with psycopg.connect(postgres_url, autocommit=True) as operator:
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (urlsplit(url).path.lstrip("/"),),
            )
        began = time.monotonic()
        assert application.plan("F1") is not None
        assert time.monotonic() - began < 5
    drop_database(postgres_url, url)


def test_all_services_may_open_an_empty_database_at_once(postgres_url: str, tmp_path: Path) -> None:
    url = new_database(postgres_url)
    settings = Settings(
        data_dir=tmp_path, database_url=url, keys_url=f"sqlite:///{tmp_path / 'keys.sqlite'}"
    )
    with open_application(settings):
        pass
    url = new_database(postgres_url)
    settings = settings.model_copy(update={"database_url": url})
    began = threading.Barrier(8)

    def open_it(_number: int) -> int:
        began.wait(20)
        with open_application(settings) as application:
            return EventLog(application).last_position()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_it, range(8))) == [0] * 8


def test_another_database_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="must begin with postgresql://"):
        database_environment(Settings(database_url="mysql://user@host/name"))


def test_a_batch_of_long_texts_is_saved_at_once(application: OnePlan) -> None:
    plans = [opened_as(f"F{number}") for number in range(40)]
    for plan in plans:
        plan.add_note(Note(note_id="n1", about=(), text="x" * TEXT_LIMIT), context())
    application.save(*plans)
    last = application.plan("F39")
    assert last is not None
    assert last.version == 2


# PostgreSQL would read the whole table for a hundred plans, were it asked in another way.
@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_what_is_new_of_many_plans_is_looked_up_and_not_searched_for(application: OnePlan) -> None:
    recorder = application.recorder
    assert isinstance(recorder, Recorder)
    ids = [plan_id(f"F{number}") for number in range(200)]
    recorder.insert_events([StoredEvent(ids[0], number, "t", b"x") for number in range(1, 5000)])
    with recorder.datastore.get_connection() as connection:
        statement = SQL("EXPLAIN ") + recorder.later_events()
        explained = connection.execute(statement, [ids, [4990] * len(ids)]).fetchall()
    assert "Seq Scan" not in str(explained)
    later = recorder.select_later_events(dict.fromkeys(ids, 4990))
    assert [one.originator_version for one in later] == list(range(4991, 5000))


def test_the_table_of_events_is_called_what_it_is_asked_for_as(
    settings: Settings, application: OnePlan
) -> None:
    assert events_table(settings) == application.events_table
