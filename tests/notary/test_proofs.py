"""Proofs for somebody who trusts nobody, checked by the verifier as a program of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.notary.proofs import NothingToProve, Proof, prove
from services.notary.rows import raw_rows
from tests.notary.conftest import Office, more

VERIFIER = Path(__file__).parents[2] / "deploy" / "verifier" / "verify_proof.py"


def proof_of(office: Office, position: int, since: str | None = None) -> Proof:
    rows = raw_rows(office.world.engine, office.table)
    return prove(rows, office.book, office.key.public_key(), position, since)


def verified(folder: Path, proof: str, key: str, kept: str | None = None) -> tuple[int, str]:
    (folder / "proof.json").write_text(proof, encoding="utf-8")
    command = [sys.executable, "-I", str(VERIFIER), str(folder / "proof.json"), "--key", key]
    if kept is not None:
        (folder / "kept").write_text(kept, encoding="utf-8")
        command += ["--checkpoint", str(folder / "kept")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def public(office: Office) -> str:
    return office.key.public_key().public_bytes_raw().hex()


def test_each_event_is_proved_to_be_in_the_log(office: Office) -> None:
    from deploy.verifier import verify_proof  # noqa: PLC0415 - a program, run below

    positions = [entry.position for entry in office.book.entries()]
    assert len(positions) == 22
    for position in positions:
        proof = json.loads(proof_of(office, position).model_dump_json())
        assert verify_proof.check(proof, office.key.public_key(), None) == []


def test_the_verifier_alone_believes_a_proof_and_that_the_log_only_grew(
    office: Office, tmp_path: Path
) -> None:
    kept = office.book.checkpoint() or ""
    more(office.world, 4, "later")
    office.write_down()
    proof = proof_of(office, 3, kept).model_dump_json()
    assert verified(tmp_path, proof, public(office), kept) == (0, "holds\n")


@pytest.mark.parametrize(
    ("field", "value"),
    [("topic", "oneplan.plan.NoteAdded"), ("version", 9), ("position", 4), ("state", "e30=")],
)
def test_the_verifier_alone_does_not_believe_another_event(
    office: Office, tmp_path: Path, field: str, value: object
) -> None:
    proof = json.loads(proof_of(office, 3).model_dump_json(exclude_none=True))
    proof["event"][field] = value
    code, said = verified(tmp_path, json.dumps(proof), public(office))
    assert (code, said) == (1, "DOES NOT HOLD: the event is not in the log as it is shown\n")


def test_a_log_that_was_written_anew_is_not_the_one_that_was_kept(
    office: Office, tmp_path: Path
) -> None:
    kept = office.book.checkpoint() or ""
    for file in office.book.folder.rglob("*"):
        if file.is_file():
            file.unlink()
    first = next(raw_rows(office.world.engine, office.table)).position
    with office.world.application.recorder.datastore.transaction(  # type: ignore[attr-defined]
        commit=True
    ) as cursor:
        name = "rowid" if office.world.settings.database_url is None else "notification_id"
        cursor.execute(f"DELETE FROM {office.table} WHERE {name} = {first}")  # noqa: S608
    more(office.world, 2, "later")
    office.notary = office.reopened()
    office.write_down()
    proof = proof_of(office, first + 2, kept).model_dump_json()
    code, said = verified(tmp_path, proof, public(office), kept)
    assert (code, "not the one you kept" in said) == (1, True)


def test_the_verifier_says_what_it_cannot_read(office: Office, tmp_path: Path) -> None:
    proof = proof_of(office, 3).model_dump_json()
    assert verified(tmp_path, "no proof", public(office))[0] == 2
    assert verified(tmp_path, proof, "00")[0] == 2
    another = proof.replace('"checkpoint":"oneplan', '"checkpoint":"twoplan')
    assert "not a checkpoint of this log" in verified(tmp_path, another, public(office))[1]


def test_what_is_not_signed_is_not_proved(office: Office) -> None:
    more(office.world, 1, "later")
    last = max(row.position for row in raw_rows(office.world.engine, office.table))
    with pytest.raises(NothingToProve, match="covered by the signature yet"):
        proof_of(office, last)
