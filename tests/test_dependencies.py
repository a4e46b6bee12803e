"""What we build on: every package locked by its hash, and none with a known vulnerability."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PATIENCE_SECONDS = 120


def test_every_locked_package_is_held_to_its_hashes() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    fetched = [one for one in lock["package"] if "registry" in one["source"]]
    assert len(fetched) > 50
    for package in fetched:
        files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


def test_no_locked_package_has_a_known_vulnerability(tmp_path: Path) -> None:
    export = ["export", "--frozen", "--no-emit-project", "--no-hashes", "--no-annotate", "--quiet"]
    locked = _output([str(BIN / "uv"), *export])
    one = next(line for line in locked.splitlines() if line.startswith(b"fastapi=="))
    if not _audited(one, tmp_path):
        pytest.skip("no register of known vulnerabilities answers here")
    audited = _audited(locked, tmp_path)
    assert len(audited) > 50
    assert _vulnerable(audited) == []


def test_a_known_vulnerability_is_seen() -> None:
    fine = {"name": "whole", "version": "1.0", "vulns": []}
    broken = {"name": "broken", "version": "2.0", "vulns": [{"id": "PYSEC-2026-1"}]}
    assert _vulnerable([fine, broken]) == ["broken 2.0: PYSEC-2026-1"]


def _vulnerable(audited: list[dict[str, Any]]) -> list[str]:
    return [
        f"{one['name']} {one['version']}: {', '.join(found['id'] for found in one['vulns'])}"
        for one in audited
        if one["vulns"]
    ]


def _audited(requirements: bytes, folder: Path) -> list[dict[str, Any]]:
    """What is known of these packages; empty where nobody answers."""
    file = folder / "requirements.txt"
    file.write_bytes(requirements)
    tool = [str(BIN / "pip-audit"), "--requirement", str(file), "--no-deps", "--disable-pip"]
    try:
        report = json.loads(_output([*tool, "--format", "json", "--timeout", "15"]))
    except (json.JSONDecodeError, subprocess.TimeoutExpired):
        return []
    return [one for one in report["dependencies"] if "skip_reason" not in one]


def _output(command: list[str]) -> bytes:
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, timeout=PATIENCE_SECONDS
    )
    return done.stdout
