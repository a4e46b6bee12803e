"""No personal data in logs: ids only, whatever goes wrong."""

from __future__ import annotations

import json

import pytest
import structlog

from services.logs import configure_logs
from services.settings import Settings

PERSONAL = "Anna Jansen, Kerkstraat 1"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_exception_is_logged_without_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="json"))
    try:
        int(PERSONAL)
    except ValueError:
        structlog.get_logger().exception("it.failed", sequence=7)
    (line,) = lines(capsys)
    assert PERSONAL not in json.dumps(line)
    assert (line["error"], line["sequence"]) == ("ValueError", 7)
    assert "test_an_exception_is_logged_without_its_message" in json.dumps(line["at"])


@pytest.mark.parametrize("field", ["text", "name", "data", "body", "member", "birth_date"])
def test_a_field_that_can_hold_personal_data_is_named_and_not_shown(
    capsys: pytest.CaptureFixture[str], field: str
) -> None:
    configure_logs(Settings(log_format="json"))
    structlog.get_logger().warning("careless", **{field: PERSONAL}, family_id="F1")
    (line,) = lines(capsys)
    assert PERSONAL not in json.dumps(line)
    assert (line[field], line["family_id"]) == ("(not logged)", "F1")


def test_the_level_is_that_of_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="json", log_level="WARNING"))
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    assert [line["event"] for line in lines(capsys)] == ["loud"]
