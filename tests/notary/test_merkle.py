"""The Merkle tree against the test vectors of Certificate Transparency (RFC 6962)."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.verifier import verify_proof as verifier
from services.notary.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)

INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(one)) for one in INPUTS]

INCLUSIONS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCIES = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def test_the_roots_are_those_of_the_published_vectors() -> None:
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([]) == EMPTY
    assert [root_of(LEAVES[:size]).hex() for size in range(1, 9)] == ROOTS


@pytest.mark.parametrize("place", INCLUSIONS)
def test_the_inclusion_proofs_are_those_of_the_published_vectors(place: tuple[int, int]) -> None:
    index, size = place
    assert [one.hex() for one in inclusion_proof(LEAVES[:size], index)] == INCLUSIONS[place]


@pytest.mark.parametrize("sizes", CONSISTENCIES)
def test_the_consistency_proofs_are_those_of_the_published_vectors(sizes: tuple[int, int]) -> None:
    earlier, size = sizes
    assert [one.hex() for one in consistency_proof(LEAVES[:size], earlier)] == CONSISTENCIES[sizes]


@pytest.mark.parametrize("index", [-1, 8])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError, match="8 leaves"):
        inclusion_proof(LEAVES, index)


@pytest.mark.parametrize("earlier", [0, 9])
def test_there_is_no_proof_of_an_earlier_tree_that_is_none(earlier: int) -> None:
    with pytest.raises(IndexError, match="8 leaves"):
        consistency_proof(LEAVES, earlier)


SIZES = st.integers(min_value=1, max_value=70)


def _leaves(size: int) -> list[bytes]:
    return [leaf_hash(str(one).encode()) for one in range(size)]


@given(SIZES, st.data())
def test_the_verifier_believes_what_is_there_and_nothing_else(
    size: int, data: st.DataObject
) -> None:
    leaves = _leaves(size)
    root = root_of(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(leaves, index)
    assert verifier.included(leaves[index], index, size, proof, root)
    other = sha256(leaves[index]).digest()
    assert not verifier.included(other, index, size, proof, root)
    wrong = data.draw(
        st.integers(0, size - 1).filter(lambda one: one != index) if size > 1 else st.just(size)
    )
    assert not verifier.included(leaves[index], wrong, size, proof, root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        damaged = [*proof[:place], other, *proof[place + 1 :]]
        assert not verifier.included(leaves[index], index, size, damaged, root)
        assert not verifier.included(leaves[index], index, size, proof[1:], root)
    assert not verifier.included(leaves[index], index, size, [*proof, other], root)


@given(SIZES, st.data())
def test_the_verifier_believes_a_tree_that_grew_and_no_other(
    size: int, data: st.DataObject
) -> None:
    leaves = _leaves(size)
    earlier = data.draw(st.integers(1, size))
    before, after = root_of(leaves[:earlier]), root_of(leaves)
    proof = consistency_proof(leaves, earlier)
    assert verifier.grown(earlier, before, size, after, proof)
    place = data.draw(st.integers(0, earlier - 1))
    rewritten = [*leaves[:place], sha256(leaves[place]).digest(), *leaves[place + 1 :]]
    forged = consistency_proof(rewritten, earlier)
    assert not verifier.grown(earlier, before, size, root_of(rewritten), forged)
    assert not verifier.grown(earlier, before, size, after, [*proof, before])


@given(SIZES)
def test_a_tree_that_grows_leaf_by_leaf_has_the_root_of_the_whole(size: int) -> None:
    frontier = Frontier()
    for one in _leaves(size):
        frontier.append(one)
        assert frontier.root() == _root_by_the_book(_leaves(frontier.size))


def _root_by_the_book(leaves: list[bytes]) -> bytes:
    """The definition of section 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    middle = max(1 << power for power in range(8) if 1 << power < len(leaves))
    left, right = _root_by_the_book(leaves[:middle]), _root_by_the_book(leaves[middle:])
    return sha256(b"\x01" + left + right).digest()
