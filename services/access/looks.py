"""Looks through the gate, as access records: durable before anything is shown."""

from __future__ import annotations

from collections.abc import Sequence

from domain.need_to_know.viewer import ViewerRole
from services.access.log import AccessLog
from services.access.record import AccessPath, AccessRecord, Outcome, Purpose
from services.access.tracing import trace_id
from services.clock import utc_now
from services.views.records import Look

PURPOSE_OF = {
    ViewerRole.FAMILY_MEMBER: Purpose.OWN_INSPECTION,
    ViewerRole.AUDITOR: Purpose.AUDIT,
    ViewerRole.ADMINISTRATOR: Purpose.ADMINISTRATION,
}
"""What somebody in a role looks for; all others coordinate care."""


class Looks:
    """The gate's :class:`services.views.records.Records` on the access log.

    Args:
        path: the way by which the answers leave.
        system: the service that answers, for example ``web``.
    """

    def __init__(self, access_log: AccessLog, path: AccessPath, system: str) -> None:
        self._log = access_log
        self._path = path
        self._system = system

    def note(self, looks: Sequence[Look]) -> None:
        """Put looks on record together. Raises AccessNotRecorded; show nothing then."""
        correlation_id = trace_id()
        self._log.note_all([self._record(look, correlation_id) for look in looks])

    def _record(self, look: Look, correlation_id: str) -> AccessRecord:
        return AccessRecord(
            viewer=look.viewer,
            family_id=look.family_id,
            view=look.view,
            also=look.also,
            categories=tuple(one.value for one in look.categories),
            purpose=_purpose(look),
            path=self._path,
            known_at=look.known_at,
            outcome=Outcome.REFUSED if look.refused else Outcome.SHOWN,
            emergency=look.emergency,
            correlation_id=look.because.correlation_id or correlation_id,
            at=utc_now(),
            system=self._system,
        )


def _purpose(look: Look) -> Purpose:
    if look.emergency:
        return Purpose.EMERGENCY
    said = look.because.purpose
    if said in set(Purpose):
        return Purpose(said)
    return PURPOSE_OF.get(look.viewer.role, Purpose.CARE_COORDINATION)
