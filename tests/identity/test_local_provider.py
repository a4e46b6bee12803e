"""The local provider by itself: the protocol, and that it stays on this machine."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import warnings
from pathlib import Path

import httpx
import pytest

from domain.need_to_know.viewer import ViewerRole
from services.bus.agencies import AgencyRegister
from services.embedded.commands import IDENTITY, identity_commands
from services.identity.local_provider.app import NotLoopbackError, create_provider
from services.identity.local_provider.keys import key_file, signing_keys
from services.identity.local_provider.people import read_people
from services.identity.people import person_of
from services.settings import Settings
from tests.identity.support import LEAD, Browser, Clock, Provider, changed_query, running_provider
from tests.scenarios.expected import SCENARIOS

with warnings.catch_warnings():
    # Authlib would rather have httpx2.
    warnings.simplefilter("ignore")
    from authlib.integrations.httpx_client import OAuth2Client

CALLBACK = "http://127.0.0.1:9999/auth/callback"
VERIFIER = "v" * 64
SECRET = "of-the-client"  # noqa: S105 - made up


def client(provider: Provider, **settings: str) -> OAuth2Client:
    """Authlib's own client: another hand than ours on the other side."""
    return OAuth2Client(
        "oneplan-web",
        redirect_uri=CALLBACK,
        scope="openid",
        code_challenge_method="S256",
        token_endpoint=f"{provider.url}/token",
        **settings,
    )


def code_url(provider: Provider, browser: Browser, **changed: str | None) -> str:
    url, _ = client(provider).create_authorization_url(
        f"{provider.url}/authorize", code_verifier=VERIFIER, nonce="n-1"
    )
    return browser.choose(changed_query(url, **changed), LEAD)


@pytest.fixture
def visitor(provider: Provider) -> Browser:
    return Browser(provider.url)


def test_authlibs_client_gets_its_tokens(provider: Provider, visitor: Browser) -> None:
    back = code_url(provider, visitor)
    with client(provider) as other:
        token = other.fetch_token(authorization_response=back, code_verifier=VERIFIER)
    assert (token["token_type"], token["scope"], token["expires_in"]) == ("Bearer", "openid", 600)
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    said = httpx.get(f"{provider.url}/userinfo", headers=bearer).json()
    assert (said["sub"], said["oneplan_role"]) == (LEAD, ["lead", "professional"])
    for wrong in (token["id_token"], token["access_token"][:-4] + "AAAA", "x"):
        answer = httpx.get(f"{provider.url}/userinfo", headers={"Authorization": f"Bearer {wrong}"})
        assert answer.status_code == 401


def test_the_metadata_and_keys_are_public_and_whole(provider: Provider) -> None:
    said = httpx.get(f"{provider.url}/.well-known/openid-configuration").json()
    assert said["issuer"] == provider.url
    assert said["code_challenge_methods_supported"] == ["S256"]
    (key,) = httpx.get(said["jwks_uri"]).json()["keys"]
    assert "d" not in key
    assert (key["kty"], key["use"]) == ("EC", "sig")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        pytest.param({"code_verifier": "w" * 64}, 400, "invalid_grant", id="verifier"),
        pytest.param({"code_verifier": None}, 400, "invalid_request", id="no-verifier"),
        pytest.param({"code": "guessed"}, 400, "invalid_grant", id="code"),
        pytest.param({"code": None}, 400, "invalid_request", id="no-code"),
        pytest.param({"redirect_uri": CALLBACK + "x"}, 400, "invalid_grant", id="redirect"),
        pytest.param({"client_id": "other"}, 400, "invalid_client", id="client"),
        pytest.param({"client_id": None}, 401, "invalid_client", id="no-client"),
        pytest.param({"client_secret": "x"}, 401, "invalid_client", id="secret"),
        pytest.param({"grant_type": "password"}, 400, "unsupported_grant_type", id="grant"),
        pytest.param({"grant_type": None}, 400, "unsupported_grant_type", id="no-grant"),
    ],
)
def test_a_wrong_token_request_gets_the_standards_error(
    provider: Provider,
    visitor: Browser,
    changed: dict[str, str | None],
    status: int,
    error: str,
) -> None:
    """RFC 6749, section 5.2."""
    code = dict(httpx.QueryParams(code_url(provider, visitor).partition("?")[2]))["code"]
    good = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        "client_id": "oneplan-web",
    }
    form = {name: value for name, value in (good | changed).items() if value is not None}
    answer = httpx.post(f"{provider.url}/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["content-type"] == "application/json"


def test_a_code_is_used_up_by_one_try(provider: Provider, visitor: Browser) -> None:
    back = code_url(provider, visitor)
    with client(provider) as other:
        assert other.fetch_token(authorization_response=back, code_verifier=VERIFIER)
    again = httpx.post(
        f"{provider.url}/token",
        data={
            "grant_type": "authorization_code",
            "code": dict(httpx.QueryParams(back.partition("?")[2]))["code"],
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "client_id": "oneplan-web",
        },
    )
    assert again.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example/auth/callback",
        "http://127.0.0.1.evil.example/auth/callback",
        "http://127.0.0.1@evil.example/auth/callback",
        "http://127.0.0.1:1/elsewhere",
        "http://127.0.0.1:1/auth/callback?x=1",
        "http://192.0.2.1/auth/callback",
        "javascript:alert(1)//auth/callback",
    ],
)
def test_a_code_goes_nowhere_but_to_this_machine(provider: Provider, redirect: str) -> None:
    url, _ = client(provider).create_authorization_url(f"{provider.url}/authorize", nonce="n")
    answer = httpx.get(changed_query(url, redirect_uri=redirect))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "location" not in answer.headers
    out = httpx.get(
        f"{provider.url}/end-session",
        params={"client_id": "oneplan-web", "post_logout_redirect_uri": redirect},
    )
    assert "location" not in out.headers


