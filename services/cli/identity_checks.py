"""What ``oneplan doctor`` looks at about signing in."""

from __future__ import annotations

import httpx

from services.cli.checks import Check, error, ok
from services.files import CredentialsError, read_private
from services.identity.errors import IssuerUnavailable
from services.identity.issuer import Issuer
from services.settings import Settings

NAME = "sign-in"


async def check_identity(settings: Settings) -> list[Check]:
    """Whether the identity provider answers as it should, and the client secret is private."""
    url = settings.oidc_issuer
    if url is None:
        return [ok(NAME, "no provider set: below `oneplan up` its own, elsewhere nobody")]
    checks = [await _provider(url)]
    file = settings.oidc_client_secret_file
    if file is not None:
        try:
            read_private(file)
        except (CredentialsError, OSError) as problem:
            checks.append(error("client secret", str(problem), "put the secret there, mode 0600"))
    return checks


async def _provider(url: str) -> Check:
    async with httpx.AsyncClient() as client:
        try:
            known = await Issuer(url, client).known()
        except IssuerUnavailable:
            mend = "see that oidc_issuer is exactly the issuer of its metadata, and can be reached"
            return error(NAME, f"{url} gives no metadata and keys that can be used", mend)
    return ok(NAME, f"{url} answers, with {len(known.keys.keys)} keys")
