"""What the commands share: errors that a person can read."""

from __future__ import annotations

from importlib import import_module

import pytest
import typer

from services.cli.common import EXPECTED, OF_THE_VIEWS, readable_errors


@pytest.mark.parametrize("place", [*EXPECTED, *OF_THE_VIEWS], ids=".".join)
def test_what_a_command_can_run_into_is_said_in_one_line(
    place: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    module, name = place
    error: type[Exception] = getattr(import_module(module), name)

    with pytest.raises(typer.Exit) as ended, readable_errors():
        raise error.__new__(error)

    assert ended.value.exit_code == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
