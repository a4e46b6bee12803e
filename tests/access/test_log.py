"""The access log on both databases: durable, append-only, in pages, and refusing when it must."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import AgencyKind
from services.access import AccessLog, AccessNotRecorded, Outcome, open_access_log
from services.access.page import AccessPage, for_member
from services.access.table import ACCESS, KEPT_YEARS, to_row
from services.clock import utc_now
from services.read_model.engine import open_read_engine, reading, writing
from services.settings import Settings
from services.views.errors import BadQuestion
from tests.access.support import NOON, POLICE, record


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with open_read_engine(settings) as opened:
        yield opened


@pytest.fixture
def access_log(engine: Engine) -> Iterator[AccessLog]:
    opened = AccessLog(engine).open()
    yield opened
    opened.close()


def count(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.scalar(select(func.count()).select_from(ACCESS)) or 0


def test_what_was_noted_is_there_for_another_connection_at_once(
    access_log: AccessLog, settings: Settings
) -> None:
    access_log.note(record(known_at=NOON, emergency=True))
    with open_read_engine(settings) as other:
        assert count(other) == 1
    (entry,) = access_log.of_family("F1").entries
    assert entry.model_dump(exclude={"person_id", "member_id", "agency_kind"}) == {
        "at": NOON,
        "role": "agency",
        "agency": "police",
        "view": "plan",
        "also": (),
        "categories": ("safety", "health"),
        "purpose": "care-coordination",
        "path": "nats",
        "known_at": NOON,
        "outcome": "shown",
        "emergency": True,
        "correlation_id": "c1",
    }


def test_two_logs_write_to_one_table_and_opening_again_changes_nothing(
    access_log: AccessLog, settings: Settings, engine: Engine
) -> None:
    access_log.note(record())
    with open_access_log(settings) as other:
        other.note(record(2))
        access_log.note(record(3))
    assert [one.correlation_id for one in access_log.of_family("F1").entries] == ["c3", "c2", "c1"]
    assert count(engine) == 3


def test_what_an_earlier_release_wrote_stays_readable(engine: Engine) -> None:
    """Its table had no column for the other views of one look."""
    AccessLog(engine).open().close()
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE access_record DROP COLUMN also"))
        row = {name: value for name, value in to_row(record()).items() if name != "also"}
        connection.execute(insert(ACCESS), [row])
    opened = AccessLog(engine).open()
    opened.note(record(2, also=("signals",)))
    found = [one for _, one in opened.records("F1", limit=10)]
    opened.close()
    assert found == [record(2, also=("signals",)), record()]


def test_many_at_once_lose_nothing_and_share_commits(access_log: AccessLog, engine: Engine) -> None:
    commits: list[object] = []
    event.listen(engine, "commit", commits.append)
    with ThreadPoolExecutor(20) as readers:
        list(readers.map(lambda number: access_log.note(record(number)), range(400)))
    entries = access_log.of_family("F1", limit=500).entries
    assert sorted(one.correlation_id for one in entries) == sorted(f"c{n}" for n in range(400))
    assert len(commits) < 400


def test_a_family_in_pages_the_latest_first(access_log: AccessLog) -> None:
    for number in range(7):
        access_log.note(record(number, family_id="F1" if number % 2 == 0 else "F2"))
    found: list[str] = []
    after: str | None = None
    sizes = []
    while True:
        page = access_log.of_family("F1", 3, after)
        access_log.note(record(100))  # what comes in meanwhile does not shift the pages
        found += [one.correlation_id for one in page.entries]
        sizes.append(len(page.entries))
        if (after := page.next) is None:
            break
    assert found == ["c6", "c4", "c2", "c0"]
    assert sizes == [3, 1]
    assert access_log.of_family("F3") == AccessPage(family_id="F3", entries=(), next=None)


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_page_has_a_size(access_log: AccessLog, limit: int) -> None:
    with pytest.raises(BadQuestion, match="limit"):
        access_log.of_family("F1", limit)


@pytest.mark.parametrize("after", ["", "x", "-1", "1; DROP TABLE", "٣", "9" * 19])
def test_a_place_comes_from_a_page(access_log: AccessLog, after: str) -> None:
    with pytest.raises(BadQuestion, match="after"):
        access_log.of_family("F1", after=after)


def test_an_agency_sees_what_its_own_people_did(access_log: AccessLog) -> None:
    school = Viewer(role=ViewerRole.PROFESSIONAL, agency="school", person_id="p1")
    access_log.note(record(1))
    access_log.note(record(2, viewer=school))
    page = access_log.of_family("F1", agency="school")
    assert [(one.agency, one.person_id) for one in page.entries] == [("school", "p1")]


def test_a_member_sees_that_somebody_looked_and_not_where_another_member_is(
    access_log: AccessLog,
) -> None:
    shelter = Viewer(
        role=ViewerRole.PROFESSIONAL,
        agency="opvang-elders",
        agency_kind=AgencyKind.SHELTER,
        person_id="p1",
    )
    anna = Viewer(role=ViewerRole.FAMILY_MEMBER, family_id="F1", member_id="anna", person_id="a1")
    for viewer in (POLICE, shelter, anna):
        access_log.note(record(viewer=viewer))
    page = access_log.of_family("F1")
    seen = [(e.role, e.agency, e.person_id, e.member_id) for e in for_member(page, "rick").entries]
    assert seen == [
        ("family-member", None, None, None),
        ("professional", None, None, None),
        ("agency", "police", None, None),
    ]
    shown = for_member(page, "rick").model_dump_json()
    assert "elders" not in shown
    assert '"shelter"' not in shown
    assert for_member(page, "anna").entries[0].member_id == "anna"


STATEMENTS = (
    "UPDATE access_record SET person_id = NULL",
    "UPDATE access_record SET number = number + 100",
    "DELETE FROM access_record",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_or_remove_a_record(
    access_log: AccessLog, engine: Engine, statement: str
) -> None:
    access_log.note(record(at=utc_now()))
    before = access_log.of_family("F1")
    with pytest.raises(DBAPIError, match="access records are not"), writing(engine) as connection:
        connection.execute(text(statement))
    assert access_log.of_family("F1") == before


def test_the_database_refuses_to_replace_or_empty(access_log: AccessLog, engine: Engine) -> None:
    access_log.note(record())
    before = access_log.of_family("F1")
    if engine.dialect.name == "postgresql":
        statements = ["TRUNCATE access_record"]
    else:
        statements = ["INSERT OR REPLACE INTO access_record SELECT * FROM access_record"]
    for statement in statements:
        with (
            pytest.raises(DBAPIError, match="access records are not"),
            writing(engine) as connection,
        ):
            connection.execute(text(statement))
    assert access_log.of_family("F1") == before


def test_a_record_may_go_once_its_term_is_over(access_log: AccessLog, engine: Engine) -> None:
    now = utc_now()
    term = now.replace(year=now.year - KEPT_YEARS, day=min(now.day, 28))
    access_log.note(record(1, at=term - timedelta(days=5)))
    access_log.note(record(2, at=term + timedelta(days=5)))
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM access_record WHERE correlation_id = 'c1'"))
    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.execute(text("DELETE FROM access_record WHERE correlation_id = 'c2'"))
    assert [one.correlation_id for one in access_log.of_family("F1").entries] == ["c2"]


def test_a_number_is_not_used_again(access_log: AccessLog, engine: Engine) -> None:
    access_log.note(record(1, at=NOON - timedelta(days=365 * 20)))
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM access_record"))
    access_log.note(record(2))
    with reading(engine) as connection:
        assert connection.scalar(select(ACCESS.c.number)) == 2


def test_what_cannot_be_written_is_refused(access_log: AccessLog, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE access_record RENAME TO elsewhere"))
    with pytest.raises(AccessNotRecorded) as refused:
        access_log.note(record())
    assert "nothing is shown" in refused.value.reason
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO access_record"))
    access_log.note(record(2))
    assert [one.correlation_id for one in access_log.of_family("F1").entries] == ["c2"]


def test_what_is_not_written_in_time_is_refused(engine: Engine) -> None:
    slow = AccessLog(engine, wait=0.3).open()
    holds, done = threading.Event(), threading.Event()

    def hold() -> None:
        with writing(engine) as connection:
            connection.execute(insert(ACCESS), [to_row(record(1))])
            if engine.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE access_record IN EXCLUSIVE MODE"))
            holds.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    assert holds.wait(20)
    try:
        with pytest.raises(AccessNotRecorded):
            slow.note(record(2, outcome=Outcome.SHOWN))
    finally:
        done.set()
        holder.join()
        slow.close()


def test_a_closed_log_refuses_and_has_written_what_came_before(engine: Engine) -> None:
    closing = AccessLog(engine).open()
    refused: list[str] = []

    def note(number: int) -> None:
        try:
            closing.note(record(number))
        except AccessNotRecorded:
            refused.append(f"c{number}")

    with ThreadPoolExecutor(10) as readers:
        for number in range(100):
            readers.submit(note, number)
        closing.close()
    with pytest.raises(AccessNotRecorded):
        closing.note(record(1000))
    written = [one.correlation_id for one in closing.of_family("F1", limit=500).entries]
    assert sorted([*written, *refused]) == sorted(f"c{number}" for number in range(100))


def test_the_schema_is_made_once_when_many_open_at_once(settings: Settings) -> None:
    def open_and_note(number: int) -> None:
        with open_access_log(settings) as opened:
            opened.note(record(number))

    with ThreadPoolExecutor(4) as openers:
        list(openers.map(open_and_note, range(4)))
    with open_read_engine(settings) as engine:
        assert count(engine) == 4
