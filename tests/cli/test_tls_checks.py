"""What ``oneplan doctor`` says about certificates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.bus.certificates import CA, CERT, KEY, VALID_DAYS, ensure_certificates
from services.cli.checks import Health
from services.cli.tls_checks import SOON_DAYS, check_certificates
from services.settings import Settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    ensure_certificates(tmp_path, ("127.0.0.1",), NOW)
    cert, key = tmp_path / CERT, tmp_path / KEY
    return Settings(
        data_dir=tmp_path / "data",
        nats_tls_ca=tmp_path / CA,
        nats_server_tls_cert=cert,
        nats_server_tls_key=key,
        http_tls_cert=cert,
        http_tls_key=key,
    )


@pytest.mark.parametrize(
    ("left", "health"),
    [
        (SOON_DAYS, Health.OK),
        (SOON_DAYS - 1, Health.WARNING),
        (0, Health.WARNING),
        (-1, Health.ERROR),
    ],
)
def test_how_long_each_certificate_is_valid_is_told(
    settings: Settings, left: int, health: Health
) -> None:
    checks = list(check_certificates(settings, NOW + timedelta(days=VALID_DAYS - left)))
    assert [check.found.split(":")[0] for check in checks] == [
        "nats_tls_ca",
        "nats_server_tls_cert",
        "http_tls_cert",
    ]
    assert {check.health for check in checks} == {health}
    assert all("valid until 2027-04-02" in check.found for check in checks)


def test_a_key_that_others_can_read_is_an_error(settings: Settings) -> None:
    key = settings.http_tls_key
    assert key is not None
    key.chmod(0o644)
    (check,) = check_certificates(settings, NOW)
    assert check.health is Health.ERROR
    assert check.found.endswith(f"run: chmod 600 {key}")


def test_without_certificates_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert list(check_certificates(Settings(data_dir=tmp_path), NOW)) == []
