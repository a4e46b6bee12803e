"""The scaled-out deployment, as far as it can be tried without a container engine."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import stamina
import yaml
from cryptography import x509
from nats.aio.client import Client
from nats.js.api import PubAck
from nats.js.errors import NoStreamResponseError
from typer.testing import CliRunner

from domain.values import AgencyKind
from services import run
from services.bus.agency_changes import add_agency, revoke_agency, rotate_agency
from services.bus.connect import connected, nats_urls
from services.bus.in_force import bring_into_force
from services.bus.streams import STREAMS
from services.cli import credentials
from services.clock import utc_now
from services.embedded.commands import child_environment
from services.embedded.nats_server import server_binary
from services.settings import AGENCIES, AgencySettings, Settings
from tests.embedded.cluster import CONFIG, NODES, ROOT, certificates, cluster, urls_of
from tests.support.bus import make_streams

THREE = ("police", "school", "veilig-thuis")
TRIES = 2


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What ``oneplan credentials deployment`` makes, with the servers' configuration beside it."""
    monkeypatch.setenv("ONEPLAN_SETTINGS_FILE", str(tmp_path / "none.toml"))
    # Three agencies do: each consumer is a Raft group of three nodes on this one machine.
    agencies = [agency.model_dump() for agency in AGENCIES if agency.code in THREE]
    monkeypatch.setenv("ONEPLAN_AGENCIES", json.dumps(agencies))
    folder = tmp_path / "compose"
    made = CliRunner().invoke(credentials.app, ["deployment", str(folder)])
    assert made.exit_code == 0, made.output
    shutil.copy(CONFIG, folder)
    return folder


async def publish_patiently(client: Client, subject: str, body: bytes) -> PubAck:
    """As a client should: nobody answers while the stream chooses a leader."""
    async for attempt in stamina.retry_context(on=NoStreamResponseError, attempts=None, timeout=20):
        with attempt:
            return await client.jetstream().publish(subject, body, timeout=10)
    raise AssertionError("unreachable: the retries either return or raise")


def preparing_streams(settings: Settings) -> subprocess.Popen[bytes]:
    """As the deployment does it: a process of its own that ends when it is done."""
    command = [sys.executable, "-m", "services.bus"]
    return subprocess.Popen(command, env=child_environment(settings), stderr=subprocess.PIPE)


def wait_until_it_waits(preparing: subprocess.Popen[bytes]) -> None:
    """Two nodes do not do for three replicas: it says so and tries again."""
    assert preparing.stderr is not None
    tries = 0
    for line in preparing.stderr:
        tries += b"BadRequestError" in line and b"retry" in line
        if tries == TRIES:
            return
    raise AssertionError("it did not wait for the third node")


@pytest.mark.anyio
async def test_three_nodes_keep_what_they_took_when_one_is_killed(secrets: Path) -> None:
    with cluster(secrets) as start:
        nodes = [start(name, NODES[:2]) for name in NODES[:2]]
        for node in nodes:
            await asyncio.to_thread(node.wait_until_healthy)
        settings = Settings(
            data_dir=secrets,
            credentials_dir=secrets / "credentials",
            keys_dir=secrets / "keys",
            nats_accounts=secrets / "accounts" / "accounts.conf",
            nats_url=urls_of(nodes),
            nats_tls_ca=secrets / "tls" / "ca.pem",
            stream_replicas=3,
        )
        preparing = preparing_streams(settings)
        await asyncio.to_thread(wait_until_it_waits, preparing)
        nodes.append(start(NODES[2], NODES))
        assert await asyncio.to_thread(preparing.wait, 60) == 0
        settings = settings.model_copy(update={"nats_url": urls_of(nodes)})
        await agencies_come_and_go(settings)
        async with connected(settings) as client:
            infos = await client.jetstream().streams_info()
            assert {info.config.name for info in infos} == {stream.name for stream in STREAMS}
            assert all(info.config.num_replicas == 3 for info in infos)
            assert all(len((info.cluster and info.cluster.replicas) or ()) == 2 for info in infos)
        async with connected(settings, "police") as police:
            sent = [
                await police.jetstream().publish("agency.police.F1.test", str(number).encode())
                for number in range(20)
            ]
        nodes[0].kill()
        await make_streams(settings)  # waits for a new leader when the killed node was it
        rotated = await asyncio.to_thread(rotate_agency, settings, "school", utc_now())
        force = await bring_into_force(settings, rotated)
        assert sorted(force.servers) == sorted(NODES[1:])  # the other takes it when it starts
        async with connected(settings, "police") as police:
            more = await publish_patiently(police, "agency.police.F1.test", b"20")
        assert more.seq == sent[-1].seq + 1
        async with connected(settings) as client:
            js = client.jetstream()
            kept = [(await js.get_msg("AGENCY_EVENTS", ack.seq)).data for ack in [*sent, more]]
        assert kept == [str(number).encode() for number in range(21)]


