"""Intake of a batch: each message gets one fate, and what is accepted is saved in one go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import datetime

import stamina
import structlog
from eventsourcing.persistence import IntegrityError, PersistenceError

from services.contracts.faults import WHOLE_MESSAGE
from services.contracts.receipt import Status
from services.intake.decision import decide
from services.intake.delivery import Delivery, Outcome
from services.intake.reading import AgencyEvent, AgencyOfSource, read
from services.intake.work import UnitOfWork
from services.newer import NewerEventError
from services.persons.register import person_register
from services.store.application import OnePlan
from services.store.plan_cache import PlanCache

log = structlog.get_logger(__name__)

BATCH_ATTEMPTS = 5


class Intake:
    """Takes agency events into the plans of families. Not for use by two threads at once."""

    def __init__(self, application: OnePlan, agency_of_source: AgencyOfSource) -> None:
        self._application = application
        self._agency_of_source = agency_of_source
        self._cache = PlanCache()
        self._register = person_register(application.settings, application)

    def take(
        self, deliveries: Sequence[Delivery], now: datetime, awaited: Collection[str] = ()
    ) -> list[Outcome]:
        """Take a batch, or its beginning; the outcomes stand in the order of the deliveries.

        What is accepted is in the store when this returns. One bad message does not sink the
        batch, and neither does a conflict with another worker.

        It takes only the beginning when the whole cannot be taken together, and it stops behind
        the event that makes known what another, held one waits for: that one is older and goes
        first. The caller releases it and comes back with the rest.

        Args:
            now: when we came to know these events (UTC).
            awaited: the keys that events on hold wait for.

        Raises:
            PersistenceError: when the database cannot be used; nothing of the batch was saved.
            NewerEventError: when the first of them is about what a newer release has written to,
                and so is not for this process to decide on; nothing was saved.
        """
        if not deliveries:
            return []
        try:
            return self._take_together(deliveries, now, awaited)
        except IntegrityError:
            log.warning("intake.conflicts", size=len(deliveries), then="fewer at once")
        except PersistenceError:
            raise
        except NewerEventError:
            if len(deliveries) == 1:
                raise
        except Exception:
            log.exception("intake.fault", size=len(deliveries), then="fewer at once")
        if len(deliveries) == 1:
            return [self._take_alone(deliveries[0], now)]
        return self.take(deliveries[: len(deliveries) // 2], now, awaited)

    def _take_together(
        self, deliveries: Sequence[Delivery], now: datetime, awaited: Collection[str] = ()
    ) -> list[Outcome]:
        events = [read(delivery, self._agency_of_source) for delivery in deliveries]
        for attempt in stamina.retry_context(
            on=IntegrityError,
            attempts=BATCH_ATTEMPTS,
            wait_initial=0.005,
            wait_max=0.2,
            wait_jitter=0.01,
        ):
            with attempt:
                return self._decide_and_save(events, now, awaited)
        raise AssertionError("unreachable: the retries either return or raise")

    def _take_alone(self, delivery: Delivery, now: datetime) -> Outcome:
        try:
            return self._take_together([delivery], now)[0]
        except (PersistenceError, NewerEventError):
            raise
        except Exception as error:
            log.exception("intake.poison", sequence=delivery.sequence)
            event = read(delivery, self._agency_of_source)
            outcome = event if isinstance(event, Outcome) else event.outcome(Status.REJECTED)
            return outcome.rejected(
                WHOLE_MESSAGE,
                f"a fault on our side ({type(error).__name__}); "
                "it is kept and can be resubmitted once we have mended it",
            )

    def _decide_and_save(
        self, events: Sequence[AgencyEvent | Outcome], now: datetime, awaited: Collection[str]
    ) -> list[Outcome]:
        with closing(UnitOfWork(self._application, self._cache, self._register)) as work:
            outcomes = _decide_in_order(events, work, now, awaited)
            work.commit()
        return outcomes


def _decide_in_order(
    events: Sequence[AgencyEvent | Outcome],
    work: UnitOfWork,
    now: datetime,
    awaited: Collection[str],
) -> list[Outcome]:
    work.look_up_receipts({one.receipt_id for one in events if isinstance(one, AgencyEvent)})
    work.look_up_plans({one.envelope.subject for one in events if isinstance(one, AgencyEvent)})
    waited_for = set(awaited)
    outcomes = []
    for event in events:
        outcome = event if isinstance(event, Outcome) else decide(event, work, now)
        outcomes.append(outcome)
        waited_for.update(outcome.waits_for)
        if not waited_for.isdisjoint(outcome.made_known):
            break
    return outcomes
