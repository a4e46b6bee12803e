"""What ``oneplan doctor`` looks at in NATS. Nothing is changed."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import StorageType, StreamConfig
from nats.js.errors import NotFoundError

from services.bus.connect import NotConnectedError, connect, nats_urls
from services.bus.credentials import CredentialsError
from services.bus.streams import STREAMS
from services.cli.checks import Check, error, ok, warning
from services.embedded.run_file import read_run
from services.settings import Settings

CONNECT_SECONDS = 5


async def check_nats(settings: Settings) -> list[Check]:
    """Whether NATS takes the service, has the streams, and syncs what it takes."""
    run = read_run(settings)
    if settings.nats_url is None and run is None:
        return [warning("nats", "nothing runs on this data folder", "start it with: oneplan up")]
    try:
        client = await connect(settings, patience=CONNECT_SECONDS)
    except (NotConnectedError, CredentialsError) as problem:
        mend = "start it with oneplan up, or look at nats_url and credentials_dir"
        return [error("nats", str(problem), mend)]
    checks = [ok("nats", ", ".join(nats_urls(settings)))]
    try:
        stream = client.jetstream()
        checks += [await _check_stream(stream, wanted, settings) for wanted in STREAMS]
    finally:
        await client.close()
    embedded = settings.nats_url is None and run is not None
    checks.append(_check_sync(run.monitor_url if run is not None and embedded else None))
    return checks


async def _check_stream(js: JetStreamContext, wanted: StreamConfig, settings: Settings) -> Check:
    name = f"stream {wanted.name}"
    try:
        info = await js.stream_info(wanted.name or "")
    except NotFoundError:
        return error(
            name, "not there", "run oneplan up, or for a deployment: python -m services.bus"
        )
    except (NatsError, TimeoutError) as problem:
        return error(name, str(problem), "switch JetStream on in nats-server's configuration")
    found = f"{info.state.messages} messages, {info.config.num_replicas} replicas"
    if info.config.storage != StorageType.FILE:
        return error(name, f"{found}, in memory only", "delete it and start the service again")
    if info.config.num_replicas != settings.stream_replicas:
        mend = f"the settings ask for {settings.stream_replicas}; start the service again"
        return warning(name, found, mend)
    return ok(name, found)


def _check_sync(monitor_url: str | None) -> Check:
    wanted = "jetstream { sync_interval: always }"
    if monitor_url is None:
        mend = f"see yourself that the servers' configuration has {wanted}"
        return warning("sync", "another machine's server does not show it", mend)
    address = urlsplit(monitor_url)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port, timeout=CONNECT_SECONDS
    )
    try:
        connection.request("GET", "/varz")
        variables = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError) as problem:
        return error("sync", f"{monitor_url}: {problem}", "start the service again")
    finally:
        connection.close()
    if not variables.get("jetstream", {}).get("config", {}).get("sync_always", False):
        mend = f"put {wanted} into the configuration: acknowledged events can be lost"
        return error("sync", "not each write", mend)
    return ok("sync", "each write before it is acknowledged")
