"""Certificates for the tests, by a CA of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as files."""

    cert: Path
    key: Path


class Authority:
    """A CA that issues certificates into a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._ca = trustme.CA()
        self.cert = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(self.cert)

    def issue(self, *names: str) -> Pair:
        """A certificate for these names, with a key of mode 0600."""
        issued = self._ca.issue_cert(*names)
        pair = Pair(self._folder / f"{names[0]}.pem", self._folder / f"{names[0]}-key.pem")
        issued.cert_chain_pems[0].write_to_path(pair.cert)
        pair.key.touch(mode=0o600)
        issued.private_key_pem.write_to_path(pair.key)
        return pair
