"""All areas of the pages. Each is a module with a router of its own."""

from __future__ import annotations

from fastapi import FastAPI

from services.web.pages import caseload, conferences, family, goals, handover, offers, start
from services.web.pages.static import STATIC, compressed
from services.web.pages.work import all_items
from services.web.pages.work import pages as work

ROUTERS = (
    start.router,
    caseload.router,
    family.router,
    goals.router,
    work.router,
    all_items.router,
    conferences.router,
    handover.router,
    offers.router,
)


def add_pages(app: FastAPI) -> None:
    """Serve the pages and the files they need; they are no part of the API's description."""
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.mount(STATIC.rstrip("/"), compressed(app.state.assets), name="static")
