"""Merkle trees of RFC 6962, section 2.1 (the same in RFC 9162): roots and proofs, by SHA-256.

The functions work on the hashes of leaves, oldest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf (32 bytes)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others (32 bytes)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The few nodes from which the root of a growing tree follows: one a set bit of its size."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._nodes: list[bytes] = []
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        node = leaf
        size = self.size
        while size & 1:
            node = node_hash(self._nodes.pop(), node)
            size >>= 1
        self._nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        if not self._nodes:
            return EMPTY
        *others, root = self._nodes
        for left in reversed(others):
            root = node_hash(left, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree with these leaves (MTH in the RFC)."""
    return Frontier(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """What proves that leaf ``index`` (from 0) is in the tree (section 2.1.1).

    Raises:
        IndexError: when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"a tree of {len(leaves)} leaves has none at {index}")
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*inclusion_proof(leaves[:middle], index), root_of(leaves[middle:])]
    return [*inclusion_proof(leaves[middle:], index - middle), root_of(leaves[:middle])]


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """What proves that the tree begins with the one of ``earlier`` leaves (section 2.1.2).

    Raises:
        IndexError: when ``earlier`` is not 1 to the number of leaves.
    """
    if not 1 <= earlier <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} leaves has no earlier one of {earlier}")
    return _subproof(leaves, earlier, whole=True)


def _subproof(leaves: Sequence[bytes], earlier: int, *, whole: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if whole else [root_of(leaves)]
    middle = _split(len(leaves))
    if earlier <= middle:
        return [*_subproof(leaves[:middle], earlier, whole=whole), root_of(leaves[middle:])]
    later = _subproof(leaves[middle:], earlier - middle, whole=False)
    return [*later, root_of(leaves[:middle])]


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``, which is 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)
