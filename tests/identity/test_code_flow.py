"""Signing in on the web, against the real local provider, all over HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from typer.testing import CliRunner

from services.cli import people
from services.cli.checks import Health
from services.cli.identity_checks import check_identity
from services.identity import flow, issuer
from services.settings import Settings
from services.web import auth, guard, refusals
from tests.identity.support import (
    AUDITOR,
    LEAD,
    Browser,
    Clock,
    Provider,
    changed_query,
    query_of,
)


def refused(answer: httpx.Response, status: int = 400) -> str:
    """Why, after a look that it is a problem and nobody is signed in."""
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    reason: str = answer.json()["reason"]
    return reason


def test_the_whole_way_in_and_out(browser: Browser, provider: Provider) -> None:
    assert browser.me().status_code == 401
    url = browser.to_provider(next="/docs")
    asked = query_of(url)
    assert url.startswith(f"{provider.url}/authorize?")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    back = browser.http.get(browser.choose(url, LEAD))
    assert (back.status_code, back.headers["location"]) == (303, "/docs")
    me = browser.me().json()
    assert me["viewer"] == {
        "role": "lead",
        "person_id": LEAD,
        "agency": "municipality",
        "agency_kind": "municipality",
        "family_id": None,
        "member_id": None,
    }
    assert me["roles"] == ["lead", "professional"]

    cookie = browser.session()
    out = browser.http.post("/auth/sign-out", data={"csrf_token": me["csrf_token"]})
    assert out.status_code == 303
    assert out.headers["location"].startswith(f"{provider.url}/end-session?")
    home = browser.http.get(out.headers["location"])
    assert home.status_code == 302
    assert browser.http.get(home.headers["location"]).status_code == 200
    assert browser.me().status_code == 401
    # The cookie that somebody may have kept is worth nothing now.
    browser.take_session(cookie)
    assert browser.me().status_code == 401


def test_a_family_member_and_an_auditor_come_in_as_such(browser: Browser) -> None:
    assert browser.sign_in("esther").status_code == 303
    viewer = browser.me().json()["viewer"]
    assert (viewer["role"], viewer["family_id"], viewer["member_id"], viewer["agency"]) == (
        "family-member",
        "GEZIN-C-2025",
        "esther",
        None,
    )
    assert browser.http.get("/test/anybody").json() == {"role": "family-member"}
    assert browser.http.get("/test/auditors").status_code == 403
    assert browser.sign_in(AUDITOR).status_code == 303
    assert browser.http.get("/test/auditors").json() == {"role": "auditor"}


def test_an_answer_counts_once_and_in_its_own_browser(
    browser: Browser, web_settings: Settings
) -> None:
    back = browser.choose(browser.to_provider(), LEAD)
    other = Browser(f"http://127.0.0.1:{web_settings.http_port}")
    assert "not begun in this browser" in refused(other.http.get(back))
    other.to_provider()
    assert "not begun in this browser" in refused(other.http.get(back))
    assert browser.http.get(changed_query(back, state=None)).status_code == 400
    assert browser.http.get(changed_query(back, state="é" * 9)).status_code == 400
    assert browser.http.get(back).status_code == 303
    assert "finished already" in refused(browser.http.get(back))
    assert browser.me().status_code == 200

    # The same code with a sign-in that is still open: the provider has it no more.
    state = query_of(browser.to_provider())["state"]
    assert "invalid_grant" in refused(browser.http.get(changed_query(back, state=state)))


@pytest.mark.parametrize(
    ("parameter", "value", "reason"),
    [
        pytest.param("nonce", "another", "nonce", id="nonce"),
        pytest.param("code_challenge", "A" * 43, "invalid_grant", id="verifier"),
    ],
)
def test_a_sign_in_that_somebody_meddled_with_is_refused(
    browser: Browser, parameter: str, value: str, reason: str
) -> None:
    url = changed_query(browser.to_provider(), **{parameter: value})
    assert reason in refused(browser.http.get(browser.choose(url, LEAD)))
    assert browser.me().status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"iss": "https://evil.example"}, id="another-issuer"),
        pytest.param({"iss": None}, id="no-issuer"),
        pytest.param({"code": None}, id="no-code"),
        pytest.param({"code": "guessed"}, id="guessed-code"),
        pytest.param({"code": None, "error": "<b>Anna</b>"}, id="error"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused_and_not_repeated(
    browser: Browser, changed: dict[str, str | None]
) -> None:
    back = browser.choose(browser.to_provider(), LEAD)
    reason = refused(browser.http.get(changed_query(back, **changed)))
    assert "Anna" not in reason
    assert "guessed" not in reason
    # Each state is good for one answer: a second try with the right one fails as well.
    assert browser.http.get(back).status_code == 400


def test_who_does_not_want_to_is_not_signed_in(browser: Browser) -> None:
    back = browser.choose(browser.to_provider(), "")
    assert query_of(back)["error"] == "access_denied"
    assert "did not let you in" in refused(browser.http.get(back))


def test_a_code_is_good_for_a_minute(browser: Browser, clock: Clock) -> None:
    back = browser.choose(browser.to_provider(), LEAD)
    clock.forward(seconds=61)
    assert "invalid_grant" in refused(browser.http.get(back))


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil",
        "",
    ],
)
def test_nobody_is_led_elsewhere(browser: Browser, target: str) -> None:
    answer = browser.http.get("/auth/sign-in", params={"next": target})
    assert (answer.status_code, answer.json()["field"]) == (422, "next")
    assert "evil" not in answer.text
    assert browser.sign_in(next="/families/F1?a=//b").headers["location"] == "/families/F1?a=//b"
    form = {"role": "lead", "next": target or "x", "csrf_token": browser.csrf()}
    assert browser.http.post("/auth/role", data=form).status_code == 422


def test_the_session_has_another_id_after_the_sign_in(
    browser: Browser, web_settings: Settings
) -> None:
    browser.take_session("a" * 32)
    url = browser.to_provider()
    begun = browser.session()
    assert begun != "a" * 32
    browser.http.get(browser.choose(url, LEAD))
    signed_in = browser.session()
    assert signed_in not in {begun, None}
    thief = Browser(f"http://127.0.0.1:{web_settings.http_port}")
    for known in ("a" * 32, begun):
        thief.take_session(known)
        assert thief.me().status_code == 401
    form = {"role": "professional", "csrf_token": browser.csrf()}
    assert browser.http.post("/auth/role", data=form).status_code == 303
    thief.take_session(signed_in)
    assert thief.me().status_code == 401
    assert browser.me().json()["viewer"]["role"] == "professional"


def test_a_session_ends_when_unused_and_at_the_end_of_the_day(
    browser: Browser, clock: Clock
) -> None:
    browser.sign_in()
    clock.forward(minutes=29)
    assert browser.me().status_code == 200
    clock.forward(minutes=29)
    assert browser.me().status_code == 200
    clock.forward(minutes=30)
    assert browser.me().status_code == 401

    browser.sign_in()
    for _ in range(26):
        clock.forward(minutes=27)
        assert browser.me().status_code == 200
    form = {"role": "professional", "csrf_token": browser.csrf()}
    assert browser.http.post("/auth/role", data=form).status_code == 303
    clock.forward(minutes=18)
    assert browser.me().status_code == 401


def test_a_sign_in_that_takes_too_long_must_begin_again(browser: Browser, clock: Clock) -> None:
    back = browser.choose(browser.to_provider(), LEAD)
    clock.forward(minutes=10)
    assert "took too long" in refused(browser.http.get(back))


def test_all_sessions_of_a_person_can_be_taken_back(
    browser: Browser, web_settings: Settings, clock: Clock
) -> None:
    clock.now = datetime.now(UTC)
    browser.sign_in("rick")
    where = ["--data-dir", str(web_settings.data_dir)]
    cli = CliRunner()
    listed = json.loads(cli.invoke(people.app, ["sessions", "--json", *where]).output)
    assert [one["person_id"] for one in listed].count("rick") == 1
    assert "rick" in cli.invoke(people.app, ["sessions", *where]).output
    ended = cli.invoke(people.app, ["sign-out", "rick", *where])
    assert (ended.exit_code, ended.output) == (0, "1 sessions ended\n")
    assert browser.me().status_code == 401


def test_the_doctor_looks_at_the_provider(
    provider: Provider, web_settings: Settings, tmp_path: Path
) -> None:
    def found(**changed: Any) -> list[tuple[str, Health]]:
        settings = web_settings.model_copy(update=changed)
        return [(one.name, one.health) for one in asyncio.run(check_identity(settings))]

    assert found() == [("sign-in", Health.OK)]
    assert found(oidc_issuer=None) == [("sign-in", Health.OK)]
    assert found(oidc_issuer=provider.url + "/") == [("sign-in", Health.ERROR)]
    assert found(oidc_client_secret_file=tmp_path / "none")[1] == ("client secret", Health.ERROR)


def test_the_api_describes_who_may_ask(web: FastAPI) -> None:
    described = web.openapi()["paths"]["/test/anybody"]["get"]
    assert described["security"] == [{"agency token": []}, {"session": []}]
    (role,) = described["parameters"]
    assert (role["name"], role["required"]) == ("role", False)
    assert role["description"]


def test_roles_are_chosen_at_the_sign_in_by_form_or_for_one_request(browser: Browser) -> None:
    browser.sign_in(role="professional")
    assert browser.me().json()["viewer"]["role"] == "professional"
    assert browser.me(role="lead").json()["viewer"]["role"] == "lead"
    assert browser.me().json()["viewer"]["role"] == "professional"
    for role in ("auditor", "agency"):
        assert "your roles are: lead, professional" in refused(browser.me(role=role), 403)
        form = {"role": role, "csrf_token": browser.csrf()}
        assert browser.http.post("/auth/role", data=form).status_code == 403
    assert browser.me(role="king").status_code == 422
    assert "your roles are" in refused(browser.sign_in("sanne", role="lead"), 403)


def test_other_names_of_this_machine_lead_to_the_one_of_the_cookies(
    browser: Browser, web_settings: Settings
) -> None:
    port = web_settings.http_port
    answer = httpx.get(f"http://localhost:{port}/auth/sign-in?next=/docs")
    assert answer.headers["location"] == f"http://127.0.0.1:{port}/auth/sign-in?next=/docs"
    evil = browser.http.get("/auth/sign-in", headers={"Host": "evil.example"})
    assert evil.headers["location"].startswith(f"http://127.0.0.1:{port}/auth/sign-in")


def test_nothing_secret_and_nobody_is_in_the_logs(
    browser: Browser,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    capture = structlog.testing.LogCapture()
    logger = structlog.wrap_logger(
        None,
        processors=[capture],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    for module in (guard, auth, refusals, flow, issuer):
        monkeypatch.setattr(module, "log", logger)
    caplog.set_level(logging.INFO)
    url = browser.to_provider(next="/MARKED-NEXT")
    back = browser.choose(url, LEAD)
    browser.http.get(back)
    browser.http.get(changed_query(back, state="MARKED-STATE", error="MARKED-ERROR"))
    token = provider.token(oneplan_role="MARKED-ROLE")
    for given in (token, token[:-9] + "123456789", "MARKED-TOKEN"):
        browser.http.get("/auth/me", headers={"Authorization": f"Bearer {given}"})
    secrets: list[str] = [
        *(query_of(url)[name] for name in ("state", "nonce", "code_challenge")),
        query_of(back)["code"],
        browser.session() or "?",
        browser.csrf(),
        token.split(".")[1],
        "MARKED",
        "Karim",
        LEAD,
    ]
    entries = list(capture.entries)
    # pytest listens even where nobody does: uvicorn's access log leads nowhere.
    # And httpx is the browser.
    assert not logging.getLogger("uvicorn.access").propagate
    others = [r for r in caplog.records if r.name not in {"httpx", "uvicorn.access"}]
    said = [str(entries), *(r.getMessage() for r in others)]
    assert {one["event"] for one in entries} >= {"http.request", "auth.signed_in", "auth.refused"}
    assert [secret for secret in secrets if any(secret in one for one in said)] == []
