"""What an agency does with its rights on the bus, and how it might try to go round them.

The rights themselves are tried one by one in test_permission_matrix.py.
"""

from __future__ import annotations

from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from services.bus.connect import NotConnectedError, connect, connected
from services.bus.credentials import ensure_credentials
from services.bus.streams import (
    AGENCY_EVENTS,
    DEAD_LETTERS,
    PARTY_NOTICES,
    PARTY_RECEIPTS,
    PARTY_VIEWS,
)
from services.settings import Settings

pytestmark = pytest.mark.anyio


async def settle(client: Client) -> None:
    """Until the server has dealt with all that was sent: nats-py's first PING may overtake it."""
    await client.flush()
    await client.flush()


@pytest.mark.parametrize(
    "stream", [AGENCY_EVENTS, DEAD_LETTERS, PARTY_NOTICES, PARTY_RECEIPTS, PARTY_VIEWS]
)
@pytest.mark.parametrize(
    "asked",
    [
        "agency.police.F1.spoof",
        "views.police.plan",
        "$JS.API.CONSUMER.MSG.NEXT.PARTY_NOTICES.police",
        "$JS.API.CONSUMER.MSG.NEXT.PARTY_RECEIPTS.police",
        "$JS.API.DIRECT.GET.PARTY_VIEWS.party.police.plan.F9",
    ],
)
async def test_a_reply_does_not_land_on_a_subject_of_somebody_else(
    bus: Settings, stream: str, asked: str
) -> None:
    target = {
        AGENCY_EVENTS: "agency.school.F1.spoofed",
        DEAD_LETTERS: "deadletter.rejected.school.99",
        PARTY_NOTICES: "party.school.feedback.spoofed",
        PARTY_RECEIPTS: "party.school.receipt.spoofed",
        PARTY_VIEWS: "party.school.plan.spoofed",
    }[stream]
    async with connected(bus) as service, connected(bus, "police") as police:
        await service.subscribe("views.police.plan", cb=_answer)
        js = service.jetstream()
        await js.publish("party.police.plan.F9", b"a view")
        for _ in range(2):  # the first is for the spoofed question, the second for the honest one
            await js.publish("party.police.receipt.E9", b"a receipt")
            await js.publish("party.police.feedback.R9", b"a notice")
        await police.publish(asked, b"", reply=target)
        await settle(police)
        # The same question with an inbox of its own is answered, so it does not end in a typo.
        inbox = police.new_inbox()
        answers = await police.subscribe(inbox)
        await police.publish(asked, b"", reply=inbox)
        assert (await answers.next_msg(timeout=5)).data
        await settle(service)
        info = await js.stream_info(stream, subjects_filter=target)
        assert not info.state.subjects


async def test_an_agency_reads_its_receipts_through_its_own_consumer_and_no_other(
    bus: Settings,
) -> None:
    async with connected(bus) as service, connected(bus, "halt") as halt:
        await service.jetstream().publish("party.halt.receipt.E1", b"for halt")
        await service.jetstream().publish("party.shelter.receipt.E2", b"for shelter")
        js = halt.jetstream()
        own = await js.pull_subscribe_bind("halt", PARTY_RECEIPTS)
        (message,) = await own.fetch(1, timeout=5)
        assert message.data == b"for halt"
        await message.ack_sync(timeout=5)
        assert (await own.consumer_info()).num_ack_pending == 0

        other = await js.pull_subscribe_bind("shelter", PARTY_RECEIPTS)
        with pytest.raises((NatsError, TimeoutError)):
            await other.fetch(1, timeout=0.3)
    async with connected(bus, "shelter") as shelter:
        theirs = await shelter.jetstream().pull_subscribe_bind("shelter", PARTY_RECEIPTS)
        (message,) = await theirs.fetch(1, timeout=5)
        assert message.data == b"for shelter"


async def test_an_agency_reads_its_results_and_its_feedback_in_order_and_nobody_elses(
    bus: Settings,
) -> None:
    async with connected(bus) as service, connected(bus, "halt") as halt:
        js = service.jetstream()
        await js.publish("party.halt.conference.F1.C1", b"a result")
        await js.publish("party.shelter.conference.F1.C1", b"for shelter")
        await js.publish("party.halt.feedback.R1", b"received")
        await js.publish("party.halt.feedback.R1", b"triaged")
        own = await halt.jetstream().pull_subscribe_bind("halt", PARTY_NOTICES)
        # Two stages on one report are two messages: the second does not take the first's place.
        found = [await own.fetch(1, timeout=5) for _ in range(3)]
        assert [one.data for (one,) in found] == [b"a result", b"received", b"triaged"]
        for (message,) in found:
            await message.ack_sync(timeout=5)
        info = await own.consumer_info()
        assert (info.num_ack_pending, info.num_pending) == (0, 0)

        other = await halt.jetstream().pull_subscribe_bind("shelter", PARTY_NOTICES)
        with pytest.raises((NatsError, TimeoutError)):
            await other.fetch(1, timeout=0.3)


async def test_an_agency_reads_the_last_view_of_a_plan_directly(bus: Settings) -> None:
    async with connected(bus) as service, connected(bus, "police") as police:
        for view in (b"old", b"new"):
            await service.jetstream().publish("party.police.plan.F2", view)
        found = await police.request("$JS.API.DIRECT.GET.PARTY_VIEWS.party.police.plan.F2", b"")
        assert found.data == b"new"


async def test_nobody_comes_in_without_a_known_key(bus: Settings, tmp_path: Path) -> None:
    strangers = bus.model_copy(update={"credentials_dir": tmp_path / "keys"})
    ensure_credentials(strangers)
    with pytest.raises(NotConnectedError, match="does not take police"):
        await connect(strangers, "police", patience=1)
    with pytest.raises((NatsError, ConnectionError)):
        await nats.connect(bus.nats_url or "", allow_reconnect=False, error_cb=_ignore)


async def _answer(message: Msg) -> None:
    await message.respond(b"a view")


async def _ignore(_error: Exception) -> None:
    return None
