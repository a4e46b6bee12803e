"""Whether the service lives, and whether it is ready: database, NATS, views up to date."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Annotated

import structlog
from eventsourcing.persistence import PersistenceError
from fastapi import APIRouter, Depends, Request, Response
from nats.aio.client import Client
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from projections.registry import ALL
from services.bus.connect import NotConnectedError, connect
from services.bus.credentials import CredentialsError
from services.monitor.vitals import Check, Readiness, Vitals
from services.read_model import positions
from services.read_model.engine import reading
from services.read_model.source import EventSource
from services.settings import Settings

log = structlog.get_logger(__name__)

MOST_BEHIND = 1000
"""Events that a view may be behind while the service still calls itself ready."""
PATIENCE_SECONDS = 2.0
AGAIN_SECONDS = 1.0


class Alive(BaseModel):
    """The process answers."""

    model_config = ConfigDict(frozen=True)

    alive: bool = True


class Health:
    """Looks at what the service stands on."""

    def __init__(self, engine: Engine, log_of_events: EventSource, vitals: Vitals) -> None:
        self._vitals = vitals
        self._engine = engine
        self._events = log_of_events
        self._client: Client | None = None

    async def ready(self) -> Readiness:
        """All checks, within a few seconds."""
        try:
            checks = await asyncio.wait_for(
                asyncio.to_thread(self._database_checks), PATIENCE_SECONDS
            )
        except TimeoutError:
            checks = _database_down(f"no answer within {PATIENCE_SECONDS:.0f} s")
        checks |= {"nats": self._nats_check(), "release": self._vitals.release()}
        return Readiness(ready=all(check.ok for check in checks.values()), checks=checks)

    @contextlib.asynccontextmanager
    async def watching_nats(self, settings: Settings) -> AsyncIterator[None]:
        """Keep a connection to NATS meanwhile, however long the first one takes."""
        connecting = asyncio.create_task(self._connect(settings))
        try:
            yield
        finally:
            connecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await connecting
            if self._client is not None:
                await self._client.close()

    async def _connect(self, settings: Settings) -> None:
        while True:
            try:
                self._client = await connect(settings)
            except (NotConnectedError, CredentialsError, OSError) as error:
                log.warning("web.no_nats", error=type(error).__name__, again_in=AGAIN_SECONDS)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    def found(self, name: str) -> Callable[[], Check]:
        """A check of :meth:`ready` for who asks at the monitor port, in a thread of its own."""
        return lambda: self._nats_check() if name == "nats" else self._database_checks()[name]

    def _nats_check(self) -> Check:
        connected = self._client is not None and self._client.is_connected
        return Check(ok=connected, detail="connected" if connected else "not connected")

    def _database_checks(self) -> dict[str, Check]:
        try:
            with reading(self._engine) as connection:
                connection.execute(text("SELECT 1"))
            last = self._events.last_position()
        except (SQLAlchemyError, PersistenceError, OSError) as error:
            return _database_down(type(error).__name__)
        return {"database": Check(ok=True, detail="answers"), "projections": self._views(last)}

    def _views(self, last: int) -> Check:
        try:
            with reading(self._engine) as connection:
                standings = positions.standings(connection)
        except SQLAlchemyError:
            standings = {}
        missing = [one.name for one in ALL if one.name not in standings]
        if missing:
            return Check(ok=False, detail=f"not made yet: {', '.join(missing)}")
        behind = max(0, last - min(standings[one.name].position for one in ALL))
        return Check(
            ok=behind <= MOST_BEHIND, detail=f"{behind} events behind, at most {MOST_BEHIND}"
        )


def _database_down(detail: str) -> dict[str, Check]:
    return {
        "database": Check(ok=False, detail=detail),
        "projections": Check(ok=False, detail="unknown"),
    }


async def _health(request: Request) -> Health:
    health: Health = request.app.state.health
    return health


router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live", summary="Whether the process answers")
async def live() -> Alive:
    """Always 200."""
    return Alive()


@router.get(
    "/ready",
    summary="Whether requests can be answered",
    responses={503: {"model": Readiness, "description": "A check fails; the body says which."}},
)
async def ready(health: Annotated[Health, Depends(_health)], response: Response) -> Readiness:
    """200 when the database answers, NATS is connected and the views are nearly up to date.

    The check `release` tells when this release is too old for something that a newer one wrote; all
    else is answered.
    """
    found = await health.ready()
    response.status_code = 200 if found.ready else 503
    return found
