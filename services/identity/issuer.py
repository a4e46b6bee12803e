"""The identity provider as we know it: its metadata and its keys, fetched and kept a while.

Sources: OpenID Connect Discovery 1.0, section 4; JSON Web Key (RFC 7517).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet, OctKey
from pydantic import BaseModel, ConfigDict, ValidationError

from services.identity.errors import IssuerUnavailable
from services.identity.settings import Endpoint

log = structlog.get_logger(__name__)

DISCOVERY = "/.well-known/openid-configuration"
FRESH_SECONDS = 600.0
"""Our working agreement: keys that were taken back are unknown to us after ten minutes."""
STALE_SECONDS = 86_400.0
"""How long the last keys still serve while the provider cannot be reached."""
UNKNOWN_KEY_SECONDS = 30.0
"""A token with an unknown key makes us fetch again, but not more often than this."""
AGAIN_SECONDS = 2.0
"""The pause after a first fetch that failed: who asks meanwhile is told so at once."""
PATIENCE_SECONDS = 8.0


class Metadata(BaseModel):
    """What the provider says of itself (Discovery, section 3); what we do not use is left out."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: Endpoint
    token_endpoint: Endpoint
    jwks_uri: Endpoint
    end_session_endpoint: Endpoint | None = None
    authorization_response_iss_parameter_supported: bool = False


@dataclass(frozen=True)
class Known:
    """What was fetched, and when (seconds of the clock)."""

    metadata: Metadata
    keys: KeySet
    at: float


class Issuer:
    """One provider; for one event loop."""

    def __init__(
        self, url: str, client: httpx.AsyncClient, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Nothing is fetched yet. ``clock`` counts seconds and never goes back."""
        self.url = url
        self._client = client
        self._clock = clock
        self._lock = asyncio.Lock()
        self._known: Known | None = None
        self._tried_at = float("-inf")

    async def known(self) -> Known:
        """Metadata and keys, fetched when there are none or they are old.

        Raises:
            IssuerUnavailable: when there are none and the provider does not answer as it should.
        """
        async with self._lock:
            if self._known is None or self._age(self._known) > FRESH_SECONDS:
                pause = AGAIN_SECONDS if self._known is None else UNKNOWN_KEY_SECONDS
                await self._fetch_unless_tried(pause)
            if self._known is None or self._age(self._known) > STALE_SECONDS:
                raise IssuerUnavailable
            return self._known

    async def newer(self, than: Known) -> Known | None:
        """What is known after a fetch because a key was missing, or None: nothing newer.

        Raises:
            IssuerUnavailable: when the provider had to be asked and did not answer.
        """
        async with self._lock:
            if self._known is than:
                await self._fetch_unless_tried(UNKNOWN_KEY_SECONDS)
            if self._known is not than:
                return self._known
            if self._tried_at > than.at:
                # The last fetch failed, so nobody can say whether there is such a key.
                raise IssuerUnavailable
            return None

    def _age(self, known: Known) -> float:
        return self._clock() - known.at

    async def _fetch_unless_tried(self, pause: float) -> None:
        now = self._clock()
        if now - self._tried_at < pause:
            return
        self._tried_at = now
        try:
            self._known = await self._fetch(now)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            log.warning("identity.no_issuer", error=type(error).__name__)

    async def _fetch(self, now: float) -> Known:
        try:
            metadata = Metadata.model_validate(await self._json(self.url.rstrip("/") + DISCOVERY))
        except ValidationError as error:
            raise ValueError("the metadata of the identity provider are not whole") from error
        if metadata.issuer != self.url:
            raise ValueError("the metadata are of another issuer (Discovery, section 4.3)")
        return Known(metadata, key_set(await self._json(metadata.jwks_uri)), now)

    async def _json(self, url: str) -> Any:
        response = await self._client.get(url, timeout=PATIENCE_SECONDS)
        response.raise_for_status()
        return response.json()


def key_set(described: Any) -> KeySet:
    """The public keys of a JWK set that can verify a signature; others are left out.

    Raises:
        ValueError: when there is none.
    """
    listed = described.get("keys") if isinstance(described, dict) else None
    keys = [key for one in listed or () if (key := _signing_key(one)) is not None]
    if not keys:
        raise ValueError("the key set of the identity provider holds no key for signatures")
    return KeySet(keys)


def _signing_key(described: Any) -> Key | None:
    if not isinstance(described, dict) or described.get("use", "sig") != "sig":
        return None
    try:
        key = JWKRegistry.import_key(described)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    # A shared secret has no place in a public set: whoever reads it could sign with it.
    return None if isinstance(key, OctKey) else key
