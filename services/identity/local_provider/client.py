"""The one client of the local provider: our own web application on this machine."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import ClientMixin

from services.identity.addresses import is_loopback
from services.identity.flow import CALLBACK

# mypy: disable-error-code="misc"
# Authlib has no types: its classes are Any to subclass.

SCOPE = "openid"


class LoopbackPages:
    """Pages of this machine with a certain path, at any port (RFC 8252, section 7.3)."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __contains__(self, url: object) -> bool:
        """Whether a browser may be sent there."""
        if not isinstance(url, str):
            return False
        try:
            parts = urlsplit(url)
            plain = parts.username is None and not parts.query and not parts.fragment
        except ValueError:
            return False
        return (
            plain
            and parts.scheme in {"http", "https"}
            and is_loopback(parts.hostname)
            and parts.path == self._path
        )


CALLBACKS = LoopbackPages(CALLBACK)


class WebClient(ClientMixin):
    """As Authlib asks for it. Without a secret it is a public client, which needs PKCE."""

    client_metadata = {"post_logout_redirect_uris": LoopbackPages("/")}  # noqa: RUF012 - not shared
    id_token_signed_response_alg = "ES256"  # noqa: S105 - an algorithm

    def __init__(self, client_id: str, secret: str | None) -> None:
        self.client_id = client_id
        self._secret = secret

    def get_client_id(self) -> str:
        """Its id."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: the request names one."""

    def get_allowed_scope(self, scope: str | None) -> str:
        """The part of what is asked that can be had."""
        return SCOPE if SCOPE in (scope or "").split() else ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether the code may be sent there."""
        return redirect_uri in CALLBACKS

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether it is this client's."""
        return self._secret is not None and hmac.compare_digest(
            self._secret.encode(), client_secret.encode()
        )

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """A client with a secret must show it."""
        return (method == "none") == (self._secret is None)

    def check_response_type(self, response_type: str) -> bool:
        """The code flow only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """The code flow only."""
        return grant_type == "authorization_code"

    def __repr__(self) -> str:
        """Without the secret."""
        return f"WebClient({self.client_id!r})"
