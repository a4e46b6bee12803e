"""A service process: how it starts."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import pytest

from services.monitor.vitals import Vitals
from services.run import SERVICES, run_service
from services.settings import Settings


def test_garbage_is_collected_again_once_a_service_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    async def service(_settings: Settings, _vitals: Vitals) -> None:
        seen.append(gc.isenabled())
        await asyncio.sleep(0)
        seen.append(gc.isenabled())

    monkeypatch.setitem(SERVICES, "watch", service)
    gc.disable()
    try:
        asyncio.run(run_service("watch", Settings(data_dir=tmp_path)))
    finally:
        gc.enable()
        gc.unfreeze()

    assert seen == [False, True]
