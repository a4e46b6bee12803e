"""The notary as a process: killed while it works, and on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from deploy.verifier import verify_proof
from services.cli.main import app
from services.notary.book import Book
from services.notary.checkpoint import opened
from services.notary.key import signing_key
from services.read_model.engine import writing
from services.settings import Settings
from services.store.application import OnePlan
from tests.notary.conftest import more
from tests.projections.support import wait_until
from tests.support.events import plan_opened
from tests.support.world import new_world

KILLS = 3


def start_notary(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "ONEPLAN_DATA_DIR": str(settings.data_dir)}
    environment["ONEPLAN_LOG_LEVEL"] = "ERROR"
    if settings.database_url is not None:
        environment["ONEPLAN_DATABASE_URL"] = settings.database_url
        environment["ONEPLAN_KEYS_URL"] = str(settings.keys_url)
    return subprocess.Popen([sys.executable, "-m", "services.run", "notary"], env=environment)


def signed(settings: Settings, book: Book) -> int:
    note = book.checkpoint()
    return 0 if note is None else opened(note, signing_key(settings).public_key()).size


def test_kill_dash_nine_while_it_writes(
    settings: Settings, application: OnePlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(settings.data_dir))
    if settings.database_url is not None:
        monkeypatch.setenv("ONEPLAN_DATABASE_URL", settings.database_url)
        monkeypatch.setenv("ONEPLAN_KEYS_URL", str(settings.keys_url))
    book = Book(settings.notary)
    with new_world(settings, application) as world:
        world.take(plan_opened("F1"), plan_opened("F2"))
        for number in range(KILLS):
            before = book.size
            notary = start_notary(settings)
            try:
                more(world, 10, f"k{number}-")
                wait_until(lambda before=before: book.size > before)  # type: ignore[misc]
                more(world, 3, f"l{number}-")
            finally:
                notary.kill()
                notary.wait()
        world.catch_up()
        notary = start_notary(settings)
        try:
            stored = application.recorder.max_notification_id()
            # What a killed one wrote down and did not sign stands in the book too.
            wait_until(lambda: signed(settings, book) == stored)
        finally:
            notary.terminate()
            notary.wait(10)
        said = CliRunner().invoke(app, ["audit", "verify", "--json"])
        found = json.loads(said.stdout)
        assert (found["findings"], found["signed"], found["not_signed_yet"]) == ([], stored, 0)

        proof = CliRunner().invoke(app, ["audit", "prove", "5"])
        (tmp_path / "proof.json").write_text(proof.stdout)
        key = CliRunner().invoke(app, ["audit", "checkpoint", "--key"]).stdout.strip()
        assert verify_proof.main([str(tmp_path / "proof.json"), "--key", key]) == 0

        column = "rowid" if settings.database_url is None else "notification_id"
        with writing(world.engine) as connection:
            forged = f"UPDATE {application.events_table} SET topic = 'x' WHERE {column} = 5"  # noqa: S608
            connection.execute(text(forged))
        said = CliRunner().invoke(app, ["audit", "verify"])
        assert said.exit_code == 1
        assert "position 5: version" in said.stdout
        assert "was changed since it was signed" in said.stdout


def test_without_a_notary_the_auditor_is_told_so(
    settings: Settings, application: OnePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(settings.data_dir))
    for command in (["audit", "prove", "1"], ["audit", "checkpoint"]):
        said = CliRunner().invoke(app, command)
        assert (said.exit_code, "start the notary: oneplan up" in said.stderr) == (1, True)
