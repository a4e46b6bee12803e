"""Messages that really leave a stream's files.

JetStream overwrites a message that is deleted by its sequence. One that was replaced, has expired
or was purged by its subject stays in the file until the server happens to write that anew. So a
stream in which that happens is emptied as a whole, and what is to stay is put back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import Header, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError

from services.bus.stored import delete_stored, stored_messages

AT_ONCE = 64
NOTHING_FITS = 1
"""``max_msg_size`` while a stream is rewritten: who publishes is refused and tries again later."""
WRONG_LAST_SEQUENCE = 10071
"""JetStream's error code JSStreamWrongLastSequenceErr."""
COPY = "ERASURE_COPY_"
COPY_SUBJECTS = "erasure.copy"
COMPLETE = "erasure.complete"

Keep = Callable[[Msg], bool]


def sequence_of(message: Msg) -> int:
    """The place of a message in its stream."""
    return int(message.metadata.sequence.stream)


async def overwrite(js: JetStreamContext, stream: str, sequences: Sequence[int]) -> int:
    """Delete messages by sequence, so that the server overwrites them. Returns how many.

    One that is gone already is passed over.
    """
    done = 0
    for begin in range(0, len(sequences), AT_ONCE):
        some = sequences[begin : begin + AT_ONCE]
        done += sum(
            await asyncio.gather(*(delete_stored(js, stream, sequence) for sequence in some))
        )
    return done


async def rewrite(js: JetStreamContext, config: StreamConfig, keep: Keep) -> int:
    """Empty a stream and put back what is to be kept. Returns how many messages were not.

    What is kept gets a new place in the stream and is delivered again. Nothing is lost: it stands
    in a second stream meanwhile, and a rewrite that was broken off is finished by the next one.
    Who publishes meanwhile is refused and has to try again.

    Raises:
        nats.errors.Error: when the server fails; to be called again then.
    """
    name = str(config.name)
    await _finish_broken_off(js, name, config)
    await js.update_stream(replace(config, max_msg_size=NOTHING_FITS))
    try:
        dropped = await _copy(js, name, config, keep)
        await js.purge_stream(name)
    finally:
        await js.update_stream(config)
    await _put_back(js, name, config)
    await js.delete_stream(COPY + name)
    return dropped


async def _finish_broken_off(js: JetStreamContext, name: str, config: StreamConfig) -> None:
    """Put back what an earlier rewrite had taken out and not put back yet."""
    try:
        mark = await js.get_last_msg(COPY + name, f"{COMPLETE}.{name}")
    except NotFoundError:
        return
    state = (await js.stream_info(name)).state
    if state.first_seq > int(mark.data or b"0"):
        await _put_back(js, name, config)
        await js.delete_stream(COPY + name)


async def _copy(js: JetStreamContext, name: str, config: StreamConfig, keep: Keep) -> int:
    with contextlib.suppress(NotFoundError):
        await js.delete_stream(COPY + name)
    await js.add_stream(
        StreamConfig(
            name=COPY + name,
            subjects=[f"{COPY_SUBJECTS}.{name}.>", f"{COMPLETE}.{name}"],
            storage=StorageType.FILE,
            num_replicas=config.num_replicas,
        )
    )
    dropped = 0
    async for message in stored_messages(js, name):
        if not keep(message):
            dropped += 1
            continue
        subject = f"{COPY_SUBJECTS}.{name}.{message.subject}"
        await js.publish(subject, message.data, headers=_own_headers(message), timeout=10)
    last = (await js.stream_info(name)).state.last_seq
    await js.publish(f"{COMPLETE}.{name}", str(last).encode(), timeout=10)
    return dropped


async def _put_back(js: JetStreamContext, name: str, config: StreamConfig) -> None:
    before = len(f"{COPY_SUBJECTS}.{name}.")
    one_a_subject = config.max_msgs_per_subject == 1
    async for message in stored_messages(js, COPY + name, f"{COPY_SUBJECTS}.{name}.>"):
        headers = _own_headers(message)
        if one_a_subject:
            # What was published since the stream was opened again is newer.
            headers[Header.EXPECTED_LAST_SUBJECT_SEQUENCE.value] = "0"
        try:
            await js.publish(message.subject[before:], message.data, headers=headers, timeout=10)
        except APIError as error:
            if error.err_code != WRONG_LAST_SEQUENCE:
                raise


def _own_headers(message: Msg) -> dict[str, str]:
    """The headers without those by which the server would take it for a duplicate."""
    return {
        name: value
        for name, value in (message.headers or {}).items()
        if not name.startswith("Nats-")
    }
