"""What ``oneplan doctor`` looks at in the certificates. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509

from services.bus.credentials import CredentialsError
from services.bus.tls import check_pair, nats_tls
from services.cli.checks import Check, error, ok, warning
from services.settings import Settings

SOON_DAYS = 30

CERTIFICATES = ("nats_tls_ca", "nats_tls_cert", "nats_server_tls_cert", "http_tls_cert")


def check_certificates(settings: Settings, now: datetime) -> Iterator[Check]:
    """Whether the certificates of the settings can be used, and for how long.

    Args:
        settings: which they are; what is not set is not looked at.
        now: the moment (UTC).
    """
    try:
        nats_tls(settings)
        for name in ("nats_server_tls", "http_tls"):
            cert, key = getattr(settings, f"{name}_cert"), getattr(settings, f"{name}_key")
            if cert is not None:
                check_pair(name, cert, key)
    except CredentialsError as problem:
        yield error("tls", str(problem), "do as that line says")
        return
    for name in CERTIFICATES:
        path: Path | None = getattr(settings, name)
        if path is not None:
            yield _valid(name, path, now)


def _valid(name: str, path: Path, now: datetime) -> Check:
    ends = min(
        one.not_valid_after_utc for one in x509.load_pem_x509_certificates(path.read_bytes())
    )
    days = (ends - now).days
    found = f"{name}: {path}, valid until {ends:%Y-%m-%d}"
    mend = "put a new one in place, and start again what uses it"
    if days < 0:
        return error("tls", found, mend)
    return warning("tls", found, mend) if days < SOON_DAYS else ok("tls", found)
