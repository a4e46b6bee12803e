"""The health check of nats-server's container: it ends a server that was full and has room."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest import mock

import pytest

from services.embedded import nats_health

FULL = {"status": "unavailable", "error": "stream 'AGENCY_EVENTS' write error: no space left"}
BEHIND = {"status": "unavailable", "error": "stream 'AGENCY_EVENTS' is not current"}
ANY_ROOM, NO_ROOM = 0, 2**60


@contextmanager
def answering(status: int, body: dict[str, str]) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_said: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("says", "room", "code", "ends"),
    [
        ((200, {"status": "ok"}), ANY_ROOM, 0, False),
        ((503, FULL), NO_ROOM, 1, False),
        ((503, BEHIND), ANY_ROOM, 1, False),
        ((503, FULL), ANY_ROOM, 1, True),
    ],
)
def test_it_ends_a_server_only_when_that_helps(
    says: tuple[int, dict[str, str]], room: int, code: int, ends: bool, tmp_path: Path
) -> None:
    command = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
    with (
        mock.patch.object(nats_health, "ROOM", room),
        answering(*says) as url,
        subprocess.Popen(command) as server,
    ):
        assert nats_health.check(url, tmp_path, server.pid) == code
        if not ends:
            assert server.poll() is None
            server.kill()
        assert server.wait(20) == -(signal.SIGTERM if ends else signal.SIGKILL)


def test_it_loads_nothing_else_of_ours() -> None:
    """It runs in each node every five seconds."""
    listed = "import sys, services.embedded.nats_health; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", listed], capture_output=True, check=True)
    loaded = said.stdout.decode().split()
    ours = {name for name in loaded if name.startswith("services")}
    assert ours == {"services", "services.embedded", "services.embedded.nats_health"}
    assert not {"pydantic", "structlog", "nats"} & set(loaded)


def test_a_server_that_does_not_answer_is_not_healthy(tmp_path: Path) -> None:
    assert nats_health.check("http://127.0.0.1:9", tmp_path, pid=0) == 1
