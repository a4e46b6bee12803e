"""The notary writes down every event once, whatever interrupts it, and signs only its own book."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.notary.book import BookDamaged
from services.notary.checkpoint import BadCheckpoint, opened, sign
from services.notary.entry import ENTRY_BYTES
from tests.notary.conftest import Office, more


def test_what_is_stored_is_written_down_and_signed(office: Office) -> None:
    found = office.examine()
    assert (found.findings, found.not_covered_yet) == ([], 0)
    assert found.covered == len(list(office.book.entries())) == 2 + 2 + 6 * 2 + 6
    more(office.world, 2, "later")
    found = office.examine()
    assert (found.findings, found.covered, found.not_covered_yet) == ([], 22, 6)
    assert office.write_down() == 6
    assert (office.examine().covered, office.examine().not_covered_yet) == (28, 0)


def test_the_next_notary_goes_on_where_the_last_one_stopped(office: Office) -> None:
    more(office.world, 2, "later")
    assert office.reopened().step() == 6
    assert office.examine().findings == []
    assert [one.position for one in office.book.entries()] == sorted(
        {one.position for one in office.book.entries()}
    )


def test_a_crash_between_the_entries_and_the_signature_loses_and_doubles_nothing(
    office: Office,
) -> None:
    entry = next(office.book.entries())
    office.book.append([entry, entry])
    with (office.book.folder / "entries").open("ab") as file:
        file.write(b"half an entry")
    more(office.world, 1, "later")
    assert office.examine().findings == []
    assert office.reopened().step() == 3
    found = office.examine()
    assert (found.findings, found.covered, found.not_covered_yet) == ([], 25, 0)


@pytest.mark.parametrize("place", [0, 5 * ENTRY_BYTES + 20, 21 * ENTRY_BYTES + 63])
def test_a_changed_book_is_neither_believed_nor_signed(office: Office, place: int) -> None:
    path = office.book.folder / "entries"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert ["is not the one that was signed" in one for one in office.examine().findings] == [True]
    with pytest.raises(BookDamaged, match="not the one that was signed with 22"):
        office.reopened()


def test_a_book_that_lost_its_end_is_neither_believed_nor_signed(office: Office) -> None:
    os.truncate(office.book.folder / "entries", 10 * ENTRY_BYTES)
    assert ["is not the one that was signed" in one for one in office.examine().findings] == [True]
    with pytest.raises(BookDamaged):
        office.reopened()


@pytest.mark.parametrize("line", [0, 1, 2, 3, 5])
def test_a_changed_checkpoint_is_not_believed(office: Office, line: int) -> None:
    note = office.book.checkpoint() or ""
    assert opened(note, office.key.public_key()).size == 22
    lines = note.split("\n")
    lines[line] = lines[line][:-2] + ("A" if lines[line][-2] != "A" else "B") + lines[line][-1]
    (office.book.folder / "checkpoint").write_text("\n".join(lines))
    with pytest.raises(BadCheckpoint):
        opened("\n".join(lines), office.key.public_key())
    assert len(office.examine().findings) == 1
    with pytest.raises(BookDamaged):
        office.reopened()


def test_a_checkpoint_of_another_key_is_not_believed(office: Office) -> None:
    signed = opened(office.book.checkpoint() or "", office.key.public_key())
    office.book.keep(sign(signed, Ed25519PrivateKey.generate()), "2026-03-02")
    assert ["another key" in one for one in office.examine().findings] == [True]


def test_the_book_is_for_its_owner_only(office: Office) -> None:
    files = [one for one in office.book.folder.rglob("*") if one.is_file()]
    assert {one.name for one in files} == {"entries", "checkpoint", "2026-03-02"}
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
