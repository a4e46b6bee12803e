"""Snapshots: the state of plans with long histories, so that a restart does not read them again.

A snapshot is a convenience: without it the history is read. It is sealed by the keys of all whose
personal data it holds together, so it goes when one of them is erased. It is of no use to other
code than the one that took it, nor is one whose seal does not open.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from uuid import UUID

import orjson
import structlog
from cryptography.exceptions import InvalidTag
from eventsourcing.persistence import AggregateRecorder, PersistenceError, StoredEvent

from domain.family_plan import FamilyPlan
from services.keys.master import NONCE_BYTES, KeysError
from services.keys.ring import KeyRing
from services.store import plan_state

log = structlog.get_logger(__name__)

EVERY = 1000
"""Events of a plan that are read at most, about, once it has a snapshot."""
TOPIC = "oneplan.snapshot.FamilyPlan"


class Snapshots:
    """The snapshots of plans, in a table beside the events. None is ever needed."""

    def __init__(self, recorder: AggregateRecorder, keys: KeyRing) -> None:
        self._recorder = recorder
        self._keys = keys

    def newest(self, plan_id: UUID) -> FamilyPlan | None:
        """The plan as it was when its last snapshot was taken, None without one of any use."""
        found = self._recorder.select_events(plan_id, desc=True, limit=1)
        if not found:
            return None
        try:
            return self._opened(found[0])
        except (ValueError, KeyError, TypeError, InvalidTag, KeysError) as error:
            log.warning("snapshot.unusable", plan=str(plan_id), error=type(error).__name__)
            return None

    def take(self, plan: FamilyPlan) -> None:
        """Keep the state of a plan as it is saved; what hinders that is no harm."""
        if not plan_state.is_kept(plan):
            return
        try:
            row = self._sealed(plan)
            if row is not None:
                self._recorder.insert_events([row])
        except (PersistenceError, KeysError) as error:
            # Another process may have taken it at this very version.
            log.info("snapshot.not-taken", plan=str(plan.id), error=type(error).__name__)

    def _sealed(self, plan: FamilyPlan) -> StoredEvent | None:
        subjects = plan_state.subjects_within(plan)
        self._keys.prepare(subjects)
        cipher = self._keys.cipher(subjects)
        if cipher is None:
            return None
        head = {"code": plan_state.code(), "s": list(subjects)}
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound = _bound(plan.id, plan.version, head)
        sealed = cipher.encrypt(nonce, plan_state.dump(plan), bound)
        state = orjson.dumps(head) + b"\n" + nonce + sealed
        return StoredEvent(plan.id, plan.version, TOPIC, state)

    def _opened(self, row: StoredEvent) -> FamilyPlan | None:
        told, _, sealed = bytes(row.state).partition(b"\n")
        head = orjson.loads(told)
        if row.topic != TOPIC or head["code"] != plan_state.code():
            return None
        cipher = self._keys.cipher(tuple(head["s"]))
        if cipher is None:
            return None
        bound = _bound(row.originator_id, row.originator_version, head)
        return plan_state.load(cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound))


def _bound(plan_id: object, version: int, head: Mapping[str, object]) -> bytes:
    """What is not secret and must not change: of which plan it is, whose, and who made it."""
    return orjson.dumps([str(plan_id), version, TOPIC, head])
