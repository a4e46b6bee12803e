"""Around the routes: who is let in by what, CSRF, headers, cookies and rate limits."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.bus.credentials import ensure_credentials
from services.files import CredentialsError
from services.settings import Settings
from services.web.app import create_app
from services.web.csrf import MOST_FORM_BYTES, SECRET_FILE, web_secret
from services.web.limits import RateLimited, RateLimits
from services.web.people import WHO
from tests.identity.support import Browser, Clock, Provider, free_port, running_provider
from tests.web.support import bearer

HTTPS = "https://plan.example.nl"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with running_provider(tmp_path_factory.mktemp("provider"), Clock()) as running:
        yield running


def settings_of(folder: Path, provider: Provider, **changed: Any) -> Settings:
    settings = Settings(
        data_dir=folder,
        oidc_issuer=provider.url,
        nats_url="nats://127.0.0.1:1",
        public_url=changed.pop("public_url", "http://127.0.0.1:8080"),
        **changed,
    )
    ensure_credentials(settings)
    return settings


def visiting(app: FastAPI, url: str = "http://127.0.0.1:8080") -> TestClient:
    return TestClient(app, base_url=url, follow_redirects=False)


def signed_in(client: TestClient, person: str = "karim-benali") -> str:
    """Sign in; the CSRF token."""
    url = client.get("/auth/sign-in").headers["location"]
    back = Browser(url).choose(url, person)
    assert client.get(back.partition("8080")[2] or back).status_code == 303
    token: str = client.get("/auth/me").json()["csrf_token"]
    return token


@pytest.fixture
def client(tmp_path: Path, provider: Provider) -> Iterator[TestClient]:
    with visiting(create_app(settings_of(tmp_path, provider), provider.clock)) as started:
        yield started


def test_an_agency_a_person_and_nobody(
    client: TestClient, provider: Provider, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, provider)
    agency = client.get("/auth/me", headers=bearer(settings, "halt")).json()
    assert agency["viewer"] == {
        "role": "agency",
        "person_id": None,
        "agency": "halt",
        "agency_kind": "halt",
        "family_id": None,
        "member_id": None,
    }
    as_lead = client.get("/auth/me?role=lead", headers=bearer(settings, "halt"))
    assert as_lead.status_code == 403

    person = {"Authorization": f"Bearer {provider.token()}"}
    me = client.get("/auth/me", headers=person).json()
    assert (me["viewer"]["role"], me["roles"]) == ("lead", ["lead", "professional"])
    other = client.get("/auth/me?role=professional", headers=person).json()
    assert other["viewer"]["role"] == "professional"
    assert client.get("/auth/me?role=auditor", headers=person).status_code == 403

    refusals: list[tuple[dict[str, Any], int]] = [
        ({"oneplan_role": "king"}, 403),
        ({"oneplan_agency": "nobody"}, 403),
        ({"oneplan_role": "family-member"}, 403),
        ({"aud": "other"}, 401),
    ]
    for claims, status in refusals:
        token = {"Authorization": f"Bearer {provider.token(**claims)}"}
        refused = client.get("/auth/me", headers=token)
        assert (refused.status_code, refused.headers["content-type"]) == (
            status,
            "application/problem+json",
        )
        assert "king" not in refused.text
        assert ("www-authenticate" in refused.headers) == (status == 401)
    # A bad token is not made good by a session.
    signed_in(client)
    bad = {"Authorization": "Bearer x.y.z"}
    assert client.get("/auth/me", headers=bad).status_code == 401


def test_without_a_provider_nobody_signs_in_and_one_that_is_silent_is_a_503(
    tmp_path: Path, provider: Provider
) -> None:
    settings = settings_of(tmp_path, provider)
    token = {"Authorization": f"Bearer {provider.token()}"}
    none = settings.model_copy(update={"oidc_issuer": None})
    with visiting(create_app(none)) as client:
        answer = client.get("/auth/sign-in")
        assert (answer.status_code, "oidc_issuer" in answer.text) == (503, True)
        assert client.get("/auth/me", headers=token).status_code == 401
        assert client.post("/auth/sign-out").headers["location"] == "/"
    silent = settings.model_copy(update={"oidc_issuer": f"http://127.0.0.1:{free_port()}"})
    with visiting(create_app(silent)) as client:
        for answer in (client.get("/auth/sign-in"), client.get("/auth/me", headers=token)):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert answer.json()["type"] == "urn:oneplan:problem:no-identity-provider"


def test_another_site_cannot_act_for_a_person(client: TestClient, provider: Provider) -> None:
    token = signed_in(client)
    form = {"role": "professional"}
    stranger = visiting(client.app)  # type: ignore[arg-type]
    stranger.get("/auth/sign-in")
    theirs = stranger.cookies["oneplan-csrf"]
    for headers, field in (
        ({}, None),
        ({}, "guessed"),
        ({}, theirs),
        ({"X-CSRF-Token": "guessed"}, token),
        ({"X-CSRF-Token": theirs}, None),
        ({"Authorization": "Basic YTpi"}, None),
    ):
        sent = form if field is None else form | {"csrf_token": field}
        answer = client.post("/auth/role", data=sent, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:oneplan:problem:csrf")
        assert client.post("/auth/sign-out", headers=headers, data=sent).status_code == 403
    assert client.get("/auth/me").json()["viewer"]["role"] == "lead"
    assert client.post("/auth/role", data=form | {"csrf_token": token}).status_code == 303
    assert client.get("/auth/me").json()["viewer"]["role"] == "professional"
    back = client.post("/auth/role", data={"role": "lead"}, headers={"X-CSRF-Token": token})
    assert back.status_code == 303
    huge = client.post("/auth/role", data={"role": "x" * MOST_FORM_BYTES})
    assert huge.status_code == 413


def test_a_request_with_a_token_needs_nothing_of_it(client: TestClient, provider: Provider) -> None:
    signed_in(client)
    token = {"Authorization": f"Bearer {provider.token()}"}
    # Past the CSRF check, and then there is no such route for this method.
    assert client.post("/auth/me", headers=token).status_code == 405
    assert client.post("/auth/me").status_code == 403


def test_the_token_before_the_sign_in_is_not_the_one_after_it(client: TestClient) -> None:
    client.get("/auth/sign-in")
    planted = client.cookies["oneplan-csrf"]
    token = signed_in(client)
    assert token not in {planted, None}
    old = client.post("/auth/role", data={"role": "lead", "csrf_token": planted})
    assert old.status_code == 403


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", HTTPS])
def test_cookies_and_headers_are_as_strict_as_the_address_allows(
    tmp_path: Path, provider: Provider, url: str
) -> None:
    https = url.startswith("https")
    with visiting(create_app(settings_of(tmp_path, provider, public_url=url)), url) as client:
        answer = client.get("/auth/sign-in")
        assert answer.status_code == 303, answer.text
        cookies = {
            one.split("=", 1)[0]: one.lower() for one in answer.headers.get_list("set-cookie")
        }
        prefix = "__Host-" if https else ""
        assert set(cookies) == {f"{prefix}oneplan-session", f"{prefix}oneplan-csrf"}
        for flags in cookies.values():
            parts = {part.strip() for part in flags.split(";")}
            assert {"httponly", "samesite=lax", "path=/"} <= parts
            assert ("secure" in parts) == https
            assert "domain" not in flags
        hsts = answer.headers.get("strict-transport-security")
        assert (hsts == "max-age=31536000; includeSubDomains") if https else (hsts is None)
        redirect = f"redirect_uri={url}/auth/callback".replace(":", "%3A").replace("/", "%2F")
        assert redirect.partition("=")[2] in answer.headers["location"]


def test_every_page_has_the_headers(client: TestClient, provider: Provider) -> None:
    for path in ("/", "/auth/me", "/auth/sign-in", "/docs", "/nothing", "/openapi.json"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "camera=()" in headers["permissions-policy"]
        policy = headers["content-security-policy"]
        assert "base-uri 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        if path != "/docs":
            assert policy.startswith("default-src 'none'; style-src 'self'; ")
            assert f"form-action 'self' {provider.url};" in policy
            assert "unsafe" not in policy


def test_too_often_is_a_429_that_says_when(tmp_path: Path, provider: Provider) -> None:
    settings = settings_of(tmp_path, provider, rate_sign_in="3/hour", rate_api="5/hour")
    with visiting(create_app(settings, provider.clock)) as client:
        good = {"Authorization": f"Bearer {provider.token()}"}
        bad = {"Authorization": "Bearer a.b.c"}
        for headers, path, allowed, status in (
            ({}, "/auth/sign-in", 3, 303),
            (bad, "/auth/me", 3, 401),
            (good, "/auth/me", 5, 200),
            (bearer(settings, "school"), "/auth/me", 5, 200),
        ):
            for _ in range(allowed):
                assert client.get(path, headers=headers).status_code == status
            answer = client.get(path, headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (
                429,
                "application/problem+json",
            )
            assert answer.json()["type"] == "urn:oneplan:problem:too-many-requests"
            assert 1 <= int(answer.headers["retry-after"]) <= 3600
        # Nobody else is kept out.
        assert client.get("/auth/me", headers=bearer(settings, "police")).status_code == 200
        other = {"Authorization": f"Bearer {provider.token(sub='somebody-else')}"}
        assert client.get("/auth/me", headers=other).status_code == 200


def test_the_cookie_holds_an_id_and_the_session_ids_only(
    client: TestClient, provider: Provider
) -> None:
    signed_in(client)
    cookie = client.cookies["oneplan-session"]
    assert len(cookie) == 32
    assert int(cookie, 16)
    sessions = client.app.state.people.sessions  # type: ignore[attr-defined]
    kept = sessions._read(cookie).decode()
    assert WHO in kept
    assert "karim-benali" in kept
    assert "Karim" not in kept
    assert "eyJ" not in kept, "a token"


def test_the_secret_of_the_forms_is_private_and_kept(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = web_secret(settings)
    assert web_secret(settings) == first
    (settings.credentials / SECRET_FILE).chmod(0o640)
    with pytest.raises(CredentialsError, match="chmod 600"):
        web_secret(settings)
    broken = Settings(data_dir=tmp_path, credentials_dir=Path("/proc/none"))
    assert web_secret(broken) != web_secret(broken)


def test_a_client_secret_that_others_can_read_is_refused(
    tmp_path: Path, provider: Provider
) -> None:
    file = tmp_path / "client.secret"
    file.write_text("s")
    file.chmod(0o644)
    settings = settings_of(tmp_path / "data", provider, oidc_client_secret_file=file)
    with pytest.raises(CredentialsError, match="chmod 600"), visiting(create_app(settings)):
        pass


def test_to_count_a_request_starts_no_thread(tmp_path: Path) -> None:
    limits = RateLimits(Settings(data_dir=tmp_path, rate_api="3/hour"), "secret")
    begun = threading.active_count()
    for _ in range(3):
        limits.request("police")
        assert threading.active_count() == begun
    with pytest.raises(RateLimited):
        limits.request("police")


def test_several_processes_count_together(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, rate_api="3/hour", rate_sign_in="2/hour", web_processes=2
    )
    one, other = RateLimits(settings, "secret"), RateLimits(settings, "secret")
    for process in (one, other, one):
        process.request("police/karim")
    other.sign_in("192.0.2.7")
    one.sign_in("192.0.2.7")

    for count, who in (
        (one.request, "police/karim"),
        (other.request, "police/karim"),
        (other.sign_in, "192.0.2.7"),
    ):
        with pytest.raises(RateLimited) as raised:
            count(who)
        assert 1 <= raised.value.seconds <= 3600
    other.request("school/karim")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("counts.sqlite*"))
    assert b"karim" not in kept
    assert b"192.0.2.7" not in kept
    assert stat.S_IMODE(settings.counts_path.stat().st_mode) == 0o600
