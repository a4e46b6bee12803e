"""The settings of signing in; they are part of :class:`services.settings.Settings`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from limits import parse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings

from services.identity.addresses import safe_endpoint, safe_url

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
"""Signatures with a key pair. ``none`` and HMAC are not to be chosen (RFC 8725, 2.1 and 3.1)."""


def _rate(text: str) -> str:
    try:
        parse(text)
    except ValueError as error:
        raise ValueError("must be a rate such as 20/minute or 1000/hour") from error
    return text


Rate = Annotated[str, AfterValidator(_rate)]
SafeUrl = Annotated[str, AfterValidator(safe_url)]
Endpoint = Annotated[str, AfterValidator(safe_endpoint)]


class ClaimNames(BaseModel):
    """Under what names the identity provider says who somebody is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str = "sub"
    """The person's id, the same as leads have in the plans."""
    role: str = "oneplan_role"
    """One role or a list of them; the first is the one somebody begins with."""
    agency: str = "oneplan_agency"
    family: str = "oneplan_family"
    member: str = "oneplan_member"


class IdentitySettings(BaseSettings):
    """How people sign in."""

    oidc_issuer: SafeUrl | None = None
    """The identity provider, exactly as its tokens name it. Without one nobody signs in, except
    below ``oneplan up``, which then starts a provider of its own with made-up people."""
    oidc_client_id: str = "oneplan-web"
    oidc_client_secret_file: Path | None = None
    """A file of mode 0600; without one the client is public and PKCE alone protects the code."""
    oidc_audience: str = "oneplan-api"
    """Whom an access token must be meant for."""
    oidc_algorithms: tuple[Algorithm, ...] = ("RS256", "ES256", "EdDSA")
    oidc_claims: ClaimNames = ClaimNames()
    oidc_scope: str = "openid"
    oidc_local_port: Annotated[int, Field(ge=0, le=65535)] = 8081
    """Where the provider of ``oneplan up`` listens on 127.0.0.1; another one when it is taken."""
    public_url: SafeUrl | None = None
    """How a browser reaches us, such as ``https://plan.example.nl``; this machine when not set."""
    rate_sign_in: Rate = "30/minute"
    """Sign-ins, and tokens that were no good, for one client address."""
    rate_api: Rate = "1200/minute"
    """Requests of one person or one agency's system."""

    @model_validator(mode="after")
    def _an_id_token_is_no_access_token(self) -> Self:
        if self.oidc_audience == self.oidc_client_id:
            raise ValueError(
                "oidc_audience and oidc_client_id must differ: otherwise an ID token, which any "
                "web page may have seen, opens the API"
            )
        if self.public_url is not None and urlsplit(self.public_url).path not in {"", "/"}:
            raise ValueError("public_url has no path: the cookies are for the whole host")
        return self
