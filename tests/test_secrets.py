"""No secret in the repository: not in any file that is tracked."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import nkeys
import pytest

from services.bus.credentials import ensure_credentials, seed_file
from services.settings import Settings

ROOT = Path(__file__).parents[1]
SECRETS = {
    "NATS seed": re.compile(rb"\bS[UANOC][A-Z2-7]{56}\b"),
    "private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]"),
    "JSON Web Key": re.compile(rb"\"d\"\s*:\s*\"[A-Za-z0-9_-]{20,}\""),
    "password in a URL": re.compile(rb"[a-z]+://[^/\s:@\"'{}<]+:[^/\s:@\"'{}<]{6,}@"),
}


def _found(content: bytes) -> list[str]:
    return [name for name, pattern in SECRETS.items() if pattern.search(content)]


def test_no_tracked_file_holds_a_secret() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.split(b"\0")
    files = [ROOT / name.decode() for name in listed if name]
    assert len(files) > 300
    holding = {
        str(file.relative_to(ROOT)): found
        for file in files
        if file.exists() and (found := _found(file.read_bytes()))
    }
    assert holding == {}


def test_a_seed_of_ours_would_be_seen(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    ensure_credentials(settings)
    seed = seed_file(settings, "school").read_bytes()
    assert nkeys.from_seed(bytearray(seed.strip())).public_key.startswith(b"U")
    assert _found(b"key = " + seed) == ["NATS seed"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"-----BEGIN " + b"PRIVATE KEY-----\nMC4CAQ", "private key"),
        (b'{"kty": "OKP", "d": "' + b"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZ" + b'"}', "JSON Web Key"),
        (b"postgresql://user:" + b"secretpassword@host/name", "password in a URL"),
    ],
)
def test_other_secrets_would_be_seen(content: bytes, name: str) -> None:
    assert _found(content) == [name]
