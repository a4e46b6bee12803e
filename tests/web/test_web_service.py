"""The web service: uvicorn serves, logs no more than it may, and ends when asked to."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.bus.credentials import ensure_credentials
from services.settings import Settings
from services.web.service import serve
from tests.web.support import bearer

pytestmark = pytest.mark.anyio


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_it_serves_until_it_is_asked_to_stop(
    tmp_path: Path, logs: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data_dir=tmp_path, http_port=free_port(), nats_url="nats://127.0.0.1:1")
    ensure_credentials(settings)
    serving = asyncio.create_task(serve(settings))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.http_port}") as client:
        async with asyncio.timeout(20):
            while True:
                try:
                    alive = await client.get("/health/live")
                    break
                except httpx.ConnectError:
                    await asyncio.sleep(0.02)
        assert alive.status_code == 200
        # No projector has made the views yet.
        found = await client.get(
            "/api/v1/families/Anna/timeline?after=Bram", headers=bearer(settings, "police")
        )
        assert found.status_code == 503
        assert "server" not in found.headers

    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(serving, 10)

    assert [line["route"] for line in logs] == [
        "/health/live",
        "/api/v1/families/{family_id}/timeline",
    ]
    # httpx logs what it asks; what uvicorn logs must not hold it.
    said = [str(logs), *(one.getMessage() for one in caplog.records if one.name != "httpx")]
    assert not [line for line in said if "Anna" in line or "Bram" in line]
