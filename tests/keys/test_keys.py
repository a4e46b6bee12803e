"""The key store and the ring: made once, destroyed for ever, forgotten by everybody."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.keys import ring as ring_module
from services.keys.engine import key_engine, key_place
from services.keys.master import KeysError, MasterFiles, create_secret, read_secret
from services.keys.ring import KeyRing, MissingKeyError, open_key_ring
from services.keys.scrub import scrub
from services.keys.store import KeyStore, open_key_store
from services.keys.tables import SUBJECT_KEY
from services.settings import Settings
from tests.support.files import files_with
from tests.support.postgres import drop_database, new_database

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANNA, BRAM, FAMILY = "family/F1/anna", "family/F1/bram", "family/F1"


@pytest.fixture(params=["file", "postgres"])
def key_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings with a key store of their own, on either database."""
    if request.param == "file":
        yield Settings(data_dir=tmp_path)
        return
    server_url: str = request.getfixturevalue("postgres_url")
    url = new_database(server_url)
    yield Settings(data_dir=tmp_path, keys_url=url)
    drop_database(server_url, url)


@pytest.fixture
def store(key_settings: Settings) -> Iterator[KeyStore]:
    opened = open_key_store(key_settings)
    yield opened
    opened.close()


def keys_of(store: KeyStore) -> dict[str, bytes]:
    return store.load(["family/F1"])["family/F1"].keys


def test_a_key_is_made_once_and_is_there_for_all(store: KeyStore, key_settings: Settings) -> None:
    store.make([ANNA, FAMILY])
    first = keys_of(store)
    store.make([ANNA, BRAM])
    other = open_key_store(key_settings)
    again = keys_of(other)
    other.close()
    assert {name: again[name] for name in first} == first
    assert again.keys() == {ANNA, BRAM, FAMILY}
    assert len({*again.values()}) == 3


def test_destroying_a_member_leaves_the_others_and_no_new_key_is_made(store: KeyStore) -> None:
    store.make([ANNA, BRAM, FAMILY])
    assert store.destroy([ANNA], "e1", NOW) == 1
    store.make([ANNA, BRAM])
    assert keys_of(store).keys() == {BRAM, FAMILY}
    (grave,) = store.tombstones()
    assert (grave.subject, grave.erasure_id, grave.erased_at) == (ANNA, "e1", NOW)
    assert store.destroy([ANNA], "e2", NOW) == 0
    assert [one.erasure_id for one in store.tombstones()] == ["e1"]


def test_destroying_a_family_takes_all_below_it_and_no_neighbour(store: KeyStore) -> None:
    store.make([ANNA, BRAM, FAMILY, "family/F10", "family/F10/anna", "family/F"])
    assert store.destroy([FAMILY], "e1", NOW) == 3
    store.make(["family/F1/new"])
    assert keys_of(store) == {}
    assert store.load(["family/F10"])["family/F10"].keys.keys() == {"family/F10", "family/F10/anna"}


