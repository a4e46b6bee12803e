"""Access records: who looked at which family, in what capacity, for what, and whether they saw it.

After NEN 7513:2018 and the Dutch standard Logboek Dataverwerkingen; ``docs/access-records.md`` says
which field is which. A record is durable before the answer leaves; what cannot be recorded is not
shown.
"""

from services.access.errors import AccessNotRecorded
from services.access.log import AccessLog, open_access_log
from services.access.record import AccessPath, AccessRecord, Outcome, Purpose

__all__ = [
    "AccessLog",
    "AccessNotRecorded",
    "AccessPath",
    "AccessRecord",
    "Outcome",
    "Purpose",
    "open_access_log",
]
