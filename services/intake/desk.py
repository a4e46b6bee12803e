"""The intake desk: takes deliveries, keeps what cannot be taken, tells senders, lets held ones go.

Order matters: commit, then keep the dead letters, then send the receipts; only then may the
caller acknowledge. A crash at any point leads to a new delivery with the same outcome.

The receipts are a chore for afterwards: the next batch may be decided on meanwhile. The dead
letters are not: the next batch must know what is on hold. Who is on hold is told before its letter
is kept: once that is there, any worker may let it go and tell its sender, which is the last word.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from nats.aio.client import Client

from services.bus.stored import delete_stored
from services.bus.streams import AGENCY_EVENTS
from services.bus.subjects import receipt_subject
from services.bus.together import Outgoing, publish_together
from services.clock import utc_now
from services.contracts.receipt import Status
from services.contracts.schemas import place_in_event
from services.intake.dead_letters import HELD, DeadLetter, DeadLetters
from services.intake.delivery import Delivery, Outcome
from services.intake.intake import Intake
from services.intake.knowledge import is_known
from services.monitor.tracing import traces
from services.newer import NewerEventError
from services.store.application import OnePlan

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
Chore = Callable[[], Awaitable[None]]

LETTERS_AT_ONCE = 100
"""Dead letters that are taken again in one batch."""
PUBLISH_SECONDS = 10
"""How long to wait for the server to confirm receipts."""


@dataclass(frozen=True)
class Decided:
    """A batch that was decided on, and is not to be acknowledged before its chores are done.

    None among the outcomes stands where a delivery was left: it is about what a newer release has
    written to, and is for a newer intake to decide on. It must be handed back.
    """

    outcomes: list[Outcome | None]
    chores: list[Chore]

    async def tell(self) -> None:
        """Do the chores. Raises nats.errors.Error when the server failed."""
        for chore in self.chores:
            await chore()


class Desk:
    """One intake worker's hands. Batches are taken one at a time."""

    def __init__(
        self,
        application: OnePlan,
        intake: Intake,
        client: Client,
        clock: Clock = utc_now,
    ) -> None:
        self._application = application
        self._intake = intake
        self._client = client
        self._jetstream = client.jetstream()
        self._letters = DeadLetters(self._jetstream)
        self._clock = clock
        self._waiting: dict[str, set[int]] = defaultdict(set)
        self._chores: list[Chore] = []
        self._one_at_a_time = asyncio.Lock()
        self._looked_up_to = 0
        self.newer: NewerEventError | None = None
        """Why the last delivery was left that is for a newer intake."""

    async def decide(self, deliveries: Sequence[Delivery]) -> Decided:
        """Decide on a batch and save what came of it; its senders are still to be told.

        Args:
            deliveries: in the order of the stream.

        Raises:
            PersistenceError, nats.errors.Error: when the database or the server failed; nothing
                may be acknowledged then.
        """
        async with self._one_at_a_time:
            try:
                outcomes = await self._take(deliveries)
            finally:
                chores = self._chores_so_far()
        return Decided(outcomes, chores)

    async def look_what_is_held(self) -> None:
        """Learn what others have put on hold since the last look, here or in :meth:`sweep`."""
        async with self._one_at_a_time:
            await self._look_at_letters(self._looked_up_to)

    async def sweep(self) -> int:
        """Let go of every held event whose key is known by now; returns how many were taken.

        Needed where a worker stopped between its commit and its release, and where two workers
        crossed: one put an event on hold while the other committed what it waits for.
        """
        async with self._one_at_a_time:
            await self._look_at_letters()
            known = await asyncio.to_thread(self._known_keys)
            released = await self._release(known)
            await self._do_chores()
            return released

    async def resubmit(self, letters: Sequence[DeadLetter]) -> list[Outcome | None]:
        """Take dead letters again, as if they had just arrived, with their own sequence.

        One that is for a newer intake, None, stays where it is.
        """
        in_order = sorted(letters, key=_sequence)
        outcomes: list[Outcome | None] = []
        async with self._one_at_a_time:
            # All at once the server would be asked to keep thousands within one patience.
            for begin in range(0, len(in_order), LETTERS_AT_ONCE):
                some = in_order[begin : begin + LETTERS_AT_ONCE]
                outcomes += await self._take_letters(some)
                await self._do_chores()
        return outcomes

    async def _look_at_letters(self, after: int = 0) -> None:
        last = await self._letters.last_place()
        if last > after:
            async for letter in self._letters.letters(HELD, after):
                self._await_keys_of(letter)
        self._looked_up_to = last

    async def _do_chores(self) -> None:
        for chore in self._chores_so_far():
            await chore()

    def _chores_so_far(self) -> list[Chore]:
        chores, self._chores = self._chores, []
        return chores

    async def _take(self, deliveries: Sequence[Delivery]) -> list[Outcome | None]:
        outcomes: list[Outcome | None] = []
        while len(outcomes) < len(deliveries):
            try:
                taken = await self._take_some(deliveries[len(outcomes) :])
            except NewerEventError as error:
                self.newer = error
                outcomes.append(None)
                continue
            outcomes += taken
            await self._release(key for outcome in taken for key in outcome.made_known)
        return outcomes

    async def _take_some(self, deliveries: Sequence[Delivery]) -> list[Outcome]:
        """Take the beginning of a batch, up to where something on hold becomes due."""
        now, began = self._clock(), time.time_ns()
        outcomes = await asyncio.to_thread(self._intake.take, deliveries, now, self._waiting)
        await self._send([one for one in outcomes if one.status is Status.HELD], now)
        for letter in await asyncio.gather(
            *(self._letters.keep(outcome, now) for outcome in outcomes if outcome.is_kept)
        ):
            self._await_keys_of(letter)
        self._chores.append(functools.partial(self._tell, outcomes, now, began))
        _log(outcomes)
        return outcomes

    async def _tell(self, outcomes: Sequence[Outcome], now: datetime, began: int) -> None:
        await self._send([one for one in outcomes if one.status is not Status.HELD], now)
        for outcome in outcomes:
            if outcome.erase:
                await self._erase(outcome.delivery.sequence)
        spans = traces()
        if spans is not None:
            spans.taken(outcomes, began)

    async def _send(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        receipts = [_receipt(outcome, now) for outcome in outcomes]
        await publish_together(self._client, receipts, PUBLISH_SECONDS)

    async def _release(self, keys: Iterable[str]) -> int:
        """Take the events that waited for these keys; returns how many of them were accepted.

        What they in turn make known releases others, before anything younger is taken.
        """
        places = self._places_waiting_for(keys)
        letters = [letter for place in places if (letter := await self._letters.get(place))]
        outcomes = await self._take_letters(letters)
        return sum(one is not None and one.status is Status.ACCEPTED for one in outcomes)

    async def _take_letters(self, letters: Sequence[DeadLetter]) -> list[Outcome | None]:
        in_order = sorted(letters, key=_sequence)
        outcomes = await self._take([letter.outcome.delivery for letter in in_order])
        for letter, outcome in zip(in_order, outcomes, strict=True):
            if outcome is None:
                self._await_keys_of(letter)
            elif outcome.status is not letter.outcome.status:
                self._chores.append(functools.partial(self._letters.drop, letter.place))
        return outcomes

    def _await_keys_of(self, letter: DeadLetter) -> None:
        for key in letter.outcome.waits_for:
            self._waiting[key].add(letter.place)

    async def _erase(self, sequence: int) -> None:
        """Overwrite a message in AGENCY_EVENTS: the server does so unless told not to."""
        await delete_stored(self._jetstream, AGENCY_EVENTS, sequence)

    def _places_waiting_for(self, keys: Iterable[str]) -> list[int]:
        places: set[int] = set()
        for key in keys:
            places |= self._waiting.pop(key, set())
        return sorted(places)

    def _known_keys(self) -> list[str]:
        return [key for key in self._waiting if self._is_known(key)]

    def _is_known(self, key: str) -> bool:
        try:
            return is_known(self._application, key)
        except NewerEventError as error:
            self.newer = error
            return False


def _sequence(letter: DeadLetter) -> int:
    return letter.outcome.delivery.sequence


def _receipt(outcome: Outcome, now: datetime) -> Outgoing:
    return Outgoing(
        receipt_subject(outcome.delivery.agency, outcome.event_id),
        outcome.receipt(now).model_dump_json(exclude_none=True).encode(),
        _message_id(outcome),
    )


def _message_id(outcome: Outcome) -> str:
    """The same receipt is sent once, however often the event is delivered within two minutes."""
    return f"{outcome.delivery.sequence}:{outcome.status}:{outcome.field or ''}"


def _log(outcomes: Sequence[Outcome]) -> None:
    counts: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        counts[outcome.status] += 1
        if outcome.is_kept:
            log.info(
                "intake.kept",
                status=outcome.status,
                agency=outcome.delivery.agency,
                sequence=outcome.delivery.sequence,
                field=place_in_event(outcome.field or ""),
            )
    log.debug("intake.batch", **counts)
