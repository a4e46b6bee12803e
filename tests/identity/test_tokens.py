"""Access tokens: every way in which one can be wrong, with the real provider's keys."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.registry import HeaderParameter

from services.identity.errors import IssuerUnavailable, TokenRefused
from services.identity.issuer import (
    FRESH_SECONDS,
    STALE_SECONDS,
    UNKNOWN_KEY_SECONDS,
    Issuer,
    key_set,
)
from services.identity.tokens import LEEWAY_SECONDS, TokenVerifier
from services.settings import Settings
from tests.identity.support import LEAD, Clock, Provider, free_port, running_provider

pytestmark = pytest.mark.anyio


class Verifying:
    """A verifier on the provider, which counts what it fetches."""

    def __init__(self, provider: Provider, client: httpx.AsyncClient, clock: Clock) -> None:
        self.fetched: list[str] = []
        client.event_hooks["request"].append(self._count)
        self.issuer = Issuer(provider.url, client, clock.seconds)
        self.verifier = TokenVerifier(provider.settings, self.issuer, clock)

    async def _count(self, request: httpx.Request) -> None:
        self.fetched.append(request.url.path)

    async def reason(self, token: str) -> str:
        """Why it is refused."""
        with pytest.raises(TokenRefused) as caught:
            await self.verifier.access_token(token)
        assert LEAD not in caught.value.reason
        return caught.value.reason


@pytest.fixture
async def verifying(provider: Provider, clock: Clock) -> AsyncIterator[Verifying]:
    async with httpx.AsyncClient() as client:
        yield Verifying(provider, client, clock)


async def test_a_good_token_is_taken(verifying: Verifying, provider: Provider) -> None:
    for header in ({}, {"typ": "JWT"}, {"typ": "application/at+JWT"}, {"kid": None}):
        kept = {name: value for name, value in header.items() if value is not None}
        claims = await verifying.verifier.access_token(provider.token(kept))
        assert claims["sub"] == LEAD
    several = provider.token(aud=["other", provider.settings.oidc_audience])
    assert (await verifying.verifier.access_token(several))["sub"] == LEAD
    assert verifying.fetched == ["/.well-known/openid-configuration", "/jwks"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "http://127.0.0.1:1"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "oneplan-web"}, "aud"),
        ({"aud": ["a", "b"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"sub": None}, "sub"),
        ({"sub": 1}, "sub"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"iat": None}, "iat"),
    ],
)
async def test_who_gave_it_and_for_whom_must_be_right(
    verifying: Verifying, provider: Provider, changed: dict[str, Any], reason: str
) -> None:
    assert f"({reason})" in await verifying.reason(provider.token(**changed))


async def test_it_counts_from_and_until_its_time(
    verifying: Verifying, provider: Provider, clock: Clock
) -> None:
    now = int(clock.seconds())
    late, early = now - LEEWAY_SECONDS, now + LEEWAY_SECONDS
    assert await verifying.reason(provider.token(exp=late)) == "the token is expired"
    assert await verifying.verifier.access_token(provider.token(exp=late + 1))
    assert "(nbf)" in await verifying.reason(provider.token(nbf=early + 1))
    assert await verifying.verifier.access_token(provider.token(nbf=early))
    assert "(iat)" in await verifying.reason(provider.token(iat=early + 1))
    assert await verifying.verifier.access_token(provider.token(iat=early))


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


async def test_a_signature_that_is_none_is_no_signature(
    verifying: Verifying, provider: Provider
) -> None:
    for alg in ("none", "None", "NONE", ""):
        head = encoded({"alg": alg, "typ": "at+jwt", "kid": provider.keys.keys[0].kid})
        body = encoded(provider.claims())
        for token in (f"{head}.{body}.", f"{head}.{body}.AAAA"):
            assert "not signed as agreed" in await verifying.reason(token)


async def test_the_public_key_is_no_shared_secret(verifying: Verifying, provider: Provider) -> None:
    """RFC 8725, section 2.1: HS256 with the bytes of the public key, which everybody has."""
    public = ECKey.import_key(provider.keys.keys[0].as_dict(private=False))
    body = encoded(provider.claims())
    for secret in (json.dumps(public.as_dict()).encode(), public.as_pem(private=False)):
        for alg, digest in (("HS256", "sha256"), ("HS512", "sha512")):
            signed = f"{encoded({'alg': alg, 'kid': public.kid, 'typ': 'at+jwt'})}.{body}"
            mac = hmac.digest(secret, signed.encode(), digest)
            token = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
            assert "not signed as agreed" in await verifying.reason(token)


async def test_another_kind_of_token_is_no_access_token(
    verifying: Verifying, provider: Provider
) -> None:
    for kind in ("logout+jwt", "dpop+jwt", "secevent+jwt", ""):
        assert await verifying.reason(provider.token({"typ": kind}))
    key = provider.keys.keys[0]
    extension = JWSRegistry({"x": HeaderParameter("x", "int")}, ["ES256"])
    header = {"alg": "ES256", "kid": key.kid, "crit": ["x"], "x": 1}
    critical = jwt.encode(header, provider.claims(), key, registry=extension)
    assert "not signed as agreed" in await verifying.reason(critical)
    for text in ("", "a.b.c", "..", "a" * 20_000, "é.é.é", provider.token() + ".x"):
        assert await verifying.reason(text)


async def test_another_key_under_the_same_or_an_unknown_name_is_refused(
    verifying: Verifying, provider: Provider
) -> None:
    kid = provider.keys.keys[0].kid
    stranger = ECKey.generate_key("P-256", auto_kid=True)
    other_kind = RSAKey.generate_key(2048)
    for key, alg in ((stranger, "ES256"), (other_kind, "RS256")):
        token = jwt.encode({"alg": alg, "kid": kid}, provider.claims(), key, [alg])
        assert await verifying.reason(token)
    unknown = jwt.encode(
        {"alg": "ES256", "kid": stranger.kid}, provider.claims(), stranger, ["ES256"]
    )
    assert "a key that the identity provider has not" in await verifying.reason(unknown)


async def test_new_keys_are_fetched_but_not_at_everybodys_will(
    tmp_path: Path,
) -> None:
    clock = Clock()
    with running_provider(tmp_path, clock) as provider:
        async with httpx.AsyncClient() as client:
            verifying = Verifying(provider, client, clock)
            old = provider.token()
            assert await verifying.verifier.access_token(old)
            provider.server.keys = KeySet([ECKey.generate_key("P-256", auto_kid=True)])
            new = provider.token()
            assert await verifying.reason(new)
            clock.forward(seconds=UNKNOWN_KEY_SECONDS)
            assert await verifying.verifier.access_token(new)
            assert verifying.fetched.count("/jwks") == 2
            # The old key was taken back: it is unknown now, and asking for it fetches nothing.
            for _ in range(5):
                assert await verifying.reason(old)
            assert verifying.fetched.count("/jwks") == 2
            clock.forward(seconds=FRESH_SECONDS + 1)
            assert await verifying.verifier.access_token(provider.token())
            assert verifying.fetched.count("/jwks") == 3


async def test_a_provider_that_does_not_answer(tmp_path: Path) -> None:
    clock = Clock()
    async with httpx.AsyncClient() as client:
        with running_provider(tmp_path, clock) as provider:
            verifying = Verifying(provider, client, clock)
            assert await verifying.verifier.access_token(provider.token())
        # What was fetched serves on for a day.
        clock.forward(seconds=FRESH_SECONDS + 1)
        assert await verifying.verifier.access_token(provider.token())
        clock.forward(seconds=UNKNOWN_KEY_SECONDS)
        unknown = provider.token({"kid": "new"})
        for _ in range(2):
            with pytest.raises(IssuerUnavailable):
                await verifying.verifier.access_token(unknown)
        clock.forward(seconds=STALE_SECONDS)
        with pytest.raises(IssuerUnavailable):
            await verifying.verifier.access_token(provider.token())


async def test_who_answers_for_another_issuer_is_not_believed(
    provider: Provider, clock: Clock
) -> None:
    settings = provider.settings.model_copy(
        update={"oidc_issuer": provider.url.replace("127.0.0.1", "localhost")}
    )
    async with httpx.AsyncClient() as client:
        issuer = Issuer(str(settings.oidc_issuer), client, clock.seconds)
        with pytest.raises(IssuerUnavailable):
            await TokenVerifier(settings, issuer, clock).access_token(provider.token())
        nobody = Issuer(f"http://127.0.0.1:{free_port()}", client, clock.seconds)
        with pytest.raises(IssuerUnavailable):
            await nobody.known()


def test_only_public_keys_for_signatures_are_taken() -> None:
    key = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=False)
    shared = OctKey.generate_key(256, auto_kid=True).as_dict(private=True)
    odd: list[Any] = [shared, {**key, "use": "enc"}, {"kty": "XY"}, {"kty": "EC"}, {}, 7, None]
    assert [one.kid for one in key_set({"keys": [*odd, key]})] == [key["kid"]]
    empty: list[Any] = [{"keys": odd}, {"keys": []}, {}, [], None]
    for described in empty:
        with pytest.raises(ValueError, match="no key for signatures"):
            key_set(described)


PLACE = st.floats(0, 1, exclude_max=True)
CHARACTER = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/!")
CHANGED_CLAIM = st.sampled_from(
    ["iss", "aud", "sub", "iat", "exp", "oneplan_role", "oneplan_agency"]
)
ANY_VALUE = st.one_of(st.text(max_size=5), st.integers(), st.booleans(), st.just(["auditor"]))


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def kept(provider: Provider, clock: Clock) -> AsyncIterator[Verifying]:
    """A verifier that many examples use."""
    async with httpx.AsyncClient() as client:
        yield Verifying(provider, client, clock)


@given(place=PLACE, character=CHARACTER)
async def test_any_one_changed_character_makes_it_worthless(
    kept: Verifying, provider: Provider, place: float, character: str
) -> None:
    token = provider.token()
    at = int(place * len(token))
    changed = token[:at] + character + token[at + 1 :]
    if changed != token:
        assert await kept.reason(changed)


@given(at=st.integers(1, 4), character=CHARACTER)
async def test_not_even_the_last_bits_of_the_signature_may_differ(
    kept: Verifying, provider: Provider, at: int, character: str
) -> None:
    token = provider.token()
    changed = token[:-at] + character + token[len(token) - at + 1 :]
    if changed != token:
        assert await kept.reason(changed)


@given(name=CHANGED_CLAIM, value=ANY_VALUE)
async def test_any_one_changed_claim_makes_it_worthless(
    kept: Verifying, provider: Provider, name: str, value: Any
) -> None:
    head, body, signature = provider.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if claims[name] == value:
        return
    assert await kept.reason(f"{head}.{encoded({**claims, name: value})}.{signature}")


def test_algorithms_with_shared_keys_cannot_be_set(tmp_path: Path) -> None:
    for name in ("none", "HS256"):
        with pytest.raises(ValueError, match="oidc_algorithms"):
            Settings(data_dir=tmp_path, oidc_algorithms=(name,))
