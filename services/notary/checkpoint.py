"""Checkpoints: how large the tree was and its root, signed with Ed25519 (RFC 8032).

The text is that of a transparency log's checkpoint: a signed note (C2SP ``tlog-checkpoint`` and
``signed-note``), so that witnesses and tools which know the format can read ours.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.values import utc

ORIGIN = "oneplan/event-log"
_ED25519 = b"\x01"
"""The algorithm's mark in a signed note."""
_NOTE = re.compile(
    r"(?P<text>oneplan/event-log\n(?P<size>0|[1-9][0-9]*)\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"(?P<signed_at>[^\n]+)\n)\n— oneplan/event-log (?P<signature>[A-Za-z0-9+/=]+)\n"
)


class BadCheckpoint(Exception):
    """A text that is no checkpoint, or one that this key did not sign."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree of the first ``size`` events had this root at ``signed_at`` (UTC)."""

    size: int
    root: bytes
    signed_at: datetime


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a signed note."""
    lines = (
        ORIGIN,
        str(checkpoint.size),
        b64encode(checkpoint.root).decode(),
        utc(checkpoint.signed_at).isoformat(),
    )
    text = "".join(f"{line}\n" for line in lines)
    signature = key_hint(key.public_key()) + key.sign(text.encode())
    return f"{text}\n— {ORIGIN} {b64encode(signature).decode()}\n"


def opened(note: str, key: Ed25519PublicKey) -> Checkpoint:
    """The checkpoint in a signed note.

    Raises:
        BadCheckpoint: when it is none, or this key did not sign it.
    """
    found = _NOTE.fullmatch(note)
    if found is None:
        raise BadCheckpoint("this is no checkpoint of our event log")
    try:
        signature = b64decode(found["signature"], validate=True)
        if b64encode(signature).decode() != found["signature"]:
            raise BadCheckpoint("the signature of this checkpoint is not written as it should be")
        if not signature.startswith(key_hint(key)):
            raise BadCheckpoint("another key signed this checkpoint")
        key.verify(signature[4:], found["text"].encode())
        signed_at = utc(datetime.fromisoformat(found["signed_at"]))
    except (Base64Error, InvalidSignature, ValueError) as error:
        raise BadCheckpoint("the signature of this checkpoint is not right") from error
    return Checkpoint(int(found["size"]), b64decode(found["root"]), signed_at)


def key_hint(key: Ed25519PublicKey) -> bytes:
    """The first 4 bytes of the hash by which a signed note names its key."""
    named = ORIGIN.encode() + b"\n" + _ED25519 + key.public_bytes_raw()
    return sha256(named).digest()[:4]
