"""An event on its way to intake: as its agency published it, or as it was sorted and passed on.

What is passed on says where it stands in AGENCY_EVENTS and how it is acknowledged there. Whoever
deals with it acknowledges both, so that what is not dealt with is still to be had.
"""

from __future__ import annotations

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.errors import NotFoundError

from services.bus.partitions import AGENCY_EVENTS, AGENCY_PARTITIONS, Partition
from services.bus.together import Outgoing
from services.intake.delivery import Delivery
from services.monitor.tracing import carrier_of

SEQUENCE = "Oneplan-Sequence"
ACKNOWLEDGE = "Oneplan-Acknowledge"
LONG = 32 * 1024
"""Bytes above which only its place is passed on, since what is stands in memory."""


def passed_on(message: Msg, partition: Partition) -> Outgoing:
    """An event of AGENCY_EVENTS, for its partition."""
    headers = {
        **carrier_of(message.headers),
        SEQUENCE: str(message.metadata.sequence.stream),
        ACKNOWLEDGE: message.reply,
    }
    body = message.data if len(message.data) <= LONG else b""
    return Outgoing(f"{partition.beginning}{message.subject}", body, None, headers)


def place_of(message: Msg) -> int:
    """Its place in AGENCY_EVENTS."""
    told = (message.headers or {}).get(SEQUENCE) if _is_passed_on(message) else None
    return message.metadata.sequence.stream if told is None else int(told)


async def delivery_of(client: Client, message: Msg) -> Delivery:
    """What intake decides on. Raises nats.errors.Error when the server does not answer."""
    carrier, place = carrier_of(message.headers), place_of(message)
    if not _is_passed_on(message):
        return Delivery(message.subject, message.data, place, carrier)
    _, _, _, subject = message.subject.split(".", 3)
    body = message.data or await _read(client, place)
    return Delivery(subject, body, place, carrier)


async def acknowledge(client: Client, message: Msg) -> None:
    """It was dealt with. Raises nats.errors.Error when the connection is closed."""
    if _is_passed_on(message):
        await client.publish((message.headers or {})[ACKNOWLEDGE], Msg.Ack.Ack)
    await message.ack()


def _is_passed_on(message: Msg) -> bool:
    return message.metadata.stream == AGENCY_PARTITIONS


async def _read(client: Client, place: int) -> bytes:
    try:
        return (await client.jetstream().get_msg(AGENCY_EVENTS, place)).data or b""
    except NotFoundError:
        return b""
