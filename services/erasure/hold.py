"""Holding a family's data for a claim, and letting it go."""

from __future__ import annotations

from domain.context import Context, Provenance
from domain.erasure import LegalHold
from domain.errors import Refused
from services.clock import utc_now
from services.erasure.obstacles import legal_hold
from services.store.application import OnePlan


def hold_data(application: OnePlan, family_id: str, reason: str, who: Provenance) -> None:
    """Hold a family's data. Raises Refused when it is held, or there is no such family."""
    if application.plan(family_id) is None:
        raise Refused("family", f"family {family_id} has no plan")
    hold = legal_hold(application, family_id)
    if hold is None:
        hold = LegalHold.place(family_id, reason, _now(who))
    else:
        hold.renew(reason, _now(who))
    application.save(hold)


def release_data(application: OnePlan, family_id: str, reason: str, who: Provenance) -> None:
    """Let a family's data go. Raises Refused when it is not held."""
    hold = legal_hold(application, family_id)
    if hold is None:
        raise Refused("family", f"the data of family {family_id} is not held")
    hold.release(reason, _now(who))
    application.save(hold)


def _now(who: Provenance) -> Context:
    now = utc_now()
    return Context(provenance=who, occurred_at=now, recorded_at=now)
