"""``oneplan doctor`` and ``oneplan credentials``: what they find, and what they say about it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import typer
from typer.testing import CliRunner

from services.bus.connect import connected
from services.bus.credentials import OUR_USERS
from services.cli import checks, credentials, doctor, nats_checks
from services.cli.checks import Check, Health
from services.embedded.nats_server import ANY_PORT, NatsServer
from services.embedded.run_file import RunFile, write_run
from services.settings import Settings
from services.store.application import open_application
from tests.support.bus import make_streams
from tests.support.postgres import new_database

app = typer.Typer()
app.command()(doctor.doctor)


def examine(*arguments: str) -> tuple[int, dict[str, list[Check]]]:
    """The exit code, and the checks by their name."""
    result = CliRunner().invoke(app, ["--json", *arguments])
    found: dict[str, list[Check]] = {}
    for entry in json.loads(result.stdout):
        check = Check.model_validate(entry)
        found.setdefault(check.name, []).append(check)
    return result.exit_code, found


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and no settings but the built-in ones."""
    monkeypatch.setenv("ONEPLAN_SETTINGS_FILE", str(tmp_path / "none.toml"))
    folder = tmp_path / "data"
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def service(data_dir: Path) -> Iterator[NatsServer]:
    """What ``oneplan up`` leaves on the data folder: a server, its run file, a database."""
    settings = Settings()
    with NatsServer(settings, port=ANY_PORT) as server:
        run = RunFile(
            pid=1,
            started_at=datetime.now(UTC),
            nats_url=server.url,
            monitor_url=server.monitor_url,
            http_url="http://127.0.0.1:8080",
            pids={},
        )
        write_run(settings, run)
        with open_application(settings):
            yield server


async def prepare() -> None:
    """All streams, and one event."""
    await make_streams(Settings())
    async with connected(Settings()) as client:
        await client.jetstream().publish("agency.police.F1.test", b"{}")


def test_before_the_first_start_there_are_only_warnings(data_dir: Path) -> None:
    code, found = examine()
    assert code == 0
    assert found["settings"][0].health is Health.OK
    assert found["nats-server"][0].found.startswith("nats-server: v2.")
    for name in ("data folder", "credentials", "database", "nats"):
        assert found[name][0].health is Health.WARNING
        assert "oneplan up" in (found[name][0].mend or "")
    assert not data_dir.exists()


def test_a_service_in_good_order_is_all_ok(service: NatsServer) -> None:
    asyncio.run(prepare())
    code, found = examine()
    assert code == 0
    bad = [c for cs in found.values() for c in cs if c.health is not Health.OK and c.name != "disk"]
    assert bad == []
    assert found["sync"][0].found == "each write before it is acknowledged"
    assert found["stream AGENCY_EVENTS"][0].found == "1 messages, 1 replicas"
    assert found["database"][0].found.endswith("journal_mode wal")


def test_missing_streams_are_errors(service: NatsServer) -> None:
    code, found = examine()
    assert code == 1
    assert found["stream DEAD_LETTERS"][0] == Check(
        name="stream DEAD_LETTERS",
        health=Health.ERROR,
        found="not there",
        mend="run oneplan up, or for a deployment: python -m services.bus",
    )


