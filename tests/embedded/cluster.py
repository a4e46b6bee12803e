"""A cluster of real nats-servers with the configuration of the deployment."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.embedded.nats_server import server_binary

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "deploy" / "nats" / "cluster.conf"
NODES = ("nats-1", "nats-2", "nats-3")
START_SECONDS = 30


@dataclass
class Node:
    """One server of a cluster on loopback."""

    port: int
    monitor: int
    process: subprocess.Popen[bytes]

    def wait_until_healthy(self) -> None:
        """Until the server says so, asked as the container's health check asks it."""
        deadline = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            assert self.process.poll() is None, "nats-server ended"
            assert time.monotonic() < deadline, "not healthy in time"
            time.sleep(0.1)

    def kill(self) -> None:
        """As a power cut does."""
        self.process.kill()
        self.process.wait()

    def _is_healthy(self) -> bool:
        url = f"http://127.0.0.1:{self.monitor}/healthz"
        try:
            with urllib.request.urlopen(url, timeout=3) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@contextmanager
def cluster(folder: Path) -> Iterator[Callable[[str, Sequence[str]], Node]]:
    """Nodes with the configuration of the deployment, on free ports of this machine.

    Gives what starts a node by its name; it is told of the nodes that there are to be.
    """
    ports = free_ports(9)
    nodes: list[Node] = []

    def start(name: str, of: Sequence[str]) -> Node:
        number = NODES.index(name)
        known = [ports[6 + NODES.index(other)] for other in of]
        routes = ", ".join(f'"nats-route://127.0.0.1:{port}"' for port in known)
        environment = {
            "NATS_SERVER_NAME": name,
            "NATS_HOST": "127.0.0.1",
            "NATS_PORT": str(ports[number]),
            "NATS_MONITOR": f'"127.0.0.1:{ports[3 + number]}"',
            "NATS_CLUSTER": f'"127.0.0.1:{ports[6 + number]}"',
            "NATS_ROUTES": f"[{routes}]",
            "NATS_STORE": str(folder / name),
            **certificates(folder),
        }
        with (folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [server_binary(), "-c", str(folder / CONFIG.name)],
                env={**os.environ, **environment},
                stdout=log,
                stderr=log,
            )
        nodes.append(Node(ports[number], ports[3 + number], process))
        return nodes[-1]

    try:
        yield start
    finally:
        for node in nodes:
            node.process.terminate()
        for node in nodes:
            node.process.wait(30)


def certificates(folder: Path) -> dict[str, str]:
    """The environment that tells a node where its certificate is."""
    files = {"CA": "ca.pem", "CERT": "nats.pem", "KEY": "nats-key.pem"}
    return {f"NATS_TLS_{name}": str(folder / "tls" / file) for name, file in files.items()}


def urls_of(nodes: list[Node]) -> str:
    return ",".join(f"tls://127.0.0.1:{node.port}" for node in nodes)
