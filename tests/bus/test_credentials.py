"""Seeds and tokens: who can read them, and what is made of them."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from services.bus.credentials import (
    SERVICE_USER,
    CredentialsError,
    ensure_credentials,
    public_key,
    seed_file,
    token_digests,
    users,
)
from services.settings import Settings


@pytest.fixture
def keys(tmp_path: Path) -> Settings:
    """Settings with credentials of their own."""
    settings = Settings(data_dir=tmp_path / "data")
    ensure_credentials(settings)
    return settings


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_all_files_are_for_the_owner_only(keys: Settings) -> None:
    assert mode(keys.credentials) == 0o700
    files = sorted(keys.credentials.iterdir())
    expected = [f"{user}.nk" for user in users(keys)]
    expected += [f"{agency.code}.token" for agency in keys.agencies]
    expected += ["pseudonym.key"]
    assert [file.name for file in files] == sorted(expected)
    assert {mode(file) for file in files} == {0o600}


def test_each_user_has_a_key_of_its_own_that_stays(keys: Settings) -> None:
    before = {user: public_key(keys, user) for user in users(keys)}
    assert len(set(before.values())) == len(keys.agencies) + 1
    assert all(key.startswith("U") and len(key) == 56 for key in before.values())
    ensure_credentials(keys)
    assert {user: public_key(keys, user) for user in users(keys)} == before


def test_a_missing_seed_is_made_beside_the_others(keys: Settings) -> None:
    before = public_key(keys, "police")
    (keys.credentials / "school.nk").unlink()
    with pytest.raises(CredentialsError, match="oneplan credentials create"):
        public_key(keys, "school")
    ensure_credentials(keys)
    assert public_key(keys, "school")
    assert public_key(keys, "police") == before


def test_several_makers_at_once_agree(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)

    def make(_number: int) -> str:
        ensure_credentials(settings)
        return public_key(settings, "police")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(16)))) == 1
    assert not list(settings.credentials.glob("tmp*"))


@pytest.mark.parametrize("wide", [0o640, 0o604, 0o644, 0o660])
@pytest.mark.parametrize("user", ["police", SERVICE_USER])
def test_a_seed_that_others_can_read_is_refused(keys: Settings, user: str, wide: int) -> None:
    path = keys.credentials / f"{user}.nk"
    path.chmod(wide)
    with pytest.raises(CredentialsError, match=f"run: chmod 600 {path}"):
        seed_file(keys, user)
    with pytest.raises(CredentialsError):
        public_key(keys, user)


def test_a_damaged_seed_is_named_and_not_shown(keys: Settings) -> None:
    path = keys.credentials / "police.nk"
    path.write_text("SUAnot-a-seed")
    with pytest.raises(CredentialsError, match=r"police\.nk holds no NATS seed") as refused:
        public_key(keys, "police")
    assert "SUAnot" not in str(refused.value)


@pytest.mark.parametrize("stranger", ["nobody", "../police", ""])
def test_only_users_of_the_settings_have_a_seed(keys: Settings, stranger: str) -> None:
    with pytest.raises(CredentialsError, match="there is no agency"):
        seed_file(keys, stranger)


def test_tokens_are_known_by_their_digest(keys: Settings) -> None:
    digests = token_digests(keys)
    assert sorted(digests.values()) == sorted(agency.code for agency in keys.agencies)
    token = (keys.credentials / "police.token").read_text().strip()
    assert len(token) >= 43
    assert digests[sha256(token.encode()).hexdigest()] == "police"
    (keys.credentials / "police.token").chmod(0o644)
    with pytest.raises(CredentialsError, match="chmod 600"):
        token_digests(keys)
