"""The protocol, by Authlib: authorization code with PKCE, ID tokens, RP-initiated logout."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, AuthorizationServer
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core.grants import OpenIDCode
from authlib.oidc.rpinitiated import EndSessionEndpoint
from fastapi import Response
from fastapi.responses import JSONResponse
from joserfc.jwk import KeySet

from services.files import read_private
from services.identity.local_provider.asked import Asked
from services.identity.local_provider.client import SCOPE, WebClient
from services.identity.local_provider.keys import ALGORITHM
from services.identity.local_provider.people import DemoPerson
from services.settings import Settings

CODE_SECONDS = 60
TOKEN_SECONDS = 600

# mypy: disable-error-code="misc, no-any-return"
# Authlib has no types: its classes are Any to subclass, and so is what they return.


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):
    """A code that was given out and not used yet."""

    person: DemoPerson
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    given_at: float

    def get_redirect_uri(self) -> str:
        """Where it was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """For what."""
        return self.scope

    def get_nonce(self) -> str | None:
        """What ties the ID token to the sign-in."""
        return self.nonce

    def get_auth_time(self) -> int:
        """When the person was chosen, in seconds since 1970."""
        return int(self.given_at)

    def get_acr(self) -> None:
        """Nothing is known of how sure it is."""

    def get_amr(self) -> None:
        """Nothing is known of how it was done."""


class Server(AuthorizationServer):
    """Authlib's server, in the terms of FastAPI."""

    def __init__(
        self, settings: Settings, keys: KeySet, clock: Callable[[], float] = time.time
    ) -> None:
        """``clock`` gives seconds since 1970.

        Raises:
            CredentialsError: when the client secret's file is not there or is open to others.
        """
        super().__init__(scopes_supported=[SCOPE])
        file = settings.oidc_client_secret_file
        self.client = WebClient(
            settings.oidc_client_id, None if file is None else read_private(file)
        )
        self.issuer: str = settings.oidc_issuer or ""
        self.keys = keys
        self.settings = settings
        self.clock = clock
        self.codes: dict[str, Code] = {}
        self.register_token_generator("default", AccessTokens(self))
        self.register_grant(CodeGrant, [S256(required=True), IdTokens(require_nonce=True)])
        self.register_endpoint(EndSession(self))

    def query_client(self, client_id: str) -> WebClient | None:
        """The client with this id."""
        return self.client if client_id == self.client.client_id else None

    def save_token(self, token: Any, request: Any) -> None:
        """Nothing is kept: access tokens speak for themselves until they expire."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Asked) -> Asked:
        """It is one already."""
        return request

    def handle_response(
        self, status: int, body: Any, headers: Sequence[tuple[str, str]]
    ) -> Response:
        """What Authlib answers, as a response."""
        if isinstance(body, dict):
            return JSONResponse(body, status, headers=dict(headers))
        return Response(body, status, headers=dict(headers))


class CodeGrant(AuthorizationCodeGrant):
    """The code flow: each code once, for a minute."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")

    def save_authorization_code(self, code: str, request: Asked) -> None:
        """Keep what the code stands for."""
        asked = request.payload.data
        self.server.codes[code] = Code(
            person=request.user,
            redirect_uri=asked["redirect_uri"],
            scope=request.scope,
            nonce=asked.get("nonce"),
            code_challenge=asked.get("code_challenge"),
            code_challenge_method=asked.get("code_challenge_method"),
            given_at=self.server.clock(),
        )

    def query_authorization_code(self, code: str, _client: WebClient) -> Code | None:
        """The code, which is used up now, whatever comes of it (RFC 6749, section 4.1.2)."""
        found = self.server.codes.pop(code, None)
        fresh = found is not None and self.server.clock() - found.given_at < CODE_SECONDS
        return found if fresh else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """It is gone already."""

    def authenticate_user(self, authorization_code: Code) -> DemoPerson:
        """Whose code it is."""
        return authorization_code.person


class S256(CodeChallenge):
    """PKCE without its method ``plain`` (RFC 9700, section 2.1.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)


class IdTokens(OpenIDCode):
    """ID tokens with the roles in them."""

    def exists_nonce(self, _nonce: str, _request: Asked) -> bool:
        """Whether it was used before; the client sees to that, with its state."""
        return False

    def resolve_client_private_key(self, _client: WebClient) -> KeySet:
        """What to sign with."""
        return self._server.keys

    def get_client_claims(self, client: WebClient) -> dict[str, Any]:
        """By whom, and for whom."""
        now = int(self._server.clock())
        return {
            "iss": self._server.issuer,
            "aud": [client.client_id],
            "iat": now,
            "exp": now + TOKEN_SECONDS,
        }

    def generate_user_info(self, user: DemoPerson, _scope: str) -> dict[str, Any]:
        """Who it is."""
        return {"sub": user.id, **user.claims(self._server.settings.oidc_claims)}

    def __call__(self, grant: CodeGrant) -> None:
        """Take part in this grant."""
        self._server: Server = grant.server
        super().__call__(grant)


class AccessTokens(JWTBearerTokenGenerator):
    """Access tokens for our API (RFC 9068)."""

    def __init__(self, server: Server) -> None:
        super().__init__(issuer=server.issuer, alg=ALGORITHM, expires_generator=TOKEN_SECONDS)
        self._server = server

    def get_jwks(self) -> KeySet:
        """What to sign with."""
        return self._server.keys

    def get_audiences(self, _client: WebClient, _user: DemoPerson, _scope: str) -> str:
        """For whom."""
        return self._server.settings.oidc_audience

    def get_extra_claims(
        self, _client: WebClient, _grant_type: str, user: DemoPerson, _scope: str
    ) -> dict[str, Any]:
        """The roles, and the times by the provider's one clock."""
        now = int(self._server.clock())
        times = {"iat": now, "exp": now + TOKEN_SECONDS}
        return times | user.claims(self._server.settings.oidc_claims)


class EndSession(EndSessionEndpoint):
    """Signing out. There is no session here to end: the way back is all there is."""

    def get_server_jwks(self) -> KeySet:
        """What ID tokens are signed with."""
        return self.server.keys

    def is_post_logout_redirect_uri_legitimate(
        self, _request: Asked, _uri: str, client: WebClient | None, _hint: str | None
    ) -> bool:
        """Back to our own client on this machine, which is all that is registered."""
        return client is not None

    def end_session(self, end_session_request: Any) -> None:
        """Nothing to end."""
