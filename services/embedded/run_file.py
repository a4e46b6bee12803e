"""``run.json``: where a running ``oneplan up`` can be found."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from services.settings import Settings


class RunFile(BaseModel):
    """What runs on this data folder. ``pids`` are by name; ``nats`` is the server."""

    model_config = ConfigDict(frozen=True)

    pid: int
    """The supervisor, that is ``oneplan up`` itself."""
    started_at: AwareDatetime
    nats_url: str
    monitor_url: str | None = None
    """The monitoring endpoint of nats-server, on loopback only."""
    http_url: str
    pids: dict[str, int]
    ready: bool = False
    health_urls: dict[str, str] = {}
    """Where each service says how it is, by its name; on loopback only."""


def run_file(settings: Settings) -> Path:
    """Where it lies."""
    return settings.data_dir / "run.json"


def read_run(settings: Settings) -> RunFile | None:
    """What runs on this data folder, or None. A crash leaves the file behind."""
    try:
        return RunFile.model_validate_json(run_file(settings).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write_run(settings: Settings, run: RunFile) -> None:
    """Write it whole or not at all, for the owner's eyes only (mode 0600)."""
    path = run_file(settings)
    descriptor, aside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(run.model_dump_json(indent=2) + "\n")
    Path(aside).replace(path)


def remove_run(settings: Settings) -> None:
    """Nothing runs here any more."""
    run_file(settings).unlink(missing_ok=True)
