"""Seeds and tokens: who can read them, and what is made of them."""

from __future__ import annotations

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import nkeys
import pytest

from services.bus.agencies import register_file
from services.bus.credentials import (
    OUR_USERS,
    SERVICE_USER,
    SYSTEM_USER,
    CredentialsError,
    ensure_credentials,
    key_files,
    mismatches,
    new_seed,
    public_key,
    public_keys,
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
    expected += ["agencies.json", "lock", "pseudonym.key"]
    assert [file.name for file in files] == sorted(expected)
    assert {mode(file) for file in files} == {0o600}


def test_each_user_has_a_key_of_its_own_that_stays(keys: Settings) -> None:
    before = {user: public_key(keys, user) for user in users(keys)}
    assert len(set(before.values())) == len(keys.agencies) + len(OUR_USERS)
    assert all(key.startswith("U") and len(key) == 56 for key in before.values())
    ensure_credentials(keys)
    assert {user: public_key(keys, user) for user in users(keys)} == before


def test_our_own_missing_seed_is_made_beside_the_others(keys: Settings) -> None:
    before = public_key(keys, "police")
    (keys.credentials / "_system.nk").unlink()
    with pytest.raises(CredentialsError, match="oneplan credentials create"):
        public_key(keys, SYSTEM_USER)
    ensure_credentials(keys)
    assert public_key(keys, SYSTEM_USER)
    assert public_key(keys, "police") == before


def test_the_keys_of_an_agency_are_not_made_again_behind_its_back(keys: Settings) -> None:
    before = public_keys(keys)
    for file in key_files(keys, "school"):
        file.unlink()
    ensure_credentials(keys)
    with pytest.raises(CredentialsError, match="oneplan agency rotate school"):
        public_key(keys, "school")
    assert public_keys(keys) == before  # it may well have a copy, and gets in with that


def test_seeds_are_as_nsc_and_nk_make_them(keys: Settings) -> None:
    register = public_keys(keys)
    for user in users(keys):
        seed = seed_file(keys, user).read_bytes().strip()
        assert re.fullmatch(rb"SU[A-Z2-7]{56}", seed)
        pair = nkeys.from_seed(bytearray(seed))
        assert pair.public_key.decode() == register[user]
        assert pair.verify(b"nonce", pair.sign(b"nonce"))
        prefix, raw = nkeys.decode_seed(seed)
        assert (prefix, len(raw)) == (nkeys.PREFIX_BYTE_USER, 32)


def test_keys_of_before_there_was_a_register_are_taken_up(keys: Settings) -> None:
    before, digests = public_keys(keys), token_digests(keys)
    register_file(keys).unlink()
    ensure_credentials(keys)
    assert (public_keys(keys), token_digests(keys)) == (before, digests)


def test_files_that_are_not_those_in_force_are_told(keys: Settings) -> None:
    assert list(mismatches(keys)) == []
    seed, token = key_files(keys, "school")
    seed.write_text(new_seed())
    token.write_text("another")
    found = list(mismatches(keys))
    assert [line.split(" is not the one in force")[0] for line in found] == [str(seed), str(token)]
    assert all(line.endswith("run: oneplan agency rotate school") for line in found)


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
    register_file(keys).chmod(0o644)
    with pytest.raises(CredentialsError, match="chmod 600"):
        token_digests(keys)
