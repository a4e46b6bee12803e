"""What goes over NATS, to read: an AsyncAPI document, and a page of a kept viewer without a CDN."""

from __future__ import annotations

import asyncio
from functools import cache

import orjson
from asyncapi_viewer.assets import STATIC_DIR, VIEWER_MODULE
from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

from services.settings import Settings

SCRIPTS = "/static-asyncapi"
DOCUMENT = "/asyncapi.json"
PAGE = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>One Plan over NATS</title>
<script type="module" src="{SCRIPTS}/{VIEWER_MODULE}"></script></head>
<body><asyncapi-viewer src="{DOCUMENT}" sidebar></asyncapi-viewer>
<noscript><a href="{DOCUMENT}">The document</a>; this page needs its script.</noscript>
</body>
</html>
"""


def add_asyncapi(app: FastAPI, settings: Settings) -> None:
    """Serve the document, the page and its script."""
    router = APIRouter(include_in_schema=False)

    @cache
    def made() -> bytes:
        # Who never reads it need not load all that it is made of.
        from services.web.asyncapi_document import document  # noqa: PLC0415

        return orjson.dumps(document(settings))

    @router.get(DOCUMENT)
    async def read_document() -> Response:
        return Response(await asyncio.to_thread(made), media_type="application/json")

    @router.get("/asyncapi")
    async def page() -> HTMLResponse:
        return HTMLResponse(PAGE)

    app.include_router(router)
    app.mount(SCRIPTS, StaticFiles(directory=STATIC_DIR), name="asyncapi-viewer")