def test_a_server_that_does_not_sync_each_write_is_an_error(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    honest = NatsServer._config
    monkeypatch.setattr(
        NatsServer, "_config", lambda self, port: honest(self, port).replace("always", "2m")
    )
    request.getfixturevalue("service")
    code, found = examine()
    assert code == 1
    assert found["sync"][0].health is Health.ERROR


def test_a_dead_service_is_an_error(service: NatsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nats_checks, "CONNECT_SECONDS", 0.5)
    service.stop()
    code, found = examine()
    assert code == 1
    assert found["nats"][0].health is Health.ERROR
    assert "does not take _service" in found["nats"][0].found


def test_a_seed_that_others_can_read_is_an_error_with_the_cure(service: NatsServer) -> None:
    seed = Settings().credentials / "school.nk"
    seed.chmod(0o644)
    code, found = examine()
    assert code == 1
    (check,) = found["credentials"]
    assert check.found.endswith(f"run: chmod 600 {seed}")


def test_an_open_data_folder_is_a_warning(service: NatsServer) -> None:
    data_dir = Settings().data_dir
    data_dir.chmod(0o755)
    _, found = examine()
    assert found["data folder"][0].health is Health.WARNING
    assert found["data folder"][0].mend == f"run: chmod 700 {data_dir}"


def test_sqlite_without_a_write_ahead_log_is_an_error(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o700)
    with closing(sqlite3.connect(Settings().sqlite_path)) as database:
        database.execute("CREATE TABLE t (a)")
    code, found = examine()
    assert code == 1
    assert "journal_mode delete" in found["database"][0].found


def test_a_damaged_database_is_an_error(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o700)
    Settings().sqlite_path.write_bytes(b"no database at all" * 100)
    code, found = examine()
    assert code == 1
    assert found["database"][0].health is Health.ERROR


def test_postgres_is_looked_at(
    data_dir: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_database(postgres_url)
    monkeypatch.setenv("ONEPLAN_DATABASE_URL", url)
    monkeypatch.setenv("ONEPLAN_KEYS_URL", "postgresql://localhost/keys")
    code, found = examine()
    (check,) = found["database"]
    assert code == (1 if check.health is Health.ERROR else 0)
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW fsync").fetchone()
    assert row is not None
    assert f"fsync {row[0]}" in check.found
    assert (check.health is Health.ERROR) == (row[0] == "off")
    monkeypatch.setattr(checks, "OLDEST_POSTGRES", 990000)
    assert examine()[1]["database"][0].mend == "use PostgreSQL 14 or later"


def test_a_postgres_that_is_away_is_an_error(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEPLAN_DATABASE_URL", "postgresql://oneplan@127.0.0.1:9/oneplan")
    code, found = examine()
    assert code == 1
    assert "PGPASSFILE" in (found["database"][0].mend or "")


def test_wrong_settings_are_named_and_not_repeated(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEPLAN_HTTP_PORT", "ninety-nine")
    code, found = examine()
    assert code == 1
    assert found["settings"][0].found.startswith("setting http_port: ")
    assert "ninety-nine" not in found["settings"][0].found


def test_a_settings_file_that_cannot_be_read_is_an_error(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "none.toml").write_text("this is = no = toml")
    code, found = examine()
    assert code == 1
    assert found["settings"][0].health is Health.ERROR


def test_little_room_on_the_disk_is_told(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "NO_DISK", 10**18)
    code, found = examine()
    assert code == 1
    assert found["disk"][0].health is Health.ERROR


def test_a_missing_nats_server_is_told(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "/nowhere")
    code, found = examine()
    assert code == 1
    assert found["nats-server"][0].mend == "run: make setup"


def test_the_table_for_people_has_the_cure(data_dir: Path) -> None:
    shown = CliRunner().invoke(app, [], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert "start it with: oneplan up" in shown.stdout


def test_deployment_secrets_are_private_and_stay(data_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "compose"
    command = ["deployment", str(folder)]
    assert CliRunner().invoke(credentials.app, command).exit_code == 0
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert CliRunner().invoke(credentials.app, command).exit_code == 0
    assert {file: file.read_bytes() for file in before} == before
    accounts = folder / "accounts" / "accounts.conf"
    public = {accounts, folder / "tls" / "ca.pem", folder / "tls" / "nats.pem"}
    for file in set(before) - public:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    seeds = [text.strip() for file, text in before.items() if file.suffix == ".nk"]
    assert len(seeds) == len(OUR_USERS) + len(Settings().agencies)
    assert not any(seed in before[accounts] for seed in seeds)
    password = before[folder / "postgres-password"].decode()
    entry = f":5432:oneplan:oneplan:{password}\n"
    assert (folder / "pgpass").read_text() == f"postgres{entry}postgres-keys{entry}"
    assert {"master.key", "certificates.key"} <= {file.name for file in before}


def test_credentials_create_makes_them_once(data_dir: Path) -> None:
    made = CliRunner().invoke(credentials.app, ["create"])
    assert made.exit_code == 0
    assert Path(made.stdout.strip()) == Settings().credentials
    seed = (Settings().credentials / "police.nk").read_bytes()
    assert CliRunner().invoke(credentials.app, ["create"]).exit_code == 0
    assert (Settings().credentials / "police.nk").read_bytes() == seed
