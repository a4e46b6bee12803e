"""What is taken out of a stream leaves its files, and what stays is not lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import APIError, NotFoundError

from services.bus.connect import connected
from services.bus.stored import stored_messages
from services.bus.streams import AGENCY_EVENTS, DEAD_LETTERS, PARTY_NOTICES, STREAMS
from services.erasure import stream_rewrite
from services.erasure.stream_rewrite import NOTHING_FITS, overwrite, rewrite
from services.settings import Settings
from tests.support.bus import make_streams, running_bus
from tests.support.files import files_with

MARK = b"Zwarte Marker"

pytestmark = pytest.mark.anyio


@pytest.fixture
async def js(tmp_path: Path) -> AsyncIterator[JetStreamContext]:
    with running_bus(Settings(data_dir=tmp_path)) as settings:
        await make_streams(settings)
        async with connected(settings) as client:
            yield client.jetstream()


def config(name: str) -> StreamConfig:
    return next(one for one in STREAMS if one.name == name)


async def held(js: JetStreamContext, stream: str) -> list[tuple[str, bytes]]:
    return [(one.subject, one.data) async for one in stored_messages(js, stream)]


async def test_an_overwritten_message_leaves_the_files(
    js: JetStreamContext, tmp_path: Path
) -> None:
    for number in range(3):
        await js.publish(f"agency.police.F{number}.t", MARK if number == 1 else b"other")
    assert files_with(tmp_path, MARK)
    assert await overwrite(js, AGENCY_EVENTS, [2, 2, 99]) == 1
    assert not files_with(tmp_path, MARK)
    assert [subject for subject, _ in await held(js, AGENCY_EVENTS)] == [
        "agency.police.F0.t",
        "agency.police.F2.t",
    ]


async def test_a_rewrite_takes_out_what_had_been_replaced_too(
    js: JetStreamContext, tmp_path: Path
) -> None:
    for body in (MARK, b"newer"):
        await js.publish("deadletter.held.police.1", body, headers={"Oneplan-Status": "held"})
    await js.publish("deadletter.held.police.2", MARK)
    assert files_with(tmp_path, MARK)
    dropped = await rewrite(js, config(DEAD_LETTERS), lambda one: one.data != MARK)
    assert dropped == 1
    assert not files_with(tmp_path, MARK)
    assert await held(js, DEAD_LETTERS) == [("deadletter.held.police.1", b"newer")]
    kept = [one.headers async for one in stored_messages(js, DEAD_LETTERS)]
    assert [(headers or {}).get("Oneplan-Status") for headers in kept] == ["held"]
    with pytest.raises(NotFoundError):
        await js.stream_info(f"{stream_rewrite.COPY}{DEAD_LETTERS}")
    assert (await js.stream_info(DEAD_LETTERS)).config.max_msg_size == -1


async def test_who_publishes_meanwhile_is_refused_and_not_lost_silently(
    js: JetStreamContext,
) -> None:
    await js.update_stream(replace(config(PARTY_NOTICES), max_msg_size=NOTHING_FITS))
    with pytest.raises(APIError):
        await js.publish("party.police.feedback.r1", b"something")


async def test_a_rewrite_that_broke_off_after_the_purge_is_finished_by_the_next(
    js: JetStreamContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await js.publish("party.police.feedback.r1", f"stage {number}".encode())

    async def power_cut(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(stream_rewrite, "_put_back", power_cut)
        with pytest.raises(ConnectionError):
            await rewrite(js, config(PARTY_NOTICES), lambda one: one.data != b"stage 1")
    assert await held(js, PARTY_NOTICES) == []
    await js.publish("party.police.feedback.r2", b"since then")
    assert await rewrite(js, config(PARTY_NOTICES), lambda _: True) == 0
    assert sorted(body for _, body in await held(js, PARTY_NOTICES)) == [
        b"since then",
        b"stage 0",
        b"stage 2",
    ]


async def test_a_rewrite_that_broke_off_before_the_purge_begins_anew(
    js: JetStreamContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    await js.publish("deadletter.held.police.1", b"one")

    async def power_cut(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(js, "purge_stream", power_cut)
        with pytest.raises(ConnectionError):
            await rewrite(js, config(DEAD_LETTERS), lambda _: True)
    await js.publish("deadletter.held.police.2", b"two")
    assert await rewrite(js, config(DEAD_LETTERS), lambda _: True) == 0
    assert [body for _, body in await held(js, DEAD_LETTERS)] == [b"one", b"two"]


async def test_what_was_published_since_is_not_replaced_by_what_is_put_back(
    js: JetStreamContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    await js.publish("deadletter.held.police.1", b"older")
    put_back = stream_rewrite._put_back

    async def first_something_newer(js: JetStreamContext, name: str, config: StreamConfig) -> None:
        await js.publish("deadletter.held.police.1", b"newer")
        await put_back(js, name, config)

    monkeypatch.setattr(stream_rewrite, "_put_back", first_something_newer)
    await rewrite(js, config(DEAD_LETTERS), lambda _: True)
    assert [body for _, body in await held(js, DEAD_LETTERS)] == [b"newer"]
