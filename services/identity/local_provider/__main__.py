"""``python -m services.identity.local_provider``, at the address of ``oidc_issuer``."""

from __future__ import annotations

import sys

import structlog
import uvloop
from pydantic import ValidationError

from services.files import CredentialsError
from services.identity.local_provider.app import NotLoopbackError, create_provider, listening_at
from services.identity.local_provider.keys import signing_keys
from services.identity.local_provider.people import read_people
from services.logs import configure_logs
from services.settings import Settings
from services.web.server import serve_app


def main() -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code."""
    try:
        settings = Settings()
        configure_logs(settings)
        structlog.contextvars.bind_contextvars(service="identity")
        host, port = listening_at(settings)
        app = create_provider(settings, signing_keys(settings), read_people())
    except (NotLoopbackError, CredentialsError, OSError, ValidationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    uvloop.run(serve_app(app, host, port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
