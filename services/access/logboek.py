"""An access record in the words of the Logboek Dataverwerkingen and its extension for NEN 7513.

Sources: Logboek Dataverwerkingen (Logius), component Logboek, interface; extension NEN 7513
(Logius), version 0.0.1, a draft. ``docs/access-records.md`` explains each field.
"""

from __future__ import annotations

from typing import Any

from services.access.record import AccessRecord, Outcome
from services.access.tracing import as_trace_id

READ = "R"
"""NEN 7513, 7.2: the action code of reading."""
UNSET = 0
"""``STATUS_CODE_UNSET``: carried out without a fault of our own, whether or not it was shown."""
FAMILY = "urn:oneplan:family"
"""The kind of id that stands for the data subjects: of a family, and no BSN."""


def as_log_record(number: int, record: AccessRecord) -> dict[str, Any]:
    """The record with this number as one line of a Logboek Dataverwerkingen, to be JSON."""
    viewer = record.viewer
    moment = record.at.isoformat(timespec="milliseconds")
    return {
        "trace_id": as_trace_id(record.correlation_id),
        "span_id": f"{number:016x}",
        "status_code": UNSET,
        "name": READ,
        "start_time": moment,
        "end_time": moment,
        "resource": {
            "attributes": {
                "nen7513.AuditEnterpriseSiteID": viewer.agency or "oneplan",
                "nen7513.AuditSourceId": f"oneplan-{record.system}",
                "nen7513.AuditSourceTypeCode": record.path.value,
            }
        },
        "attributes": {
            "dpl.core.processing_activity_id": record.processing_activity_id,
            "dpl.core.data_subject_id": record.family_id,
            "dpl.core.data_subject_id_type": FAMILY,
            "dpl.nen7513.eventTypeCode": record.view,
            "dpl.nen7513.users": [
                {
                    "userID": viewer.person_id or viewer.member_id or viewer.agency,
                    "userIsRequestor": True,
                    "roleIDCode": viewer.role.value,
                    "purposeOfUse": record.purpose.value,
                }
            ],
            "dpl.nen7513.participants": [
                {
                    "participantObjectID": record.family_id,
                    "participantObjectIDTypeCode": FAMILY,
                    "participantObjectSensitivity": list(record.categories),
                }
            ],
            "dpl.nen7513.controles": _checks(record),
            # The draft has room for one view.
            **({"dpl.oneplan.also": list(record.also)} if record.also else {}),
        },
    }


def _checks(record: AccessRecord) -> dict[str, bool]:
    """NEN 7513, 7.2: what was found when the right to look was checked."""
    return {"autorisatie": record.outcome is Outcome.SHOWN, "noodknopgebruik": record.emergency}
