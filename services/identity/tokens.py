"""Tokens of the identity provider, verified by joserfc.

Sources: RFC 7519 (JWT), RFC 8725 (best practice), RFC 9068 (access tokens),
OpenID Connect Core 1.0, section 3.1.3.7 (ID tokens).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry, Token

from services.clock import utc_now
from services.identity.errors import TokenRefused
from services.identity.issuer import Issuer
from services.identity.settings import IdentitySettings

LEEWAY_SECONDS = 30
"""How far two clocks may differ."""
MOST_CHARACTERS = 16_384

ACCESS_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
ID_TYPES = frozenset({"jwt"})


def looks_like_jwt(token: str) -> bool:
    """Whether it has the three parts of a signed token."""
    return token.count(".") == 2  # noqa: PLR2004 - header.payload.signature


class TokenVerifier:
    """Says what is claimed in a token, once nothing about it is wrong."""

    def __init__(
        self,
        settings: IdentitySettings,
        issuer: Issuer,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._issuer = issuer
        self._clock = clock
        # Unknown header fields are to be ignored (RFC 7515, section 4); critical ones are not.
        self._headers = JWSRegistry(
            algorithms=list(settings.oidc_algorithms), strict_check_header=False
        )

    async def access_token(self, token: str) -> dict[str, Any]:
        """The claims of an access token that is meant for our API.

        Raises:
            TokenRefused: when anything about it is wrong.
            IssuerUnavailable: when its key is needed and cannot be fetched.
        """
        return await self._claims(token, self._settings.oidc_audience, ACCESS_TYPES)

    async def id_token(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token for our web client, from the sign-in with this nonce.

        Raises:
            TokenRefused: when anything about it is wrong.
            IssuerUnavailable: when its key is needed and cannot be fetched.
        """
        client_id = self._settings.oidc_client_id
        claims = await self._claims(token, client_id, ID_TYPES)
        given = claims.get("nonce")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
            raise TokenRefused("the ID token is not of this sign-in (nonce)")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else client_id) != client_id:
            raise TokenRefused("the ID token was given to another client (azp)")
        return claims

    async def _claims(self, token: str, audience: str, types: frozenset[str]) -> dict[str, Any]:
        if len(token) > MOST_CHARACTERS:
            raise TokenRefused("the token is too long")
        decoded = await self._decode(token)
        kind = decoded.header.get("typ")
        if kind is not None and (not isinstance(kind, str) or kind.lower() not in types):
            raise TokenRefused("the token is of another kind (typ)")
        registry = JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer.url},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            registry.validate(decoded.claims)
        except ExpiredTokenError:
            raise TokenRefused("the token is expired") from None
        except ClaimError as error:
            raise TokenRefused(f"the token is not for us, or not for now ({error.claim})") from None
        return decoded.claims

    async def _decode(self, token: str) -> Token:
        known = await self._issuer.known()
        try:
            return self._verified(token, known.keys)
        except InvalidKeyIdError:
            newer = await self._issuer.newer(known)
        try:
            if newer is not None:
                return self._verified(token, newer.keys)
        except InvalidKeyIdError:
            pass
        raise TokenRefused("the token is signed with a key that the identity provider has not")

    def _verified(self, token: str, keys: Any) -> Token:
        try:
            return jwt.decode(token, keys, registry=self._headers)
        except InvalidKeyIdError:
            raise
        except (JoseError, ValueError, TypeError, KeyError):
            raise TokenRefused("the token is damaged, or not signed as agreed") from None
