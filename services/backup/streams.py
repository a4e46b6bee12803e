"""A JetStream stream as a file: NATS's own snapshot (an S2-compressed tar) and what it is of.

The wire protocol is NATS's, from its API reference: a snapshot comes in chunks, each of which is
answered; a restore takes them back in order, and ends with an empty one.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.errors import APIError, NotFoundError

from services.files import private_file

CHUNK_BYTES = 128 * 1024
PATIENCE_SECONDS = 60.0
"""How long the server may take for one answer or one chunk."""


class StreamExists(Exception):
    """A stream that would be restored is there already."""


async def save_stream(client: Client, name: str, folder: Path) -> dict[str, Any]:
    """Write a stream with its consumers into ``NAME.json`` and ``NAME.tar.s2``.

    Returns:
        The stream's state at that moment, as the server tells it.

    Raises:
        nats.js.errors.APIError: when the server refuses.
        TimeoutError, nats.errors.Error, OSError: when the server or the disk fails.
    """
    inbox = client.new_inbox()
    chunks: asyncio.Queue[Msg] = asyncio.Queue()
    subscription = await client.subscribe(inbox, cb=chunks.put)
    try:
        question = {"deliver_subject": inbox, "chunk_size": CHUNK_BYTES, "jsck": True}
        told = await _ask(client, f"$JS.API.STREAM.SNAPSHOT.{name}", question)
        with private_file(folder / f"{name}.tar.s2") as file:
            while True:
                chunk = await asyncio.wait_for(chunks.get(), PATIENCE_SECONDS)
                if not chunk.data:
                    _require_whole(name, chunk)
                    break
                file.write(chunk.data)
                if chunk.reply:  # the server waits for it before it sends more
                    await chunk.respond(b"")
    finally:
        await subscription.unsubscribe()
    about = {"config": told["config"], "state": told["state"]}
    with private_file(folder / f"{name}.json") as file:
        file.write(orjson.dumps(about, option=orjson.OPT_INDENT_2))
    state: dict[str, Any] = told["state"]
    return state


async def restore_stream(client: Client, name: str, folder: Path) -> dict[str, Any]:
    """Make a stream anew from what :func:`save_stream` wrote.

    Returns:
        The stream's state after it.

    Raises:
        StreamExists: when there is one of this name.
        nats.js.errors.APIError: when the server refuses.
        TimeoutError, nats.errors.Error, OSError: when the server or the disk fails.
    """
    try:
        await client.jetstream().stream_info(name)
    except NotFoundError:
        pass
    else:
        raise StreamExists(f"there is a stream {name} already; restore into an empty server")
    about = orjson.loads((folder / f"{name}.json").read_bytes())
    begun = await _ask(client, f"$JS.API.STREAM.RESTORE.{name}", about)
    place = begun["deliver_subject"]
    with (folder / f"{name}.tar.s2").open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            _require_no_error(await client.request(place, chunk, timeout=PATIENCE_SECONDS))
    done = _require_no_error(await client.request(place, b"", timeout=PATIENCE_SECONDS))
    state: dict[str, Any] = done["state"]
    return state


async def _ask(client: Client, subject: str, question: dict[str, Any]) -> dict[str, Any]:
    answer = await client.request(subject, orjson.dumps(question), timeout=PATIENCE_SECONDS)
    return _require_no_error(answer)


def _require_no_error(answer: Msg) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(answer.data) if answer.data else {}
    if "error" in told:
        raise APIError.from_error(told["error"])
    return told


def _require_whole(name: str, last: Msg) -> None:
    """The last chunk is empty; a status beside it says that the snapshot was broken off."""
    status = (last.headers or {}).get("Status", "")
    if status not in ("", "204"):
        raise OSError(f"the snapshot of {name} was broken off with status {status}; try again")
