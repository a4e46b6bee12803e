"""A second look at who was registered: two workers may have registered one person twice.

With the same BSN they cannot, their ids collide in the store. Without one, each may have missed
what the other was about to save. Whoever was saved second is looked at again here, with all that
was saved before, and what is found becomes a question for a person to answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from uuid import UUID

import structlog

from domain.context import Context, Provenance
from domain.keys import match_question_id
from domain.persons.blocking import blocking_keys
from domain.persons.judge import Certain, Doubt, New, Why, judge
from domain.persons.match import Held, MatchQuestion, Suspect, suspects
from domain.persons.person import PersonDescribed, PersonRegistered, Reference
from domain.values import Role as ActingRole
from projections.person_index import PersonRow, people_in_blocks, projection
from projections.rows import Reader
from services.clock import utc_now
from services.monitor.vitals import Vitals
from services.newer import UpgradeNeeded
from services.persons.families import MATCHING
from services.persons.register import known_person
from services.read_model.engine import open_read_engine
from services.read_model.follower import Follower, Role
from services.read_model.source import RecordedEvent
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.store.event_log import EventLog

log = structlog.get_logger(__name__)

ROLE = Role("persons", 1, (projection,), lock=0x0E_71_A7)
BATCH = 500
POLL_SECONDS = 0.2
PAUSE_SECONDS = 2.0

Described = PersonRegistered | PersonDescribed


class Recheck:
    """Looks again at what agencies said of people. Not for use by two threads at once."""

    def __init__(
        self, follower: Follower, application: OnePlan, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._follower = follower
        self._application = application
        self._clock = clock

    def step(self) -> int:
        """Look at one batch of events; returns how many, 0 when there is nothing to do now.

        Raises:
            SQLAlchemyError, eventsourcing.persistence.PersistenceError: when a database fails.
        """
        with self._follower.window(BATCH) as window:
            if window is None or not window.events:
                return 0
            found = [*_doubts(window.events, window.reader)]
        for event, held in found:
            self._ask(event, held)
        with self._follower.passing(window):
            pass
        return len(window.events)

    def _ask(self, event: Described, held: Held) -> None:
        reference = Reference(event.agency, event.person_reference)
        now = self._clock()
        context = Context(
            provenance=Provenance(
                actor=MATCHING,
                role=ActingRole.SYSTEM,
                correlation_id=event.provenance.correlation_id,
                causation_id=f"{event.originator_id}:{event.originator_version}",
            ),
            occurred_at=now,
            recorded_at=now,
        )
        question = self._application.match_question(match_question_id(*reference))
        if question is None:
            question = MatchQuestion.ask(reference, held, context)
        elif held in question.waiting:
            return
        else:
            question.ask_again(held, context)
        self._application.save(question)


def _doubts(events: Iterable[RecordedEvent], reader: Reader) -> Iterator[tuple[Described, Held]]:
    for recorded in events:
        event = recorded.event
        # What a lead or an administrator has decided is not doubted.
        if isinstance(event, Described) and event.provenance.role is ActingRole.AGENCY:
            candidates = _earlier_ones(event, recorded.position, reader)
            if candidates:
                yield event, _held(event, candidates)


def _earlier_ones(event: Described, position: int, reader: Reader) -> tuple[Suspect, ...]:
    own = str(event.originator_id)
    found = people_in_blocks(reader, blocking_keys(event.description)) - {own}
    rows = [
        row
        for person_id in found
        for row in reader.select(PersonRow, where={"person_id": person_id})
        if row.position < position and row.descriptions
    ]
    reference = Reference(event.agency, event.person_reference)
    others = [one for one in (known_person(row, reference) for row in rows) if not one.ruled_out]
    verdict = judge(event.description, others)
    if isinstance(verdict, New):
        return ()
    if isinstance(verdict, Certain):
        return suspects(Doubt((verdict.candidate,), Why.FOUND_LATER))
    # Who was described again is not looked at for every likeness: that was done when it came in.
    certain = any(one.certain for one in verdict.candidates)
    return suspects(verdict) if certain or isinstance(event, PersonRegistered) else ()


def _held(event: Described, candidates: tuple[Suspect, ...]) -> Held:
    return Held(
        description=event.description,
        case_reference=event.case_reference,
        stands_for=UUID(str(event.originator_id)),
        why=Why.FOUND_LATER,
        candidates=candidates,
    )


@contextlib.contextmanager
def open_recheck(settings: Settings) -> Iterator[Recheck]:
    """A recheck with its connections. Raises what they raise."""
    with (
        open_read_engine(settings) as engine,
        open_application(settings) as application,
        Follower(engine, EventLog(application), ROLE) as follower,
    ):
        yield Recheck(follower, application)


async def keep_looking(settings: Settings, vitals: Vitals) -> None:
    """Look again for ever; connections that fail are made anew."""
    while True:
        try:
            with contextlib.ExitStack() as stack:
                open_ = functools.partial(stack.enter_context, open_recheck(settings))
                recheck = await asyncio.to_thread(open_)
                while True:
                    with vitals.step():
                        looked = await asyncio.to_thread(recheck.step)
                    if not looked:
                        await asyncio.sleep(POLL_SECONDS)
        except UpgradeNeeded as error:
            vitals.failed(error)
            log.error("persons.upgrade_needed", reason=str(error), again_in=PAUSE_SECONDS)  # noqa: TRY400
            await asyncio.sleep(PAUSE_SECONDS)
        except Exception as error:  # noqa: BLE001 - who stops looking is noticed too late
            vitals.failed(error)
            log.warning("persons.interrupted", error=type(error).__name__, again_in=PAUSE_SECONDS)
            await asyncio.sleep(PAUSE_SECONDS)
