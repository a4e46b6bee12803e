"""The files of the pages: what others made is what they published, and addresses are for ever."""

from __future__ import annotations

import base64
import tomllib
from hashlib import sha512

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Mount

from services.web.pages.static import STATIC_FOLDER, Assets, compressed

VENDOR = STATIC_FOLDER / "vendor"
LISTED = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))["files"]


@pytest.mark.parametrize("listed", LISTED, ids=lambda one: one["file"])
def test_what_others_made_is_as_it_was_published(listed: dict[str, str]) -> None:
    digest = sha512((VENDOR / listed["file"]).read_bytes()).digest()
    assert f"sha512-{base64.b64encode(digest).decode()}" == listed["integrity"]
    assert listed["licence"] == "0BSD"


def test_all_that_others_made_is_listed() -> None:
    assert {one.name for one in VENDOR.iterdir()} == {
        "vendor.toml",
        *(one["file"] for one in LISTED),
    }


def test_an_address_is_for_one_content_for_ever() -> None:
    assets = Assets()
    client = TestClient(Starlette(routes=[Mount("/static", compressed(assets))]))
    address = assets.url("app.css")
    given = client.get(address, headers={"Accept-Encoding": "br"})
    assert given.status_code == 200
    assert given.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert given.headers["content-encoding"] == "br"
    assert client.get("/static/0000000000000000/app.css").status_code == 404
    assert client.get(f"{address}/../../../app.py").status_code == 404
