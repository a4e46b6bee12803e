#!/usr/bin/env python3
"""Checks proofs of One Plan's event log, without any code of the service.

    python verify_proof.py PROOF.json --key PUBLIC_KEY [--checkpoint FILE]

PROOF.json comes from `oneplan audit prove`: an event as the database has it, its place in the log,
and a signed checkpoint. PUBLIC_KEY is the log's key, 64 hexadecimal digits, which you got from the
operator on another way than this file. With --checkpoint, a checkpoint that you kept earlier, the
proof must also show that the log only grew since then.

Exit code 0 when all holds, 1 when something does not, 2 when the input cannot be read.
Needs Python 3.11 and the package `cryptography`. Sources: RFC 9162 (sections 2.1.3.2 and 2.1.4.2),
RFC 8032, C2SP signed-note and tlog-checkpoint.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ORIGIN = "oneplan/event-log"


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf with this hash is number ``index`` (from 0) of the tree."""
    if not 0 <= index < size:
        return False
    number, last, node = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            node = _node(other, node)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            node = _node(node, other)
        number, last = number >> 1, last >> 1
    return last == 0 and node == root


def grown(earlier: int, before: bytes, size: int, after: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of ``size`` leaves begins with the one of ``earlier`` leaves."""
    if earlier == size:
        return before == after and not proof
    if not 0 < earlier < size:
        return False
    nodes = list(proof)
    if earlier & (earlier - 1) == 0:
        nodes.insert(0, before)
    if not nodes:
        return False
    number, last = earlier - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = nodes[0]
    for other in nodes[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = _node(other, old), _node(other, new)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            new = _node(new, other)
        number, last = number >> 1, last >> 1
    return last == 0 and old == before and new == after


def opened(note: str, key: Ed25519PublicKey) -> tuple[int, bytes]:
    """The size and root in a signed checkpoint. Raises ValueError or InvalidSignature."""
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    origin, size, root, *_ = text.split("\n")
    name, _, signature = signatures.removeprefix("— ").rstrip("\n").partition(" ")
    if origin != ORIGIN or name != ORIGIN:
        raise ValueError("not a checkpoint of this log")
    signed = b64decode(signature, validate=True)
    hint = sha256(ORIGIN.encode() + b"\n\x01" + key.public_bytes_raw()).digest()[:4]
    if signed[:4] != hint:
        raise ValueError("another key signed this checkpoint")
    key.verify(signed[4:], text.encode())
    return int(size), b64decode(root, validate=True)


def leaf_of(event: dict[str, Any]) -> bytes:
    """The hash of the leaf that stands for an event as the database has it."""
    aggregate, version = UUID(event["aggregate"]).bytes, int(event["version"])
    topic, state = event["topic"].encode(), b64decode(event["state"], validate=True)
    row = struct.pack(">16sQI", aggregate, version, len(topic)) + topic + state
    chain = sha256(bytes.fromhex(event["previous"]) + row).digest()
    entry = struct.pack(">Q16sQ32s", int(event["position"]), aggregate, version, chain)
    return sha256(b"\x00" + entry).digest()


def check(proof: dict[str, Any], key: Ed25519PublicKey, kept: str | None) -> list[str]:
    """What does not hold, one sentence each; empty when all does."""
    wrong = []
    size, root = opened(proof["checkpoint"], key)
    path = [bytes.fromhex(one) for one in proof["inclusion"]]
    if not included(leaf_of(proof["event"]), int(proof["index"]), size, path, root):
        wrong.append("the event is not in the log as it is shown")
    if kept is not None:
        earlier, before = opened(kept, key)
        steps = [bytes.fromhex(one) for one in proof.get("consistency", [])]
        if not grown(earlier, before, size, root, steps):
            wrong.append("the log is not the one you kept a checkpoint of, only longer")
    return wrong


def main(arguments: Sequence[str]) -> int:
    """Check what the arguments name. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("proof", type=Path)
    parser.add_argument("--key", required=True, help="the log's public key, hexadecimal")
    parser.add_argument("--checkpoint", type=Path, help="one that you kept earlier")
    given = parser.parse_args(arguments)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(given.key))
        kept = None if given.checkpoint is None else given.checkpoint.read_text(encoding="utf-8")
        wrong = check(json.loads(given.proof.read_bytes()), key, kept)
    except InvalidSignature:
        wrong = ["the signature of the checkpoint is not right"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        sys.stderr.write(f"cannot read this: {error}\n")
        return 2
    sys.stdout.write("".join(f"DOES NOT HOLD: {one}\n" for one in wrong) or "holds\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