def test_a_destroyed_key_leaves_the_files(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    store = open_key_store(settings)
    store.make([ANNA, BRAM])
    with store.engine.connect() as connection:
        rows = connection.execute(SUBJECT_KEY.select()).all()
    wrapped = {row.subject: row.wrapped for row in rows}

    def is_in_a_file(key: bytes) -> bool:
        return any(key in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert is_in_a_file(wrapped[ANNA])
    assert not any(map(is_in_a_file, keys_of(store).values())), "a key lay there unwrapped"
    store.destroy([ANNA], "e1", NOW)
    assert scrub(store.engine) == []
    assert not is_in_a_file(wrapped[ANNA])
    assert is_in_a_file(wrapped[BRAM])
    assert files_with(tmp_path, ANNA), "the tombstone stays"
    store.close()


def test_another_process_forgets_a_destroyed_key(
    key_settings: Settings, store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring_module, "CHECK_SECONDS", 0.0)
    ring = open_key_ring(key_settings)
    ring.prepare([ANNA, BRAM])
    before = ring.generation
    assert ring.cipher((ANNA,)) is not None
    store.destroy([ANNA], "e1", NOW)
    assert ring.cipher((ANNA,)) is None
    assert ring.cipher((ANNA, BRAM)) is None
    assert ring.cipher((BRAM,)) is not None
    assert ring.generation > before
    ring.close()


def test_a_key_that_another_process_made_is_found(key_settings: Settings, store: KeyStore) -> None:
    ring = open_key_ring(key_settings)
    with pytest.raises(MissingKeyError, match="no key of family/F1/anna"):
        ring.cipher((ANNA,))
    store.make([ANNA])
    assert ring.cipher((ANNA,)) is not None
    ring.close()


def test_all_keys_are_needed_for_what_is_about_several(store: KeyStore) -> None:
    ring = KeyRing(store)
    ring.prepare([ANNA, BRAM])
    ciphers = [ring.cipher(subjects) for subjects in ((ANNA,), (BRAM,), (ANNA, BRAM))]
    sealed = [one.encrypt(b"0" * 12, b"secret", None) for one in ciphers if one]
    assert len({*sealed}) == 3


def test_the_master_key_is_replaced_and_the_old_one_is_gone(
    store: KeyStore, key_settings: Settings
) -> None:
    masters = MasterFiles(key_settings)
    store.make([ANNA, BRAM])
    before, old = keys_of(store), masters.current()
    assert store.rotate_master() == 2
    assert masters.current().id != old.id
    assert [*masters.present()] == [masters.current().id]
    assert keys_of(store) == before
    other = open_key_store(key_settings)
    assert keys_of(other) == before
    other.close()


def test_a_broken_off_rotation_can_be_read_and_finished(
    store: KeyStore, key_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.make([ANNA])
    before = keys_of(store)

    def power_cut(_self: MasterFiles) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(MasterFiles, "put_next_in_use", power_cut)
        with pytest.raises(ConnectionError):
            store.rotate_master()
    other = open_key_store(key_settings)
    other.make([BRAM])
    assert keys_of(other)[ANNA] == before[ANNA]
    other.rotate_master()
    assert keys_of(other)[ANNA] == before[ANNA]
    assert len(MasterFiles(key_settings).present()) == 1
    other.close()


def test_keys_without_their_master_key_say_so(store: KeyStore, key_settings: Settings) -> None:
    store.make([ANNA])
    path = MasterFiles(key_settings).path
    path.unlink()
    with pytest.raises(KeysError, match="is not there; bring it back"):
        open_key_store(key_settings)
    create_secret(path)
    other = open_key_store(key_settings)
    with pytest.raises(KeysError, match="which is not the one in"):
        keys_of(other)
    other.close()


def test_secrets_are_private(tmp_path: Path) -> None:
    path = tmp_path / "x.key"
    create_secret(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = read_secret(path)
    create_secret(path)
    assert read_secret(path) == first
    path.chmod(0o640)
    with pytest.raises(KeysError, match="can be read by others"):
        read_secret(path)
    path.chmod(0o600)
    path.write_text("AAAA", encoding="ascii")
    with pytest.raises(KeysError, match="does not hold 32 bytes"):
        read_secret(path)


def test_the_key_file_is_private(tmp_path: Path) -> None:
    store = open_key_store(Settings(data_dir=tmp_path))
    store.make([ANNA])
    files = list((tmp_path / "credentials").glob("keys.sqlite*"))
    assert len(files) > 1
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    store.close()


@pytest.mark.parametrize(
    ("database_url", "keys_url", "reason"),
    [
        ("postgresql://a@db/one", None, "say where the keys of persons are"),
        ("postgresql://a@db/one", "postgresql://b@db:5432/one", "database of their own"),
        ("postgresql:///one?host=/s", "postgresql:///one?host=/s", "database of their own"),
        (None, "mysql://a@db/one", "must begin with"),
        (None, "nonsense", "must begin with"),
    ],
)
def test_where_keys_may_not_be(
    tmp_path: Path, database_url: str | None, keys_url: str | None, reason: str
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=database_url, keys_url=keys_url)
    with pytest.raises(KeysError, match=reason):
        key_engine(settings)


def test_where_keys_may_be(tmp_path: Path) -> None:
    url = "postgresql://a@db/one"
    for keys_url in (
        "postgresql://a@other/one",
        "postgresql://a@db/keys",
        "postgresql://a@db:1/one",
    ):
        assert key_place(Settings(database_url=url, keys_url=keys_url)) == keys_url
    with pytest.raises(KeysError, match="database of their own"):
        key_place(Settings(data_dir=tmp_path, keys_url=f"sqlite:///{tmp_path}/oneplan.sqlite"))
