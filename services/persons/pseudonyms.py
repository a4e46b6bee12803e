"""Pseudonyms for BSNs: HMAC-SHA256 under a key that never leaves the service.

``credentials/pseudonym.key`` has one key a line, ``<key id>:<64 hexadecimal digits>``, the one in
use first. While there are several, a BSN has a pseudonym under each: that is how a key is changed
without anybody keeping BSNs. See docs/matching.md.
"""

from __future__ import annotations

import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from stdnum.nl import bsn

from domain.persons.bsn import is_bsn
from services.bus.credentials import CredentialsError, pseudonym_key_file
from services.settings import Settings

MOST_KEYS = 5
_LINE = re.compile(r"([a-z0-9]{1,16}):([0-9a-f]{64})")


class NotABsn(Exception):
    """A number that is no BSN. Its text does not repeat the number."""

    field = "bsn"
    reason = "this is no BSN: it fails the eleven-test, so look for a typing error"


class Pseudonyms:
    """Makes pseudonyms. The keys are read anew each time, so that a new one counts at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, number: str) -> tuple[str, ...]:
        """The pseudonyms of a BSN, the one under the key in use first.

        Args:
            number: 8 or 9 digits; blanks, dots and hyphens do not count.

        Raises:
            NotABsn: when it fails the eleven-test.
            CredentialsError: when the key file is missing, damaged, or open to others.
        """
        if not is_bsn(number):
            raise NotABsn
        plain = bsn.compact(number).zfill(9).encode()
        return tuple(f"{key_id}-{_keyed(key, plain)}" for key_id, key in self._keys())

    def _keys(self) -> list[tuple[str, bytes]]:
        path = pseudonym_key_file(self._settings)
        lines = path.read_text(encoding="ascii").split()
        found = [_LINE.fullmatch(line) for line in lines]
        keys = [(one[1], bytes.fromhex(one[2])) for one in found if one is not None]
        ids = {key_id for key_id, _ in keys}
        if not 1 <= len(lines) <= MOST_KEYS or len(ids) < len(lines):
            raise CredentialsError(
                f"{path} must have 1 to {MOST_KEYS} lines <key id>:<64 hexadecimal digits>, each "
                "with its own id; put back the file from the backup, for a new key knows nobody"
            )
        return keys


def _keyed(key: bytes, message: bytes) -> str:
    mac = HMAC(key, hashes.SHA256())
    mac.update(message)
    return mac.finalize().hex()
