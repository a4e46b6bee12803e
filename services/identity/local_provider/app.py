"""The provider's pages and endpoints (OpenID Connect Core 1.0 and Discovery 1.0)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import OAuth2Error
from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.middleware.trustedhost import TrustedHostMiddleware

from services.identity.addresses import is_loopback
from services.identity.issuer import DISCOVERY
from services.identity.local_provider.asked import asked
from services.identity.local_provider.client import SCOPE
from services.identity.local_provider.keys import ALGORITHM
from services.identity.local_provider.people import DemoPerson
from services.identity.local_provider.server import Server
from services.settings import Settings

PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
)
STYLE = Path(__file__).with_name("page.css")
PERSON = "person"
HEADERS = {
    # A form may lead on to the web application, which is on this machine too.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self' http://127.0.0.1:* http://localhost:*",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class NotLoopbackError(Exception):
    """The provider was to be reached from elsewhere; it lets anybody in, so it refuses that."""


def listening_at(settings: Settings) -> tuple[str, int]:
    """The address and port of ``oidc_issuer``.

    Raises:
        NotLoopbackError: when that is not ``http://`` with an address of this machine and a port.
    """
    parts = urlsplit(settings.oidc_issuer or "")
    host = parts.hostname
    if (
        parts.scheme != "http"
        or host is None
        # A name may be pointed elsewhere, even this one.
        or host == "localhost"
        or not is_loopback(host)
        or parts.port is None
        or parts.path
    ):
        raise NotLoopbackError(
            "the local identity provider lets anybody in, so it listens on this machine alone: "
            "oidc_issuer must be http://127.0.0.1:PORT"
        )
    return host, parts.port


def create_provider(
    settings: Settings,
    keys: KeySet,
    people: Mapping[str, DemoPerson],
    clock: Callable[[], float] = time.time,
) -> FastAPI:
    """The application.

    Raises:
        NotLoopbackError: as :func:`listening_at`.
    """
    listening_at(settings)
    server = Server(settings, keys, clock)
    app = FastAPI(title="Local identity provider", openapi_url=None, redirect_slashes=False)
    # Another site cannot come in by a name of its own that points to this machine.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])

    app.state.server = server
    app.state.people = people
    app.include_router(router)
    return app


router = APIRouter()


@router.get(DISCOVERY)
async def discovery(request: Request) -> dict[str, Any]:
    """What the provider says of itself."""
    return _metadata(_server(request).issuer)


@router.get("/jwks")
async def jwks(request: Request) -> dict[str, Any]:
    """The public key."""
    return dict(_server(request).keys.as_dict(private=False))


@router.get("/authorize")
async def ask(request: Request) -> Response:
    """The page on which somebody says who they are."""
    server, question = _server(request), await asked(request)
    try:
        server.get_consent_grant(question)
    except OAuth2Error as error:
        return _by_us(server, server.handle_error_response(question, error))
    page = PAGES.get_template("page.html").render(
        asked=request.query_params.multi_items(), people=_people(request).values()
    )
    return HTMLResponse(page, headers=HEADERS)


@router.get("/page.css")
async def style() -> FileResponse:
    """How that page looks."""
    return FileResponse(STYLE, headers=HEADERS)


@router.post("/authorize")
async def answer(request: Request) -> Response:
    """What they said; nobody means that they do not want to."""
    server, question = _server(request), await asked(request)
    person = _people(request).get(question.form.get(PERSON, ""))
    try:
        grant = server.get_consent_grant(question, person)
    except OAuth2Error as error:
        return _by_us(server, server.handle_error_response(question, error))
    return _by_us(server, server.create_authorization_response(question, person, grant))


@router.post("/token")
async def token(request: Request) -> Response:
    """Tokens for a code."""
    given: Response = _server(request).create_token_response(await asked(request))
    return given


@router.get("/userinfo")
async def userinfo(request: Request) -> JSONResponse:
    """Who an access token is about."""
    server = _server(request)
    person = _people(request).get(_subject(server, request.headers.get("authorization", "")))
    if person is None:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise HTTPException(401, "give an access token of ours", headers=challenge)
    said = {"sub": person.id, "name": person.name, **person.claims(server.settings.oidc_claims)}
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


@router.get("/end-session")
async def end_session(request: Request) -> Response:
    """Sign out, and back to the web application."""
    done: Response | None = _server(request).create_endpoint_response(
        "end_session", await asked(request)
    )
    return HTMLResponse("Afgemeld.", headers=HEADERS) if done is None else done


def _server(request: Request) -> Server:
    server: Server = request.app.state.server
    return server


def _people(request: Request) -> Mapping[str, DemoPerson]:
    people: Mapping[str, DemoPerson] = request.app.state.people
    return people


def _metadata(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/end-session",
        "scopes_supported": [SCOPE],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": [
            "none",
            "client_secret_basic",
            "client_secret_post",
        ],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }


def _by_us(server: Server, response: Response) -> Response:
    """Each answer that goes back to the client says by whom it is (RFC 9207)."""
    location = response.headers.get("location")
    if location is not None:
        response.headers["location"] = add_params_to_uri(location, [("iss", server.issuer)])
    response.headers.update(HEADERS)
    return response


def _subject(server: Server, authorization: str) -> str:
    """Whose access token it is, or an empty text."""
    registry = jwt.JWTClaimsRegistry(
        now=int(server.clock()),
        iss={"essential": True, "value": server.issuer},
        aud={"essential": True, "value": server.settings.oidc_audience},
        exp={"essential": True},
    )
    try:
        token = jwt.decode(authorization.removeprefix("Bearer "), server.keys, [ALGORITHM])
        registry.validate(token.claims)
    except (JoseError, ValueError):
        return ""
    return str(token.claims.get("sub", ""))
