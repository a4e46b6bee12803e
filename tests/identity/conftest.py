"""The provider and the web service, once a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI

from domain.need_to_know.viewer import Viewer, ViewerRole
from services.bus.credentials import ensure_credentials
from services.settings import Settings
from services.web.access import AskingViewer, require_role
from services.web.app import create_app
from tests.identity.support import Browser, Clock, Provider, free_port, running_provider, serving

Auditor = Annotated[Viewer, Depends(require_role(ViewerRole.AUDITOR))]


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Provider]:
    with running_provider(tmp_path_factory.mktemp("provider"), clock) as running:
        yield running


@pytest.fixture(scope="module")
def web_settings(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Settings:
    return Settings(
        data_dir=tmp_path_factory.mktemp("web"),
        http_port=free_port(),
        oidc_issuer=provider.url,
        nats_url="nats://127.0.0.1:1",
        rate_sign_in="10000/minute",
    )


@pytest.fixture(scope="module")
def web(web_settings: Settings, clock: Clock) -> Iterator[FastAPI]:
    """The web service, with two routes more: one for anybody, one for auditors."""
    ensure_credentials(web_settings)
    app = create_app(web_settings, clock)

    @app.get("/test/anybody")
    def anybody(viewer: AskingViewer) -> dict[str, str]:
        return {"role": viewer.role}

    @app.get("/test/auditors")
    def auditors(viewer: Auditor) -> dict[str, str]:
        return {"role": viewer.role}

    with serving(app, web_settings.http_port):
        yield app


@pytest.fixture
def browser(web: FastAPI, web_settings: Settings) -> Iterator[Browser]:
    made = Browser(f"http://127.0.0.1:{web_settings.http_port}")
    with made.http:
        yield made
