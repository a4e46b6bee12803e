"""The matrix of rights: every subject that an agency might try, and whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from domain.values import AgencyKind
from services.bus.credentials import OUR_USERS
from services.bus.streams import STREAMS
from services.settings import AGENCIES, AgencySettings

LATE = AgencySettings(code="school-west", name="School West", kind=AgencyKind.SCHOOL)
CODES = (*(agency.code for agency in AGENCIES), LATE.code)
STREAM_NAMES = tuple(stream.name or "" for stream in STREAMS)
READ_STREAMS = ("PARTY_NOTICES", "PARTY_RECEIPTS", "PARTY_VIEWS")
STREAM_VERBS = (
    *("CREATE", "UPDATE", "INFO", "PURGE", "DELETE", "MSG.GET", "MSG.DELETE"),
    *("SNAPSHOT", "RESTORE", "LEADER.STEPDOWN", "PEER.REMOVE"),
)
CONSUMER_VERBS = ("CONSUMER.INFO", "CONSUMER.MSG.NEXT")

OWN_PUBLISH = (
    "agency.{}.F1.published",
    "views.{}.plan",
    "$JS.API.DIRECT.GET.PARTY_VIEWS.party.{}.plan.F1",
    *(f"$JS.API.{verb}.{stream}.{{}}" for verb in CONSUMER_VERBS for stream in READ_STREAMS),
    *(f"ONEPLAN.$JS.API.CONSUMER.INFO.{stream}.{{}}" for stream in READ_STREAMS),
    *(f"$JS.ACK.{stream}.{{}}.1.1.1.1.0" for stream in READ_STREAMS),
)
"""What an agency may publish and ask in its own name: with its code in the braces."""
OWN_SUBSCRIBE = (
    "party.{}.>",
    "party.{}.receipt.E1",
    "party.{}.plan.F1",
    "party.{}.conference.F1.C1",
    "party.{}.feedback.R1",
    "_INBOX.{}.>",
)
NOBODYS_PUBLISH = (
    # What is told to agencies comes from the service alone.
    "party.{}.receipt.E1",
    "party.{}.plan.F1",
    "party.{}.conference.F1.C1",
    "party.{}.feedback.R1",
    "_INBOX.{}.x",
    "deadletter.rejected.{}.1",
    "deadletter.held.{}.1",
    *(
        f"$JS.API.{verb}.{stream}.{{}}"
        for verb in ("CONSUMER.CREATE", "CONSUMER.DURABLE.CREATE", "CONSUMER.DELETE")
        for stream in STREAM_NAMES
    ),
    *(f"$JS.API.CONSUMER.{verb}.PARTY_RECEIPTS.{{}}" for verb in ("PAUSE", "UNPIN")),
    *(
        f"$JS.API.DIRECT.GET.{stream}.party.{{}}.feedback.R1"
        for stream in STREAM_NAMES
        if stream != "PARTY_VIEWS"
    ),
    "$JS.API.DIRECT.GET.PARTY_VIEWS.party.{}.receipt.E1",
    "$JS.API.CONSUMER.MSG.NEXT.AGENCY_EVENTS.{}",
    "$JS.API.CONSUMER.INFO.AGENCY_EVENTS.{}",
    "$JS.ACK.AGENCY_EVENTS.{}.1.1.1.1.0",
    "$KV.{}.key",
)
"""With an agency's code in them, and still for no agency, itself included."""
NOBODYS_PUBLISH_ANYWHERE = (
    "agency.x",
    "views.x",
    "plan.F1",
    "partition.x.0.agency.police.F1.x",
    *(f"$JS.API.STREAM.{verb}.{stream}" for verb in STREAM_VERBS for stream in STREAM_NAMES),
    *(f"$JS.API.DIRECT.GET.{stream}" for stream in STREAM_NAMES),
    *(f"$JS.API.CONSUMER.{verb}.{stream}" for verb in ("NAMES", "LIST") for stream in STREAM_NAMES),
    "$JS.API.INFO",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.LIST",
    "$JS.API.META.LEADER.STEPDOWN",
    "$JS.API.ACCOUNT.PURGE.ONEPLAN",
    "$JS.API.CONSUMER.MSG.NEXT.AGENCY_EVENTS.intake",
    "$JS.API.CONSUMER.INFO.AGENCY_EVENTS.intake",
    "$JS.ACK.AGENCY_EVENTS.intake.1.1.1.1.0",
    "$JS.FC.PARTY_RECEIPTS.x",
    "$SYS.REQ.SERVER.PING",
    "$SYS.REQ.SERVER.x.RELOAD",
    "$SYS.REQ.SERVER.PING.CONNZ",
    "$SYS.REQ.ACCOUNT.ONEPLAN.SUBSZ",
    "$SYS.REQ.USER.INFO",
    "_R_.x",
)
NOBODYS_SUBSCRIBE = (
    "agency.{}.>",
    "partition.x.0.agency.{}.>",
    "views.{}.>",
    "deadletter.*.{}.>",
    "$JS.ACK.*.{}.>",
)
NOBODYS_SUBSCRIBE_ANYWHERE = (
    ">",
    "*.>",
    "agency.>",
    "agency.*.*.published",
    "party.>",
    "party.*.>",
    "party.*.plan.>",
    "party.*.receipt.E1",
    "party.*.conference.>",
    "party.*.feedback.>",
    "_INBOX.>",
    "_INBOX.*.x",
    "_R_.>",
    "deadletter.>",
    "plan.>",
    "views.>",
    "$JS.>",
    "$JS.API.>",
    "$JS.ACK.>",
    "$JS.EVENT.ADVISORY.>",
    "$SYS.>",
    "$SYS.ACCOUNT.*.CONNECT",
    "ONEPLAN.>",
)
TARGETS = (*CODES, *OUR_USERS)


def each(templates: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each subject with whose it is."""
    return ((target, one.format(target)) for target in TARGETS for one in templates)


def expected(user: str, own: tuple[str, ...], nobodys: Iterator[str]) -> dict[str, bool]:
    """Whether this agency may, for each subject."""
    return {
        **{subject: target == user for target, subject in each(own)},
        **dict.fromkeys(nobodys, False),
    }


def publishing(user: str) -> dict[str, bool]:
    """The publish row of the matrix. A request is a publish with an address for the reply."""
    nobodys = (*(subject for _, subject in each(NOBODYS_PUBLISH)), *NOBODYS_PUBLISH_ANYWHERE)
    return expected(user, OWN_PUBLISH, iter(nobodys))


def subscribing(user: str) -> dict[str, bool]:
    """The subscribe row of the matrix."""
    nobodys = (*(subject for _, subject in each(NOBODYS_SUBSCRIBE)), *NOBODYS_SUBSCRIBE_ANYWHERE)
    return expected(user, OWN_SUBSCRIBE, iter(nobodys))


def refusals(allowed: dict[str, bool], times: int) -> Counter[str]:
    """What the server is to say of a row that is tried so many times."""
    return Counter({subject.lower(): times for subject, may in allowed.items() if not may})
