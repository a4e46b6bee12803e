"""Tiny stand-ins for the service processes: ``python children.py NAME JOURNAL``.

Each notes in the journal when it starts and when it is asked to stop.
"""

from __future__ import annotations

import http.server
import os
import signal
import sys
import threading
from pathlib import Path


class Health(http.server.BaseHTTPRequestHandler):
    """Always ready."""

    def do_GET(self) -> None:
        """Answer ``/health/ready`` only."""
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


def main(name: str, journal: Path) -> None:
    """Run until SIGTERM, or for ever when stubborn."""

    def note(what: str) -> None:
        with journal.open("a", encoding="utf-8") as file:
            file.write(f"{what} {name}\n")

    stopped = threading.Event()

    def on_stop(_number: int, _frame: object) -> None:
        note("stop")
        if name != "stubborn":
            stopped.set()

    signal.signal(signal.SIGTERM, on_stop)
    signal.signal(signal.SIGINT, on_stop)
    if name == "web":
        address = ("127.0.0.1", int(os.environ["ONEPLAN_HTTP_PORT"]))
        server = http.server.HTTPServer(address, Health)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    note(f"start {os.environ['ONEPLAN_NATS_URL']}")
    stopped.wait()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