async def agencies_come_and_go(settings: Settings) -> None:
    """A new agency gets through at each node, and once revoked at none."""
    west = AgencySettings(code="west", name="West", kind=AgencyKind.SCHOOL)
    added = await asyncio.to_thread(add_agency, settings, west, utc_now())
    force = await bring_into_force(settings, added)
    assert sorted(force.servers) == sorted(NODES)
    lost: list[asyncio.Event] = []
    async with AsyncExitStack() as connections:
        for url in nats_urls(settings):
            node = settings.model_copy(update={"nats_url": url})
            gone = asyncio.Event()
            lost.append(gone)

            async def on_loss(gone: asyncio.Event = gone) -> None:
                gone.set()

            client = await connections.enter_async_context(
                connected(node, "west", disconnected_cb=on_loss)
            )
            told = await client.subscribe("party.west.>")
            await client.flush()
            assert (await client.jetstream().publish("agency.west.F1.test", b"{}")).seq
            async with connected(settings) as service:
                await service.jetstream().publish("party.west.receipt.E1", b"a receipt")
            assert (await told.next_msg(timeout=5)).data == b"a receipt"
        receipts = await client.jetstream().pull_subscribe_bind("west", "PARTY_RECEIPTS")
        # It gives what it has; the last may be with one node and not yet with another.
        left = 3
        while left:
            left -= len(await receipts.fetch(left, timeout=20))
        revoked = await asyncio.to_thread(revoke_agency, settings, "west", utc_now())
        await bring_into_force(settings, revoked)
        await asyncio.wait_for(asyncio.gather(*(gone.wait() for gone in lost)), 5)
    async with connected(settings) as service:
        subjects = await service.jetstream().stream_info("AGENCY_EVENTS", subjects_filter=">")
        assert subjects.state.subjects == {"agency.west.F1.test": 3}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def test_compose_runs_every_service_and_watches_each(compose: dict[str, Any]) -> None:
    services = compose["services"]
    others = {"postgres", "postgres-keys", "streams", "admin", "prometheus"}
    assert set(services) == {*NODES, *others, *run.SERVICES}
    assert services["streams"]["command"] == ["python", "-m", "services.bus"]
    for name in run.SERVICES:
        assert services[name]["command"] == ["python", "-m", "services.run", name]
        assert services[name]["environment"]["ONEPLAN_STREAM_REPLICAS"] == "3"
        waits_for = services[name]["depends_on"]
        assert waits_for["streams"] == {"condition": "service_completed_successfully"}
    assert services["intake"]["deploy"]["replicas"] == 2
    watched = [one for name, one in services.items() if name not in ("streams", "admin")]
    assert services["admin"]["profiles"] == ["admin"]  # not started with the others
    assert services["prometheus"]["profiles"] == ["monitoring"]
    assert all(service["healthcheck"]["test"] for service in watched)