@pytest.mark.parametrize(
    "changed",
    [{"code_challenge_method": "plain"}, {"response_type": "token"}, {"nonce": None}],
)
def test_a_weaker_flow_is_refused(provider: Provider, changed: dict[str, str | None]) -> None:
    url, _ = client(provider).create_authorization_url(
        f"{provider.url}/authorize", code_verifier=VERIFIER, nonce="n"
    )
    answer = httpx.get(changed_query(url, **changed))
    assert answer.status_code in {302, 400}
    assert "error=" in answer.headers.get("location", "") or answer.json()["error"]


def test_another_sites_name_for_this_machine_is_refused(provider: Provider) -> None:
    for host in ("evil.example", "evil.example:80"):
        answer = httpx.get(f"{provider.url}/jwks", headers={"Host": host})
        assert answer.status_code == 400


def test_a_client_with_a_secret_must_show_it(tmp_path: Path) -> None:
    file = tmp_path / "client.secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    with running_provider(tmp_path, Clock(), oidc_client_secret_file=file) as provider:
        visitor = Browser(provider.url)
        for method in ("client_secret_basic", "client_secret_post"):
            back = code_url(provider, visitor)
            with client(provider, client_secret=SECRET, token_endpoint_auth_method=method) as other:
                assert other.fetch_token(authorization_response=back, code_verifier=VERIFIER)
        for wrong in ({}, {"client_secret": "other"}):
            back = code_url(provider, visitor)
            with client(provider, **wrong) as other, pytest.raises(Exception, match="client"):
                other.fetch_token(authorization_response=back, code_verifier=VERIFIER)


@pytest.mark.parametrize(
    "issuer",
    [
        "https://0.0.0.0:8081",
        "https://192.0.2.1:8081",
        "https://id.example.nl:8081",
        "http://localhost:8081",
        "http://127.0.0.1",
        "http://127.0.0.1:8081/realm",
        None,
    ],
)
def test_it_refuses_to_listen_anywhere_but_on_loopback(tmp_path: Path, issuer: str | None) -> None:
    settings = Settings(data_dir=tmp_path, oidc_issuer=issuer)
    with pytest.raises(NotLoopbackError, match="this machine alone"):
        create_provider(settings, signing_keys(settings), read_people())


@pytest.mark.parametrize("issuer", ["http://0.0.0.0:8081", "https://0.0.0.0:8081"])
def test_its_process_ends_with_a_clear_error_then(tmp_path: Path, issuer: str) -> None:
    environment = {**os.environ, "ONEPLAN_DATA_DIR": str(tmp_path)}
    environment["ONEPLAN_SETTINGS_FILE"] = str(tmp_path / "none.toml")
    environment["ONEPLAN_OIDC_ISSUER"] = issuer
    ended = subprocess.run(
        [sys.executable, "-m", "services.identity.local_provider"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "this machine" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_its_key_is_private_and_stays(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = signing_keys(settings)
    file = key_file(settings)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signing_keys(settings).keys[0].kid == first.keys[0].kid
    assert "d" in json.loads(file.read_text())


def test_oneplan_up_starts_it_only_when_nobody_else_is_named(tmp_path: Path) -> None:
    mine = Settings(data_dir=tmp_path)
    assert [one.name for one in identity_commands(mine)] == [IDENTITY]
    for changed in (
        {"oidc_issuer": "https://id.example.nl"},
        {"public_url": "https://plan.example.nl"},
    ):
        assert identity_commands(mine.model_copy(update=changed)) == ()


def test_the_people_are_those_of_the_three_families() -> None:
    settings = Settings()
    people = [
        person_of(
            {"sub": one.id, **one.claims(settings.oidc_claims)}, settings, AgencyRegister(settings)
        )
        for one in read_people().values()
    ]
    assert {role for person in people for role in person.roles} == set(ViewerRole) - {
        ViewerRole.AGENCY
    }
    members: set[tuple[str, str]] = set()
    ever_led: set[str] = set()
    for scenario in SCENARIOS:
        events = [json.loads(line) for line in scenario.path.read_text().splitlines()]
        opened = [one["data"] for one in events if one["type"].endswith("plan.opened.v1")]
        ids = {member["member_id"] for data in opened for member in data["members"]}
        ever_led |= {
            one["data"][of]["person_id"]
            for one in events
            for of in ("lead", "incoming")
            if ".lead." in one["type"] and of in one["data"]
        }
        members |= {(scenario.family_id, member_id) for member_id in ids}
    named = {(one.family_id, one.member_id) for one in people if one.family_id is not None}
    assert named <= members
    assert {family for family, _ in named} == {one.family_id for one in SCENARIOS}
    leads = {one.person_id for one in people if ViewerRole.LEAD in one.roles}
    assert {one.lead for one in SCENARIOS} <= leads <= ever_led
