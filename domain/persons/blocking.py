"""Blocking keys: people who share none of them are never compared.

Each key stands what another one does not: a wrong birth date, a wrong family name, another given
name, a move. Two descriptions of one person that share no key have two or more of these wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.persons.compare import traits
from domain.persons.description import PersonDescription


def blocking_keys(one: PersonDescription) -> frozenset[str]:
    """The keys of this description, to look it up by and to be found by."""
    return frozenset(_keys(one)) or frozenset([_only(one)])


def _keys(one: PersonDescription) -> Iterator[str]:
    known = traits(one)
    for pseudonym in known.pseudonyms:
        yield f"bsn:{pseudonym}"
    born = _born(known.born)
    cores = {half.core for half in known.surnames}
    if born and known.initials:
        yield f"born-initial:{born}:{known.initials[0]}"
    if born:
        for core in cores:
            yield f"born-surname:{born}:{core[:2]}"
    if known.given:
        for core in cores:
            yield f"name:{core}:{known.given[0]}"
        if known.postcode:
            yield f"address-given:{known.postcode}:{known.given[0]}"
    if known.postcode:
        for core in cores:
            yield f"address-surname:{known.postcode}:{core[:2]}:{known.initials[:1]}"


def _only(one: PersonDescription) -> str:
    """So little is known that only the very same can be found again."""
    known = traits(one)
    cores = "+".join(sorted(half.core for half in known.surnames))
    return f"only:{cores}:{known.initials}:{known.postcode or ''}:{''.join(known.born)}"


def _born(born: tuple[str, ...]) -> str | None:
    """A full birth date, with the lower of day and month first: they are swapped often."""
    if len(born) < len(("year", "month", "day")):
        return None
    year, *rest = born
    return "".join((year, *sorted(rest)))
