"""The web application."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starsessions import SessionMiddleware

from services.access import AccessPath, open_access_log
from services.access.looks import Looks
from services.clock import utc_now
from services.identity.addresses import origin
from services.identity.sessions import Sessions
from services.monitor.vitals import Vitals
from services.persons.pseudonyms import Pseudonyms
from services.read_model.engine import create_read_engine
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog
from services.views.party_views import PartyViews
from services.web import (
    access_records,
    audit_history,
    audit_time,
    auth,
    emergency,
    exports,
    health,
    persons,
    routes,
)
from services.web.asyncapi import add_asyncapi
from services.web.csrf import Csrf, web_secret
from services.web.guard import Guard
from services.web.headers import SecurityHeaders
from services.web.openapi import TAGS, use_problem_media_type
from services.web.pages.areas import add_pages
from services.web.pages.compression import CompressPages
from services.web.pages.live import Live
from services.web.pages.problems import refused, show_problems
from services.web.pages.static import Assets
from services.web.people import LIFETIME_SECONDS, Cookies, People, Plain, public_url
from services.web.problem import add_problem_handlers
from services.web.refusals import add_refusal_handlers
from services.web.visits import Visits

DESCRIPTION = """One family, one plan, one lead caseworker.

Your agency sees the plans it takes part in now, and nothing of any other family. Give its token
as `Authorization: Bearer <token>`. Errors are problem details (RFC 9457) that name the field.
The same views can be asked over NATS, on `views.<agency>.plan` and its like.
"""


def create_app(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    vitals: Vitals | None = None,
) -> FastAPI:
    """The application; its connections are made when it starts and closed when it ends.

    Starting raises as :func:`services.store.application.open_application` does, and
    :class:`services.files.CredentialsError` when a secret can be read by others.
    """
    engine = create_read_engine(settings)
    vitals = vitals or Vitals("web", serves_on=True)
    secret = web_secret(settings)
    people = People(settings, Sessions(engine, clock), secret, clock)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(engine.dispose)
            application = stack.enter_context(open_application(settings))
            app.state.application = application
            app.state.access_log = stack.enter_context(open_access_log(settings))
            app.state.looks = Looks(app.state.access_log, AccessPath.HTTP, "web")
            app.state.views = PartyViews(engine, application, app.state.looks)
            in_pages = Looks(app.state.access_log, AccessPath.HTML, "web")
            app.state.page_views = app.state.views.recorded_by(in_pages)
            app.state.health = health.Health(engine, EventLog(application), vitals)
            await stack.enter_async_context(app.state.health.watching_nats(settings))
            await stack.enter_async_context(app.state.live.connected(settings))
            people.sessions.create_table()
            app.state.visits.create_table()
            await stack.enter_async_context(people.connected())
            for name in ("database", "projections", "nats"):
                vitals.look_at(name, app.state.health.found(name))
            vitals.works()
            yield

    app: FastAPI = FastAPIOffline(
        title="One Plan",
        version=version("oneplan"),
        description=DESCRIPTION,
        openapi_tags=TAGS,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.people = people
    app.state.visits = Visits(engine)
    app.state.vitals = vitals
    app.state.pseudonyms = Pseudonyms(settings)
    app.state.assets = Assets()
    app.state.live = Live()
    app.state.web_secret = secret
    _add_protection(app, settings, people.sessions)
    add_problem_handlers(app)
    add_refusal_handlers(app)
    show_problems(app)
    use_problem_media_type(app)
    app.include_router(routes.router)
    app.include_router(exports.router)
    app.include_router(emergency.router)
    app.include_router(access_records.router)
    app.include_router(audit_history.router)
    app.include_router(audit_time.router)
    app.include_router(persons.router)
    app.include_router(health.router)
    app.include_router(auth.router)
    add_asyncapi(app, settings)
    add_pages(app)
    return app


def _add_protection(app: FastAPI, settings: Settings, sessions: Sessions) -> None:
    """The middleware; what is added last comes first at a request."""
    app.add_middleware(CompressPages)
    https = public_url(settings).startswith("https://")
    cookies = Cookies.named(https=https)
    app.state.cookies = cookies
    app.add_middleware(
        SessionMiddleware,
        store=sessions,
        lifetime=LIFETIME_SECONDS,
        rolling=True,
        cookie_name=cookies.session,
        cookie_https_only=https,
        cookie_path="/",
        serializer=Plain(),
    )
    app.add_middleware(
        Csrf,
        secret=app.state.web_secret,
        https=https,
        cookie=cookies.csrf,
        sessions={cookies.session},
        refuse=refused,
    )
    # Signing out goes on to the identity provider, and browsers follow a form only where they may.
    provider = () if settings.oidc_issuer is None else (origin(settings.oidc_issuer),)
    headers = SecurityHeaders(https=https, form_targets=provider)
    app.add_middleware(Guard, headers=headers, refuse=refused)
