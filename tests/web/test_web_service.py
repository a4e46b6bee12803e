"""The web service: uvicorn serves, logs no more than it may, and ends when asked to."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.bus.credentials import CredentialsError, ensure_credentials
from services.embedded.web_port import http_url
from services.settings import Settings
from services.web.server import serve_app
from services.web.service import serve
from tests.support.certificates import Authority
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


async def test_with_a_certificate_it_speaks_tls_only(tmp_path: Path) -> None:
    authority, stranger = Authority(tmp_path / "ca"), Authority(tmp_path / "other")
    pair = authority.issue("127.0.0.1")
    settings = Settings(
        data_dir=tmp_path,
        http_port=free_port(),
        nats_url="nats://127.0.0.1:1",
        http_tls_cert=pair.cert,
        http_tls_key=pair.key,
    )
    serving = asyncio.create_task(serve(settings))
    port = settings.http_port
    url = http_url(settings.http_host, port, tls=True)
    trusting = ssl.create_default_context(cafile=authority.cert)
    async with httpx.AsyncClient(base_url=url, verify=trusting) as client:
        async with asyncio.timeout(20):
            while True:
                try:
                    alive = await client.get("/health/live")
                    break
                except httpx.ConnectError:
                    await asyncio.sleep(0.02)
    assert (alive.status_code, url) == (200, f"https://127.0.0.1:{port}")
    async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=stranger.cert)) as other:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await other.get(f"{url}/health/live")
    async with httpx.AsyncClient() as plain:
        with pytest.raises(httpx.HTTPError):
            await plain.get(f"http://127.0.0.1:{port}/health/live")
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(serving, 10)


async def test_a_key_that_others_can_read_keeps_it_from_serving(tmp_path: Path) -> None:
    pair = Authority(tmp_path / "ca").issue("127.0.0.1")
    pair.key.chmod(0o644)
    tls = {"http_tls_cert": pair.cert, "http_tls_key": pair.key}
    settings = Settings(data_dir=tmp_path, http_port=free_port(), **tls)  # type: ignore[arg-type]
    with pytest.raises(CredentialsError, match="chmod 600"):
        await serve(settings)


async def test_several_answer_on_one_port_and_one_alone_does_not_share_it() -> None:
    port, started = free_port(), asyncio.Semaphore(0)

    def numbered(number: int) -> FastAPI:
        app = FastAPI(on_startup=[started.release])
        app.get("/")(lambda: number)
        return app

    serving = [
        asyncio.create_task(serve_app(numbered(one), "127.0.0.1", port, shared=True))
        for one in (1, 2)
    ]
    try:
        for _ in serving:
            await asyncio.wait_for(started.acquire(), 10)
        await asyncio.sleep(0)
        found = set[int]()
        async with asyncio.timeout(20):
            while len(found) < len(serving):
                # Each on a connection of its own: the system chooses by that.
                async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                    found.add((await client.get("/")).json())
        with pytest.raises(SystemExit):
            await serve_app(numbered(3), "127.0.0.1", port)
    finally:
        for one in serving:
            one.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
