"""The access log: records are durable when ``note`` returns.

One thread writes. It commits whatever has come in while it was committing the last time, so many
who look at once wait for one commit together and not for one each.
"""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import structlog
from sqlalchemy import Engine, insert, select

from services.access import table
from services.access.errors import AccessNotRecorded
from services.access.page import MOST_RECORDS, AccessPage, page_of
from services.access.record import AccessRecord
from services.read_model import positions
from services.read_model.engine import open_read_engine, reading, writing
from services.settings import Settings
from services.views.errors import BadQuestion

log = structlog.get_logger(__name__)

AT_ONCE = 500
"""Records in one transaction at most."""
WAIT_SECONDS = 10.0
"""How long a reader waits for the record to be durable; then the read is refused."""
_ADD = insert(table.ACCESS).inline()
PLACE = re.compile(r"[0-9]{1,18}")
"""A record's number, as the ``next`` of a page."""


@dataclass(frozen=True)
class _Waiting:
    record: AccessRecord
    written: Future[None]


class AccessLog:
    """Writes access records and reads them back. May be used by several threads at once.

    Args:
        engine: of :func:`services.read_model.engine.create_read_engine`.
        wait: seconds that :meth:`note` waits at most.
    """

    def __init__(self, engine: Engine, *, wait: float = WAIT_SECONDS) -> None:
        self._engine = engine
        self._wait = wait
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="access-log", daemon=True)
        self._closing = threading.Lock()
        self._closed = False

    @property
    def engine(self) -> Engine:
        """The engine that it was given."""
        return self._engine

    def open(self) -> Self:
        """Create what is missing and begin to write.

        Raises:
            SQLAlchemyError: when the database cannot be reached.
        """
        with writing(self._engine) as connection:
            positions.lock_schema(connection)
            table.create(connection)
        self._writer.start()
        return self

    def close(self) -> None:
        """Write what was noted before, and stop."""
        with self._closing:
            self._closed = True
            self._queue.put(None)
        self._writer.join()

    def note(self, record: AccessRecord) -> None:
        """Put a record on disk. Once this returns, it is there for its term.

        What was refused for its time only may be written after all: too much on record harms
        nobody.

        Raises:
            AccessNotRecorded: when it cannot be written, or not in time. Show nothing then.
        """
        self.note_all((record,))

    def note_all(self, records: Sequence[AccessRecord]) -> None:
        """Put records on disk, as :meth:`note` does, and wait once for all of them."""
        waiting = [_Waiting(record, Future()) for record in records]
        with self._closing:
            if self._closed:
                raise AccessNotRecorded
            for one in waiting:
                self._queue.put(one)
        late = wait([one.written for one in waiting], self._wait).not_done
        for written in late:
            # Nobody waits for it any more, so it need not be written if it was not begun.
            written.cancel()
        if late:
            log.error("access.not_in_time", seconds=self._wait, records=len(late))
            raise AccessNotRecorded
        for one in waiting:
            error = one.written.exception()
            if error is not None:
                raise AccessNotRecorded from error

    def of_family(
        self,
        family_id: str,
        limit: int = 100,
        after: str | None = None,
        *,
        agency: str | None = None,
    ) -> AccessPage:
        """Who looked at a family, to be read; arguments and errors of :meth:`records`."""
        found = self.records(family_id, limit, after, agency=agency)
        return page_of(family_id, found, limit)

    def records(
        self, family_id: str, limit: int, after: str | None = None, *, agency: str | None = None
    ) -> list[tuple[int, AccessRecord]]:
        """The records of a family with their numbers, the latest first, and one more.

        Args:
            limit: records on a page, from 1 to 500; one more says that there is another page.
            after: the ``next`` of the page before.
            agency: only what this agency and its people did.

        Raises:
            BadQuestion: for another limit, or an ``after`` that no page gave.
            SQLAlchemyError: when the database cannot be read.
        """
        if not 1 <= limit <= MOST_RECORDS:
            raise BadQuestion("limit", f"{limit} is not between 1 and {MOST_RECORDS}")
        if after is not None and PLACE.fullmatch(after) is None:
            raise BadQuestion("after", "not a place in the list; take it from `next`")
        columns = table.ACCESS.c
        query = select(table.ACCESS).where(columns.family_id == family_id)
        if agency is not None:
            query = query.where(columns.agency == agency)
        if after is not None:
            query = query.where(columns.number < int(after))
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(columns.number.desc()).limit(limit + 1)).all()
        return [(row.number, table.to_record(row)) for row in rows]

    def _write(self) -> None:
        more = True
        while more:
            group, more = self._next_group()
            begun = [one for one in group if one.written.set_running_or_notify_cancel()]
            if not begun:
                continue
            try:
                rows = [table.to_row(one.record) for one in begun]
                with writing(self._engine) as connection:
                    # Mostly it is one, and one is not sent the longer way that many are.
                    connection.execute(_ADD, rows if len(rows) > 1 else rows[0])
            except Exception as error:
                log.exception("access.not_recorded", records=len(begun))
                for one in begun:
                    one.written.set_exception(error)
            else:
                for one in begun:
                    one.written.set_result(None)

    def _next_group(self) -> tuple[list[_Waiting], bool]:
        """What waits now, at least one; and whether there may come more."""
        group: list[_Waiting] = []
        block = True
        while len(group) < AT_ONCE:
            try:
                one = self._queue.get(block=block)
            except queue.Empty:
                break
            if one is None:
                return group, False
            group.append(one)
            block = False
        return group, True


@contextmanager
def open_access_log(settings: Settings) -> Iterator[AccessLog]:
    """The access log on the database of the settings, with connections of its own.

    Raises:
        ValueError: when ``database_url`` is not a PostgreSQL URL.
        SQLAlchemyError, OSError: when the database cannot be reached.
    """
    with open_read_engine(settings) as engine:
        access_log = AccessLog(engine).open()
        try:
            yield access_log
        finally:
            access_log.close()
