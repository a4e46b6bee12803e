"""The register of agencies: what it holds, who may change it, and how a service notices."""

from __future__ import annotations

import stat
import string
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values import AgencyKind
from services.bus import agencies as agencies_module
from services.bus.agencies import (
    Agencies,
    Agency,
    AgencyRegister,
    AgencyState,
    read_agencies,
    register_file,
)
from services.bus.agency_changes import (
    AgencyChangeError,
    add_agency,
    revoke_agency,
    rotate_agency,
)
from services.bus.credentials import (
    CredentialsError,
    ensure_credentials,
    key_files,
    mismatches,
    public_keys,
    seed_file,
    token_digests,
)
from services.settings import AgencySettings, Settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
WEST = AgencySettings(
    code="school-west", name="School West", kind=AgencyKind.SCHOOL, oin="00000001234567890000"
)


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    """Settings with a register of its own."""
    settings = Settings(data_dir=tmp_path / "data")
    ensure_credentials(settings)
    return settings


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A register that looks at its file each time."""
    monkeypatch.setattr(agencies_module, "LOOK_SECONDS", 0)


def token(settings: Settings, code: str) -> str:
    return key_files(settings, code)[1].read_text().strip()


def test_it_begins_with_the_agencies_of_the_settings(place: Settings) -> None:
    found = read_agencies(place)
    assert [one.code for one in found.active] == [one.code for one in place.agencies]
    assert stat.S_IMODE(register_file(place).stat().st_mode) == 0o600
    assert {one.public_key for one in found.active} <= set(public_keys(place).values())
    assert all(one.since and one.since.tzinfo for one in found.active)


def test_before_there_is_one_it_is_the_settings(tmp_path: Path) -> None:
    register = AgencyRegister(Settings(data_dir=tmp_path))
    assert register.agency_of_source("urn:oneplan:agency:police") == "police"
    assert register.kind_of("municipality") is AgencyKind.MUNICIPALITY
    assert register.agency_of_token("anything") is None
    assert not list(tmp_path.iterdir())


def test_it_holds_no_secret(place: Settings) -> None:
    text = register_file(place).read_text()
    for agency in place.agencies:
        for file in key_files(place, agency.code):
            assert file.read_text().strip() not in text


def test_an_added_agency_is_known_at_once_and_a_revoked_one_remembered(
    place: Settings, at_once: None
) -> None:
    register = AgencyRegister(place)
    assert "school-west" not in register
    assert register.kind_of("school-west") is None
    added = add_agency(place, WEST, NOW)
    assert (added.state, added.since) == (AgencyState.ACTIVE, NOW)
    assert "school-west" in register
    assert register.agency_of_source("urn:nld:oin:00000001234567890000") == "school-west"
    assert register.agency_of_token(token(place, "school-west")) == "school-west"

    kept = token(place, "school-west")
    revoked = revoke_agency(place, "school-west", LATER)
    assert (revoked.state, revoked.since) == (AgencyState.REVOKED, LATER)
    assert revoke_agency(place, "school-west", LATER + timedelta(days=1)) == revoked
    assert "school-west" not in register
    assert register.agency_of_token(kept) is None
    # What it published before is still its own, and is still read as that of a school.
    assert register.agency_of_source("urn:oneplan:agency:school-west") == "school-west"
    assert register.kind_of("school-west") is AgencyKind.SCHOOL
    assert not any(file.exists() for file in key_files(place, "school-west"))
    with pytest.raises(CredentialsError, match="school-west was revoked on 2026-03-02"):
        seed_file(place, "school-west")


def test_new_keys_take_the_place_of_the_old(place: Settings, at_once: None) -> None:
    register = AgencyRegister(place)
    before, old = read_agencies(place).get("police"), token(place, "police")
    after = rotate_agency(place, "police", LATER)
    assert before is not None
    assert after.public_key not in (None, before.public_key)
    assert (after.since, after.keys_since) == (before.since, LATER)
    assert register.agency_of_token(old) is None
    assert register.agency_of_token(token(place, "police")) == "police"
    assert public_keys(place)["police"] == after.public_key
    assert list(mismatches(place)) == []


def test_what_the_register_does_not_allow(place: Settings) -> None:
    add_agency(place, WEST, NOW)
    with pytest.raises(AgencyChangeError, match="oneplan agency rotate school-west"):
        add_agency(place, WEST, NOW)
    with pytest.raises(AgencyChangeError, match="OIN 00000001234567890000 is that of school-west"):
        add_agency(place, WEST.model_copy(update={"code": "school-east"}), NOW)
    for change in (rotate_agency, revoke_agency):
        with pytest.raises(AgencyChangeError, match="no agency 'nobody'; the register has: police"):
            change(place, "nobody", NOW)
    revoke_agency(place, "school-west", NOW)
    with pytest.raises(AgencyChangeError, match="oneplan agency add school-west"):
        rotate_agency(place, "school-west", NOW)
    with pytest.raises(AgencyChangeError, match="was of the kind school"):
        add_agency(place, WEST.model_copy(update={"kind": AgencyKind.POLICE}), NOW)


def test_who_was_revoked_may_come_back_with_new_keys(place: Settings) -> None:
    first = add_agency(place, WEST, NOW)
    revoke_agency(place, "school-west", NOW)
    ensure_credentials(place)
    assert "school-west" not in token_digests(place).values()
    again = add_agency(place, WEST, LATER)
    assert again.public_key != first.public_key
    assert again.is_active


def test_the_settings_are_entered_and_never_bring_back_who_was_revoked(place: Settings) -> None:
    revoke_agency(place, "halt", NOW)
    police, halt = (one for one in place.agencies if one.code in ("police", "halt"))
    renamed = police.model_copy(update={"name": "Politie Oost"})
    changed = place.model_copy(update={"agencies": (renamed, halt, WEST)})
    before = public_keys(place)
    ensure_credentials(changed)
    found = read_agencies(changed)
    assert [one.name for one in found.active if one.code == "police"] == ["Politie Oost"]
    assert found.get("school-west") is not None
    assert "halt" not in {one.code for one in found.active}
    assert public_keys(changed).items() >= before.items()  # those no longer in the settings stay


def test_a_change_is_noticed_within_the_second_and_a_stranger_is_looked_for(
    place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr("services.bus.agencies.monotonic", lambda: clock[0])
    register = AgencyRegister(place)
    old = token(place, "police")
    rotate_agency(place, "police", NOW)
    assert register.agency_of_token(old) == "police"
    clock[0] += agencies_module.LOOK_SECONDS
    assert register.agency_of_token(old) is None
    add_agency(place, WEST, NOW)
    assert register.agency_of_source("urn:oneplan:agency:school-west") == "school-west"


@pytest.mark.parametrize("damage", ["open", "torn", "gone", "wrong"])
def test_a_register_that_cannot_be_read_leaves_the_last_good_one(
    place: Settings, at_once: None, damage: str
) -> None:
    register = AgencyRegister(place)
    path = register_file(place)
    whole = path.read_text()
    if damage == "open":
        path.chmod(0o666)
    elif damage == "gone":
        path.unlink()
    else:
        path.write_text(whole[:100] if damage == "torn" else '{"agencies": [{"code": "X"}]}')
    assert register.agency_of_source("urn:oneplan:agency:police") == "police"
    assert "police" in register
    if damage != "gone":
        with pytest.raises(
            CredentialsError, match="run: chmod 600" if damage == "open" else "damaged"
        ):
            AgencyRegister(place)
    path.unlink(missing_ok=True)
    path.write_text(whole)
    path.chmod(0o600)
    revoke_agency(place, "police", NOW)
    assert "police" not in register


def test_changes_at_once_are_all_kept(place: Settings) -> None:
    def add(number: int) -> None:
        code = f"school-{number}"
        add_agency(place, AgencySettings(code=code, name=code, kind=AgencyKind.SCHOOL), NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(16)))
    assert {one.code for one in read_agencies(place).active} >= {f"school-{n}" for n in range(16)}
    assert list(mismatches(place)) == []
    assert not list(place.credentials.glob("tmp*"))


codes = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=5).map(
    "a".__add__
)
found = st.builds(
    Agency,
    code=codes,
    name=st.text(max_size=10),
    kind=st.sampled_from(AgencyKind),
    oin=st.none() | st.integers(0, 10**20 - 1).map("{:020}".format),
    state=st.sampled_from(AgencyState),
    since=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(st.lists(found, max_size=6), found)
def test_the_file_holds_what_was_put_in(several: list[Agency], one: Agency) -> None:
    held = Agencies(agencies=())
    for agency in several:
        held = held.with_agency(agency)
    held = held.with_agency(one)
    assert held.get(one.code) == one
    assert len({agency.code for agency in held.agencies}) == len(held.agencies)
    assert set(held.active) == {agency for agency in held.agencies if agency.is_active}
    assert Agencies.model_validate_json(held.model_dump_json()) == held
