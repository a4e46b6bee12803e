"""What is true of any of our processes when somebody asks: ready or not, and room on its disks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from cryptography import x509
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.monitor.vitals import Vitals
from services.settings import Settings

CERTIFICATES = ("nats_tls_ca", "nats_tls_cert", "nats_server_tls_cert", "http_tls_cert")


class ProcessCollector(Collector):
    """Gauges of this process, made when they are asked for."""

    def __init__(self, settings: Settings, vitals: Vitals) -> None:
        self._settings = settings
        self._vitals = vitals

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """The metrics without values, so that registering asks nobody anything."""
        yield from _families().values()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The metrics as they are now."""
        families = _families()
        service = self._vitals.service
        families["release"].add_metric((service, version("oneplan")), 1)
        families["ready"].add_metric((service,), self._vitals.readiness().ready)
        families["upgrade"].add_metric((service,), self._vitals.upgrade_needed)
        for name, folder in (("data", self._settings.data_dir), ("notary", self._settings.notary)):
            if folder.exists():
                families["disk"].add_metric((name,), shutil.disk_usage(folder).free)
        for name in CERTIFICATES:
            path: Path | None = getattr(self._settings, name)
            if path is not None and path.exists():
                families["certificates"].add_metric((name,), _ends(path))
        yield from families.values()


def _families() -> dict[str, GaugeMetricFamily]:
    return {
        "release": GaugeMetricFamily(
            "oneplan_release", "1, with the release as a label", labels=("service", "release")
        ),
        "ready": GaugeMetricFamily(
            "oneplan_ready", "Whether this process can do its work", labels=("service",)
        ),
        "upgrade": GaugeMetricFamily(
            "oneplan_upgrade_needed",
            "Whether this process found what only a newer release understands",
            labels=("service",),
        ),
        "disk": GaugeMetricFamily(
            "oneplan_disk_free_bytes", "Room on the disk of a folder", labels=("folder",)
        ),
        "certificates": GaugeMetricFamily(
            "oneplan_certificate_ends_seconds",
            "When a certificate ends, in seconds since 1970 (UTC)",
            labels=("certificate",),
        ),
    }


def _ends(path: Path) -> float:
    certificates = x509.load_pem_x509_certificates(path.read_bytes())
    return min(one.not_valid_after_utc for one in certificates).timestamp()
