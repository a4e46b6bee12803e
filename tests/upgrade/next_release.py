"""The next release: all of this one, but that a remark also says whether it was in confidence.

``python -m tests.upgrade.next_release`` runs its intake and its projector in a process of its own,
beside those of this release on the same database and the same stream.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from unittest.mock import patch

import uvloop
from eventsourcing import utils

from domain.events import EVENT_CLASSES
from domain.family_plan import NoteAdded, incidents
from domain.need_to_know.categories import CATEGORY_OF
from services.logs import configure_logs
from services.read_model.engine import open_read_engine
from services.read_model.projector import Projector
from services.run import run_service
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

VERSION = 2


class NextNoteAdded(NoteAdded):
    """A remark was put on the record, perhaps in confidence."""

    class_version: ClassVar[int] = VERSION

    in_confidence: bool = True

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Version 1 knew nothing of confidence."""
        state["in_confidence"] = False


@contextmanager
def next_release() -> Iterator[None]:
    """This process is of the next release until the end of the block."""
    with (
        patch.dict(EVENT_CLASSES, {NoteAdded.TOPIC: NextNoteAdded}),
        patch.dict(utils._topic_cache, {NoteAdded.TOPIC: NextNoteAdded}),
        patch.dict(CATEGORY_OF, {NextNoteAdded: CATEGORY_OF[NoteAdded]}),
        patch.object(incidents, "NoteAdded", NextNoteAdded),
    ):
        yield


async def _run() -> None:
    settings = Settings()
    configure_logs(settings)
    stop = threading.Event()
    with open_read_engine(settings) as engine, open_application(settings) as application:
        projector = Projector(engine, EventLog(application))
        running = asyncio.create_task(asyncio.to_thread(projector.run, stop))
        await run_service("intake", settings)
        stop.set()
        await running


if __name__ == "__main__":
    with next_release():
        uvloop.run(_run())
