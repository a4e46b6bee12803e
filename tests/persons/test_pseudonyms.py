"""Pseudonyms: keyed, the same for all spellings, under each key in use; over NATS and HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nats.errors
import orjson
import pytest
from fastapi.testclient import TestClient
from nats.aio.client import Client

from services.bus.connect import connected
from services.bus.credentials import CredentialsError, ensure_credentials, pseudonym_key_file
from services.files import write_private
from services.persons.pseudonyms import NotABsn, Pseudonyms
from services.persons.service import make_persons
from services.settings import Settings
from services.web.app import create_app
from tests.support.bus import make_streams, running_bus

BSN = "123456782"
KEY, OTHER_KEY = "ab" * 32, "cd" * 32


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path / "data")
    ensure_credentials(settings)
    return settings


def keys(settings: Settings, text: str) -> Pseudonyms:
    write_private(pseudonym_key_file(settings), text)
    return Pseudonyms(settings)


def test_the_key_is_made_once_and_for_its_owner_only(local: Settings) -> None:
    path = pseudonym_key_file(local)
    made = path.read_text(encoding="ascii")
    ensure_credentials(local)
    assert path.read_text(encoding="ascii") == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(CredentialsError, match="can be read by others"):
        Pseudonyms(local).of(BSN)


def test_a_pseudonym_is_the_keyed_hash_of_the_nine_digits(local: Settings) -> None:
    (pseudonym,) = keys(local, f"k1:{KEY}\n").of(BSN)
    expected = hmac.new(bytes.fromhex(KEY), BSN.encode(), hashlib.sha256).hexdigest()
    assert pseudonym == f"k1-{expected}"
    assert (
        Pseudonyms(local).of("1234.56.782") == Pseudonyms(local).of(" 123456782 ") == (pseudonym,)
    )


def test_a_leading_zero_may_be_left_out(local: Settings) -> None:
    assert Pseudonyms(local).of("10000008") == Pseudonyms(local).of("010000008")


def test_a_new_key_counts_at_once_beside_the_older_one(local: Settings) -> None:
    (before,) = keys(local, f"k1:{KEY}\n").of(BSN)
    newer, older = keys(local, f"k2:{OTHER_KEY}\nk1:{KEY}\n").of(BSN)
    assert older == before
    assert newer.startswith("k2-")
    assert newer[3:] != older[3:]


@pytest.mark.parametrize(
    "text", ["", "k1:short", f"k1:{KEY}\nk1:{OTHER_KEY}", f"K1:{KEY}", f"{KEY}"]
)
def test_a_damaged_key_file_makes_no_pseudonyms(local: Settings, text: str) -> None:
    with pytest.raises(CredentialsError, match="from the backup"):
        keys(local, text).of(BSN)


@pytest.mark.parametrize("number", ["123456789", "", "000000000", "1234567820"])
def test_what_fails_the_eleven_test_gets_none_and_is_not_repeated(
    local: Settings, number: str
) -> None:
    with pytest.raises(NotABsn) as refused:
        Pseudonyms(local).of(number)
    assert number not in str(refused.value) or not number


@asynccontextmanager
async def answering(settings: Settings) -> AsyncIterator[None]:
    service = make_persons(settings)
    task = asyncio.create_task(service.run())
    try:
        yield
    finally:
        service.exit()
        await task


@pytest.mark.anyio
async def test_an_agency_asks_over_nats_and_nothing_of_it_is_stored(
    local: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    with running_bus(local) as bus:
        await make_streams(bus)
        async with answering(bus), connected(bus, "school") as school:
            answer = await ask(school, "school", {"bsn": BSN})
            wrong = await ask(school, "school", {"bsn": "123456789"})
            garbage = await ask(school, "school", [BSN])
            surplus = await ask(school, "school", {"bsn": BSN, "name": "Jan"})
            with pytest.raises((TimeoutError, nats.errors.Error)):
                await school.request("persons.police.pseudonym", b"{}", timeout=0.5)
        assert answer == {"status": "ok", "pseudonyms": [*Pseudonyms(local).of(BSN)]}
        assert wrong["field"] == "bsn"
        assert "eleven-test" in wrong["reason"]
        assert (garbage["status"], surplus["field"]) == ("error", "name")
    said = capfd.readouterr()
    assert BSN not in said.out + said.err + orjson.dumps([wrong, garbage, surplus]).decode()
    stored = [path for path in local.data_dir.rglob("*") if path.is_file()]
    assert stored
    assert [path for path in stored if BSN.encode() in path.read_bytes()] == []


async def ask(client: Client, agency: str, question: object) -> dict[str, Any]:
    """The answer. The service may still be on its way up."""
    for _ in range(50):
        try:
            reply = await client.request(
                f"persons.{agency}.pseudonym", orjson.dumps(question), timeout=2
            )
            answer: dict[str, Any] = orjson.loads(reply.data)
        except nats.errors.NoRespondersError:
            await asyncio.sleep(0.1)
        else:
            return answer
    raise AssertionError("nobody answers")


def test_an_agency_asks_over_http(local: Settings, caplog: pytest.LogCaptureFixture) -> None:
    token = (local.credentials / "school.token").read_text(encoding="ascii").strip()
    where = "/api/v1/persons/pseudonym"
    # Not as a context: nothing but the keys is needed.
    client = TestClient(create_app(local), headers={"Authorization": f"Bearer {token}"})
    answer = client.post(where, json={"bsn": BSN})
    wrong = client.post(where, json={"bsn": "123456789"})
    surplus = client.post(where, json={"bsn": BSN, "naam": BSN})
    stranger = client.post(where, json={"bsn": BSN}, headers={"Authorization": "Bearer x"})
    assert answer.json()["pseudonyms"] == [*Pseudonyms(local).of(BSN)]
    assert (wrong.status_code, wrong.json()["field"]) == (422, "bsn")
    assert "123456789" not in wrong.text
    assert surplus.status_code == 422
    assert BSN not in surplus.text + answer.text + caplog.text
    assert stranger.status_code == 401
