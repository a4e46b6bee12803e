"""Signing in on the web: authorization code with PKCE, state and nonce.

Sources: RFC 6749 section 4.1, RFC 7636 (S256), RFC 9207 (``iss`` in the answer), RFC 9700 (best
practice), OpenID Connect Core 1.0 section 3.1, RP-Initiated Logout 1.0.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import quote_plus

import httpx
import structlog
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from domain.need_to_know.viewer import ViewerRole
from domain.values import Value
from services.bus.agencies import AgencyRegister
from services.files import read_private
from services.identity.errors import IssuerUnavailable, SignInRefused
from services.identity.issuer import PATIENCE_SECONDS, Issuer
from services.identity.people import Person, person_of
from services.identity.tokens import TokenVerifier
from services.settings import Settings

log = structlog.get_logger(__name__)

CALLBACK = "/auth/callback"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
REFUSALS = frozenset({"invalid_grant", "invalid_request", "invalid_client", "unauthorized_client"})
"""What a token endpoint may say that can be passed on (RFC 6749, section 5.2)."""


class Pending(Value):
    """A sign-in that somebody has begun: kept in their session, never in a cookie or a URL."""

    state: str
    nonce: str
    verifier: str
    next: str
    role: ViewerRole | None = None


class CodeFlow:
    """Our side of the sign-in."""

    def __init__(  # noqa: PLR0917 - each is another one's work
        self,
        settings: Settings,
        register: AgencyRegister,
        issuer: Issuer,
        verifier: TokenVerifier,
        client: httpx.AsyncClient,
        public_url: str,
    ) -> None:
        """``public_url`` is how a browser reaches us.

        Raises:
            CredentialsError: when the client secret's file is not there or is open to others.
        """
        self._settings = settings
        self._register = register
        self._issuer = issuer
        self._verifier = verifier
        self._client = client
        self._public_url = public_url.rstrip("/")
        file = settings.oidc_client_secret_file
        self._secret = None if file is None else read_private(file)

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to."""
        return self._public_url + CALLBACK

    async def begin(self, next_: str, role: ViewerRole | None) -> tuple[str, Pending]:
        """Where to send the browser, and what to remember.

        Raises:
            IssuerUnavailable: when the provider does not answer.
        """
        known = await self._issuer.known()
        pending = Pending(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            next=next_,
            role=role,
        )
        url: str = prepare_grant_uri(
            known.metadata.authorization_endpoint,
            client_id=self._settings.oidc_client_id,
            response_type="code",
            redirect_uri=self.redirect_uri,
            scope=self._settings.oidc_scope,
            state=pending.state,
            nonce=pending.nonce,
            code_challenge=create_s256_code_challenge(pending.verifier),
            code_challenge_method="S256",
        )
        return url, pending

    async def finish(self, pending: Pending, code: str, iss: str | None) -> Person:
        """Who it is that came back with this code.

        Raises:
            SignInRefused: when the provider does not take the code, or the answer is not its own.
            TokenRefused: when its ID token is not good.
            ClaimsRefused: when whom it names may not come in.
            IssuerUnavailable: when the provider does not answer.
        """
        known = await self._issuer.known()
        required = known.metadata.authorization_response_iss_parameter_supported
        if (iss is None and required) or (iss is not None and iss != self._issuer.url):
            raise SignInRefused("the answer comes from another identity provider (iss)")
        token = await self._fetch(known.metadata.token_endpoint, pending, code)
        claims = await self._verifier.id_token(token, pending.nonce)
        return person_of(claims, self._settings, self._register)

    async def sign_out_url(self) -> str | None:
        """Where the provider ends its own session, or None when it offers or says nothing."""
        try:
            endpoint = (await self._issuer.known()).metadata.end_session_endpoint
        except IssuerUnavailable:
            return None
        if endpoint is None:
            return None
        asked = {
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": self._public_url + "/",
        }
        url: str = add_params_to_uri(endpoint, asked)
        return url

    async def _fetch(self, endpoint: str, pending: Pending, code: str) -> str:
        body = prepare_token_request(
            "authorization_code",
            code=code,
            redirect_uri=self.redirect_uri,
            code_verifier=pending.verifier,
            **({"client_id": self._settings.oidc_client_id} if self._secret is None else {}),
        )
        try:
            response = await self._client.post(
                endpoint,
                content=body,
                headers=FORM,
                auth=self._authentication(),
                timeout=PATIENCE_SECONDS,
            )
            answer = (
                response.json()
                if response.status_code < httpx.codes.INTERNAL_SERVER_ERROR
                else None
            )
        except (httpx.HTTPError, ValueError) as error:
            log.warning("identity.no_token", error=type(error).__name__)
            raise IssuerUnavailable from None
        if not isinstance(answer, dict):
            raise IssuerUnavailable
        if response.is_success and isinstance(answer.get("id_token"), str):
            return str(answer["id_token"])
        said = answer.get("error")
        reason = said if isinstance(said, str) and said in REFUSALS else "no ID token"
        log.warning("identity.code_refused", reason=reason)
        raise SignInRefused(f"the identity provider did not take the sign-in ({reason})")

    def _authentication(self) -> httpx.Auth:
        """Both are form-encoded first (RFC 6749, section 2.3.1)."""
        if self._secret is None:
            return httpx.Auth()
        return httpx.BasicAuth(quote_plus(self._settings.oidc_client_id), quote_plus(self._secret))


def same_state(pending: Pending, state: str) -> bool:
    """Whether an answer belongs to this sign-in; how long it takes tells nothing."""
    return hmac.compare_digest(pending.state.encode(), state.encode())
