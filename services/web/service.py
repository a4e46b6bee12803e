"""The web service."""

from __future__ import annotations

from services.bus.tls import check_pair
from services.monitor.vitals import Vitals
from services.settings import Settings
from services.web.app import create_app
from services.web.server import serve_app


async def serve(settings: Settings, vitals: Vitals | None = None) -> None:
    """Serve HTTP on ``http_host:http_port`` until SIGTERM or SIGINT, on the running event loop.

    With ``http_tls_cert`` in the settings it is HTTPS only.

    Raises:
        CredentialsError: when that certificate or its key cannot be used, or a secret of the web
            service can be read by others.
        SystemExit: when the port is taken or the database cannot be reached at the start.
    """
    cert, key = settings.http_tls_cert, settings.http_tls_key
    if cert is not None and key is not None:
        check_pair("http_tls", cert, key)
    app = create_app(settings, vitals=vitals)
    await serve_app(
        app,
        settings.http_host,
        settings.http_port,
        certificate=cert,
        key=key,
        on_stop=app.state.live.end_all,
        shared=settings.web_processes > 1,
    )
