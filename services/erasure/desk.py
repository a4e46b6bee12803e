"""The desk for erasures: asked, approved, carried out, and carried out again on what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import cast

import stamina
from eventsourcing.application import AggregateNotFoundError
from eventsourcing.persistence import IntegrityError
from nats.js import JetStreamContext
from sqlalchemy import Engine

from domain.context import Context, Provenance
from domain.erasure import (
    Destroyed,
    Erasure,
    ErasureEvent,
    ErasureGround,
    ErasureRequested,
    ErasureScope,
    ErasureTarget,
    Obstacle,
)
from domain.errors import Refused
from domain.keys import erasure_key
from domain.values import Role
from services.clock import utc_now
from services.erasure.obstacles import obstacles
from services.erasure.read_model import purge_read_model
from services.erasure.streams import StreamPurge
from services.erasure.survey import Survey, survey
from services.keys.ring import CHECK_SECONDS
from services.keys.scrub import scrub
from services.keys.tables import SUBJECT_KEY
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog

FORGOTTEN_SECONDS = CHECK_SECONDS + 0.5
"""After this no process uses a destroyed key any more."""
SERVICE = "oneplan"

Clock = Callable[[], datetime]


class ErasureDesk:
    """Erasures in this store.

    Args:
        engine: of the read model.
    """

    def __init__(
        self, application: OnePlan, engine: Engine, settings: Settings, clock: Clock = utc_now
    ) -> None:
        self._application = application
        self._engine = engine
        self._settings = settings
        self._clock = clock

    def request(
        self,
        erasure_id: str,
        target: ErasureTarget,
        ground: ErasureGround,
        reason: str,
        who: Provenance,
    ) -> Erasure:
        """Ask for an erasure.

        Raises:
            LookupError: when there is no personal data of whom it is about.
            Refused: when something stands against it, or the id is taken.
        """
        against = self._obstacles(survey(self._application, target))
        erasure = Erasure.request(
            erasure_id,
            target,
            ground=ground,
            reason=reason,
            obstacles=against,
            context=self._context(who),
        )
        try:
            self._application.save(erasure)
        except IntegrityError as error:
            raise Refused("erasure", f"erasure {erasure_id} exists already") from error
        return erasure

    def approve(self, erasure_id: str, who: Provenance) -> Erasure:
        """Approve an erasure, as another person than who asked. Raises LookupError, Refused."""
        erasure = self.erasure(erasure_id)
        against = self._obstacles(survey(self._application, erasure.target))
        erasure.approve(against, self._context(who))
        self._application.save(erasure)
        return erasure

    def refuse(self, erasure_id: str, reason: str, who: Provenance) -> Erasure:
        """Decide against an erasure. Raises LookupError, Refused."""
        erasure = self.erasure(erasure_id)
        erasure.refuse(reason, self._context(who))
        self._application.save(erasure)
        return erasure

    async def carry_out(self, erasure_id: str, who: Provenance, js: JetStreamContext) -> list[str]:
        """Destroy and purge. When it breaks off it can be done again, to the same end.

        Returns:
            What could not be done, or what somebody else has to do.

        Raises:
            LookupError: when there is no such erasure.
            Refused: unless it is approved, and nothing has come to stand against it.
            ViewsDifferError, StillInUseError: when others keep the read model from being purged.
            nats.errors.Error, SQLAlchemyError, PersistenceError: when a server fails.
        """
        erasure = self.erasure(erasure_id)
        found = await asyncio.to_thread(survey, self._application, erasure.target)
        erasure.require_may_begin(self._obstacles(found))
        notes = await asyncio.to_thread(self._destroy, found.subjects, erasure_id)
        notes += await asyncio.to_thread(self._purge_views, found)
        gone = await StreamPurge(js, self._settings, found).purge()
        await asyncio.to_thread(self._put_on_record, erasure_id, found, gone, who)
        return list(dict.fromkeys(notes))

    async def reapply(self, js: JetStreamContext) -> tuple[list[str], list[str]]:
        """Carry out again what was carried out before: after a backup was put back.

        Returns:
            The ids of the erasures, and notes as :meth:`carry_out`.
        """
        done = [one for one in self.erasures() if one.status.value == "carried-out"]
        notes: list[str] = []
        surveys = [survey(self._application, one.target) for one in done]
        for erasure, found in zip(done, surveys, strict=True):
            notes += await asyncio.to_thread(self._destroy, found.subjects, erasure.erasure_id)
        if surveys:
            notes += await asyncio.to_thread(self._purge_views, *surveys)
        for found in surveys:
            await StreamPurge(js, self._settings, found).purge()
        return [one.erasure_id for one in done], list(dict.fromkeys(notes))

    def erasure(self, erasure_id: str) -> Erasure:
        """An erasure. Raises LookupError when there is none with this id."""
        try:
            erasure: Erasure = self._application.repository.get(erasure_key(erasure_id))
        except AggregateNotFoundError as error:
            raise LookupError(f"there is no erasure {erasure_id}") from error
        return erasure

    def erasures(self) -> list[Erasure]:
        """All erasures, the oldest first."""
        asked = EventLog(self._application).of_types(ErasureRequested)
        return [self.erasure(cast("ErasureRequested", one).erasure_id) for one in asked]

    def events_of(self, erasure_id: str) -> list[ErasureEvent]:
        """The history of one erasure. Raises LookupError when there is none with this id."""
        self.erasure(erasure_id)
        events = self._application.events.get(erasure_key(erasure_id))
        return [cast("ErasureEvent", one) for one in events]

    def _destroy(self, subjects: set[str], erasure_id: str) -> list[str]:
        store = self._application.keys.store
        store.destroy(store.below(subjects) | subjects, erasure_id, self._clock())
        return scrub(store.engine, (SUBJECT_KEY.name,))

    def _purge_views(self, *surveys: Survey) -> list[str]:
        self._application.keys.wait_until_forgotten(FORGOTTEN_SECONDS)
        families = {family_id for found in surveys for family_id in found.families}
        people = {found.target.person_id for found in surveys if found.target.person_id}
        return purge_read_model(self._application, self._engine, families, people)

    def _put_on_record(
        self, erasure_id: str, found: Survey, gone: dict[str, int], who: Provenance
    ) -> None:
        """The erasure and what its plans hear of it, in one transaction."""
        keys = self._application.keys.store.tombstones()
        destroyed = Destroyed(
            keys=sum(one.erasure_id == erasure_id for one in keys),
            events=found.events,
            fields=len(found.places),
            messages=gone,
        )
        for attempt in stamina.retry_context(on=IntegrityError, attempts=20, timeout=30):
            with attempt:
                erasure = self.erasure(erasure_id)
                subjects = tuple(sorted(found.subjects))
                erasure.carry_out(subjects, destroyed, found.digest, self._context(who))
                plans = [self._application.plan(one) for one in sorted(found.families)]
                for plan in plans:
                    # One that is part of another plan rests; it is told of there.
                    if plan is not None and plan.merged_into is None:
                        members, staff = _who(erasure.target)
                        service = self._context(_service(who))
                        plan.record_erasure(erasure_id, members, staff, service)
                self._application.save(erasure, *plans)

    def _obstacles(self, found: Survey) -> tuple[Obstacle, ...]:
        return obstacles(self._application, found, self._settings, self._clock())

    def _context(self, who: Provenance) -> Context:
        now = self._clock()
        return Context(provenance=who, occurred_at=now, recorded_at=now)


def _who(target: ErasureTarget) -> tuple[tuple[str, ...], str | None]:
    if target.scope is ErasureScope.MEMBER:
        return (str(target.member_id),), None
    return (), target.person_id


def _service(who: Provenance) -> Provenance:
    return who.model_copy(update={"actor": SERVICE, "role": Role.SYSTEM, "agency": None})
