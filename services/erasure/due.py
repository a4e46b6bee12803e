"""Which families are due: their terms by law are over, and they were not erased."""

from __future__ import annotations

from datetime import date, datetime

from domain.calendar import dutch_day
from domain.erasure import ErasureCarriedOut, ErasureScope
from domain.family_plan import PlanOpened
from domain.retention import due_on
from services.erasure.obstacles import legal_hold, record_facts
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog


def due_families(application: OnePlan, settings: Settings, now: datetime) -> list[tuple[str, date]]:
    """The families to be erased now, with the day on which they became due, the oldest first.

    A family whose data is held for a claim is left out.
    """
    log = EventLog(application)
    erased = {
        event.target.family_id
        for event in log.of_types(ErasureCarriedOut)
        if isinstance(event, ErasureCarriedOut) and event.target.scope is ErasureScope.FAMILY
    }
    found = []
    for event in log.of_types(PlanOpened):
        if not isinstance(event, PlanOpened) or event.family_id in erased:
            continue
        hold = legal_hold(application, event.family_id)
        day = due_on(record_facts(application.events_of(event.family_id), settings))
        is_held = hold is not None and hold.is_active
        if day is not None and day <= dutch_day(now) and not is_held:
            found.append((event.family_id, day))
    return sorted(found, key=lambda one: one[1])
