"""What the register says, in force on the NATS servers: on disk, and on those that run.

The servers' accounts lie in a file of their own that each server includes. After a change the
system account asks each server to read it again (``$SYS.REQ.SERVER.<id>.RELOAD``); a server cuts
off by itself whom it no longer knows.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import stamina
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError

from services.bus.agencies import Agency
from services.bus.connect import NotConnectedError, connected, nats_urls
from services.bus.credentials import SYSTEM_USER, changing, public_keys
from services.bus.permissions import accounts_block
from services.bus.streams import PARTY_RECEIPTS, delete_consumers, ensure_consumers
from services.files import replace_file
from services.settings import Settings

PING = "$SYS.REQ.SERVER.PING"
CONNECT_SECONDS = 5
UP_SECONDS = 2
REPLY_SECONDS = 5
IN_FORCE_SECONDS = 10
READINGS = 2
"""nats-server 2.15 adds an account at the first reading, and routes what it imports only at the
next: without that, what a new agency publishes finds no stream."""
PUBLIC = 0o644
"""Only public keys are in it, and the servers may run as another user."""


class NotInForceError(Exception):
    """A server that runs did not take the change; the message says which and why."""


@dataclass(frozen=True)
class InForce:
    """The servers that took a change, by name, and after how many seconds all had."""

    servers: tuple[str, ...]
    seconds: float


def write_accounts(settings: Settings, path: Path, mode: int = PUBLIC) -> None:
    """Write the accounts as the register says, in one step.

    Raises:
        CredentialsError: when one of our own seeds is missing, or the register is damaged.
        OSError: when the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with changing(settings):  # of two at once the later must not be overwritten by the earlier
        replace_file(path, accounts_block(public_keys(settings)), mode)


async def bring_into_force(settings: Settings, agency: Agency) -> InForce:
    """Let the running servers take what the register says, and look whether this agency gets in.

    Its consumers are made when it is active, and deleted when it was revoked.

    Raises:
        NotConnectedError: when no NATS server can be reached; the change is on disk, and a server
            takes it when it starts.
        NotInForceError: when a server did not take it.
        CredentialsError: when a seed is missing or can be read by others.
        OSError: when the accounts cannot be written.
    """
    await asyncio.to_thread(write_accounts, settings, settings.accounts_file)
    began = time.monotonic()
    async with connected(settings, SYSTEM_USER, patience=CONNECT_SECONDS) as client:
        servers = await _servers(client)
        for _ in range(READINGS):
            for server_id, name in servers.items():
                await _reload(client, server_id, name)
    async with connected(settings, patience=CONNECT_SECONDS) as client:
        if agency.is_active:
            await ensure_consumers(client.jetstream(), agency.code)
        else:
            await delete_consumers(client.jetstream(), agency.code)
    if agency.is_active:
        for url in nats_urls(settings):
            there = settings.model_copy(update={"nats_url": url})
            if await _is_up(there):
                await _look(there, agency.code)
    return InForce(tuple(servers.values()), time.monotonic() - began)


async def _servers(client: Client) -> dict[str, str]:
    """The name of each server by its id. Raises NotInForceError when not all answer.

    Who there is follows from the routes of those that answer: what they count as active are also
    servers under an id that they had before they started again.
    """
    found: dict[str, str] = {}
    there: set[str] = set()
    inbox = client.new_inbox()
    answers = await client.subscribe(inbox)
    await client.publish(PING, reply=inbox)
    while not found or not there <= set(found.values()):
        try:
            answer = json.loads((await answers.next_msg(timeout=REPLY_SECONDS)).data)
        except NatsTimeoutError:
            silent = ", ".join(sorted(there.difference(found.values()))) or "all of them"
            raise NotInForceError(f"these NATS servers do not answer: {silent}") from None
        found[answer["server"]["id"]] = answer["server"]["name"]
        routes = answer.get("statsz", {}).get("routes") or ()
        there.update(route["name"] for route in routes if "name" in route)
    await answers.unsubscribe()
    return found


async def _reload(client: Client, server_id: str, name: str) -> None:
    try:
        reply = await client.request(f"$SYS.REQ.SERVER.{server_id}.RELOAD", timeout=REPLY_SECONDS)
    except NatsError as error:
        raise NotInForceError(
            f"the NATS server {name} does not read its accounts: {error}"
        ) from error
    answer: dict[str, Any] = json.loads(reply.data)
    if "error" in answer:
        reason = answer["error"].get("description", "no reason given")
        raise NotInForceError(f"the NATS server {name} refuses its configuration: {reason}")


async def _is_up(settings: Settings) -> bool:
    """Whether this one server takes ourselves; one that is down takes the change when it starts."""
    try:
        async with connected(settings, patience=UP_SECONDS):
            return True
    except NotConnectedError:
        return False


async def _look(settings: Settings, agency: str) -> None:
    """Whether the agency gets in at this one server and reaches its stream."""
    passing = (NatsError, NotConnectedError)
    try:
        async for attempt in stamina.retry_context(
            on=passing, attempts=None, timeout=IN_FORCE_SECONDS, wait_initial=0.05
        ):
            with attempt:
                async with connected(settings, agency, patience=CONNECT_SECONDS) as client:
                    await client.jetstream(timeout=1).consumer_info(PARTY_RECEIPTS, agency)
    except passing as error:
        raise NotInForceError(
            f"{agency} does not get through to its stream at {settings.nats_url}"
        ) from error
