"""What services have looked at when somebody asks whether they are ready."""

from __future__ import annotations

from collections.abc import Callable

from eventsourcing.persistence import PersistenceError
from nats.aio.client import Client

from services.monitor.vitals import Check
from services.store.application import OnePlan


def database_answers(application: OnePlan) -> Callable[[], Check]:
    """Whether the event store answers."""

    def look() -> Check:
        try:
            application.recorder.max_notification_id()
        except (PersistenceError, OSError) as error:
            return Check(ok=False, detail=type(error).__name__)
        return Check(ok=True, detail="answers")

    return look


def nats_connected(client: Client) -> Callable[[], Check]:
    """Whether there is a connection to NATS now."""

    def look() -> Check:
        up = client.is_connected
        return Check(ok=up, detail="connected" if up else "not connected")

    return look