def test_compose_holds_no_secret_and_opens_nothing_to_the_network(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            secret = any(word in name.lower() for word in ("password", "token", "seed", "secret"))
            assert not secret or value.startswith("/run/secrets/")
            assert "@" not in value or ":" not in value.split("://")[1].split("@")[0]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        for secret in service.get("secrets", ()):
            assert secret in compose["secrets"]
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_compose_mounts_what_the_command_makes(compose: dict[str, Any], secrets: Path) -> None:
    sources = [secret["file"] for secret in compose["secrets"].values()]
    for service in compose["services"].values():
        mounts = [mount.split(":")[0] for mount in service.get("volumes", ())]
        sources += [source for source in mounts if source.startswith("./")]
    assert len(sources) > 10
    for source in sources:
        path = Path(source)
        made = secrets / path.relative_to("var/compose") if path.parts[0] == "var" else ROOT / path
        assert made.exists(), source


def test_compose_speaks_to_nats_over_tls_with_names_that_are_in_the_certificate(
    compose: dict[str, Any], secrets: Path
) -> None:
    cert = x509.load_pem_x509_certificate((secrets / "tls" / "nats.pem").read_bytes())
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    hosts = set(names.get_values_for_type(x509.DNSName))
    for name in (*run.SERVICES, "streams", "admin"):
        service = compose["services"][name]
        urls = service["environment"]["ONEPLAN_NATS_URL"].split(",")
        assert {urlsplit(url).scheme for url in urls} == {"tls"}
        assert {urlsplit(url).hostname for url in urls} <= hosts
        ca = service["environment"]["ONEPLAN_NATS_TLS_CA"]
        assert f"./var/compose/tls/ca.pem:{ca}:ro" in service["volumes"]
        assert not any("nats-key" in mount or "/tls:" in mount for mount in service["volumes"])


def test_no_service_has_the_keys_of_another(compose: dict[str, Any], secrets: Path) -> None:
    names = {file.name for file in (secrets / "credentials").iterdir()}
    shared = {"_web.secret", "master.key", "notary.key", "pseudonym.key"}
    assert names == {"_service.nk", "agencies.json", "lock", *shared}
    keys = {file.name for file in (secrets / "keys").iterdir()}
    assert keys == {"_system.nk", "certificates.key"} | {
        f"{code}.{kind}" for code in THREE for kind in ("nk", "token")
    }
    for name, service in compose["services"].items():
        mounts = [mount.split(":")[0] for mount in service.get("volumes", ())]
        assert ("./var/compose/keys" in mounts) == (name == "admin")


def test_what_is_replaced_is_mounted_by_its_folder(compose: dict[str, Any]) -> None:
    """Of a file that is mounted by itself a container sees the old one for ever."""
    admin = compose["services"]["admin"]
    folder = Path(admin["environment"]["ONEPLAN_NATS_ACCOUNTS"]).parent
    assert f"./var/compose/accounts:{folder}" in admin["volumes"]
    for node in NODES:
        mounts = compose["services"][node]["volumes"]
        assert "./var/compose/accounts:/etc/nats/accounts:ro" in mounts
    for name in run.SERVICES:
        mounts = compose["services"][name]["volumes"]
        assert "./var/compose/credentials:/run/oneplan/credentials:ro" in mounts


@pytest.mark.parametrize("node", NODES)
def test_the_servers_take_the_configuration_of_compose_and_only_with_accounts(
    compose: dict[str, Any], secrets: Path, node: str
) -> None:
    environment = compose["services"][node]["environment"]
    assert environment["NATS_SERVER_NAME"] == node

    def complaint() -> str:
        tried = subprocess.run(
            [server_binary(), "-t", "-c", str(secrets / CONFIG.name)],
            env={
                **os.environ,
                **environment,
                **certificates(secrets),
                "NATS_STORE": str(secrets / "store"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return "" if tried.returncode == 0 else tried.stderr

    assert complaint() == ""
    (secrets / "accounts" / "accounts.conf").unlink()
    assert "accounts.conf" in complaint()
