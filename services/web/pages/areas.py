"""All areas of the pages. Each is a module with a router of its own."""

from __future__ import annotations

from fastapi import FastAPI

from services.web.pages import (
    break_glass,
    caseload,
    conferences,
    family,
    goals,
    handover,
    leave,
    my_families,
    my_family,
    my_forms,
    offers,
    our_plan,
    our_voice,
    start,
)
from services.web.pages.audit import difference, known, moment, proofs, records
from services.web.pages.audit import start as audit
from services.web.pages.audit.entrance import PurposeWanted, ask_purpose
from services.web.pages.static import STATIC, compressed
from services.web.pages.timeline import page as timeline
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
    my_families.router,
    my_family.router,
    my_forms.router,
    break_glass.router,
    our_plan.router,
    our_voice.router,
    leave.router,
    timeline.router,
    audit.router,
    moment.router,
    records.router,
    difference.router,
    known.router,
    proofs.router,
)


def add_pages(app: FastAPI) -> None:
    """Serve the pages and the files they need; they are no part of the API's description."""
    app.add_exception_handler(PurposeWanted, ask_purpose)
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.mount(STATIC.rstrip("/"), compressed(app.state.assets), name="static")
