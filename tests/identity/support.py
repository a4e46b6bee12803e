"""A real identity provider and a real web service, each by uvicorn, and a browser for them."""

from __future__ import annotations

import html
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import uvicorn
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import KeySet

from services.identity.local_provider.app import create_provider
from services.identity.local_provider.keys import ALGORITHM, signing_keys
from services.identity.local_provider.people import read_people
from services.identity.local_provider.server import Server
from services.settings import Settings
from services.web.server import Server as UvicornServer

LEAD = "karim-benali"
AUDITOR = "vera-toezicht"


class Clock:
    """The time that tests give; it stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        """Seconds since 1970."""
        return self.now.timestamp()

    def forward(self, **term: float) -> None:
        """Let time pass."""
        self.now += timedelta(**term)


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(app: FastAPI, port: int) -> Iterator[None]:
    """The application, served by uvicorn on 127.0.0.1 until the end of the block."""
    server = UvicornServer(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start in time"
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


class Provider:
    """The local identity provider, and what its key can sign."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        assert settings.oidc_issuer is not None
        self.url = settings.oidc_issuer
        self.settings = settings
        self.clock = clock
        self.app = create_provider(settings, signing_keys(settings), read_people(), clock.seconds)

    @property
    def server(self) -> Server:
        """The protocol."""
        server: Server = self.app.state.server
        return server

    @property
    def keys(self) -> KeySet:
        """What it signs with now."""
        return self.server.keys

    def claims(self, **changed: Any) -> dict[str, Any]:
        """The claims of a good access token of the lead, changed; None leaves one out."""
        now = int(self.clock.seconds())
        good = {
            "iss": self.url,
            "aud": self.settings.oidc_audience,
            "sub": LEAD,
            "iat": now,
            "exp": now + 300,
            "oneplan_role": ["lead", "professional"],
            "oneplan_agency": "municipality",
        }
        return {name: value for name, value in (good | changed).items() if value is not None}

    def token(self, header: dict[str, Any] | None = None, **changed: Any) -> str:
        """A token with these claims, signed by the provider's own key."""
        given = {"alg": ALGORITHM, "kid": self.keys.keys[0].kid, "typ": "at+jwt", **(header or {})}
        return jwt.encode(given, self.claims(**changed), self.keys.keys[0], [given["alg"]])


@contextmanager
def running_provider(folder: Path, clock: Clock, **settings: Any) -> Iterator[Provider]:
    """A provider with a data folder of its own."""
    port = free_port()
    provider = Provider(
        Settings(
            data_dir=folder,
            oidc_issuer=f"http://127.0.0.1:{port}",
            nats_url="nats://127.0.0.1:1",
            **settings,
        ),
        clock,
    )
    with serving(provider.app, port):
        yield provider


class Browser:
    """A browser that keeps cookies and follows nothing by itself."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.Client(base_url=base_url)

    def to_provider(self, **query: str) -> str:
        """Begin to sign in; the URL at the provider."""
        answer = self.http.get("/auth/sign-in", params=query)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def choose(self, url: str, person: str) -> str:
        """Say on the provider's page who it is; the URL to go back to."""
        page = self.http.get(url)
        assert page.status_code == 200, page.text
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        form = {name: html.unescape(value) for name, value in hidden}
        parts = urlsplit(url)
        sent = self.http.post(
            f"{parts.scheme}://{parts.netloc}/authorize", data={**form, "person": person}
        )
        assert sent.status_code == 302, sent.text
        return sent.headers["location"]

    def sign_in(self, person: str = LEAD, **query: str) -> httpx.Response:
        """The whole way; the answer to the last step."""
        return self.http.get(self.choose(self.to_provider(**query), person))

    def me(self, **query: str) -> httpx.Response:
        """Who the service thinks it is."""
        return self.http.get("/auth/me", params=query)

    def csrf(self) -> str:
        """The token for forms."""
        token: str = self.me().json()["csrf_token"]
        return token

    def take_session(self, session_id: str | None) -> None:
        """Go on with this id, wherever it comes from."""
        self.http.cookies.set("oneplan-session", session_id or "", domain="127.0.0.1")

    def session(self) -> str | None:
        """The session's id."""
        return self.http.cookies.get("oneplan-session")


def changed_query(url: str, **changed: str | None) -> str:
    """The URL with parameters put in place or left out (None)."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    kept = {name: value for name, value in query.items() if value is not None}
    return parts._replace(query=urlencode(kept)).geturl()


def query_of(url: str) -> dict[str, str]:
    """The parameters of a URL."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
