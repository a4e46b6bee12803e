"""Random commands about addresses, for histories."""

from __future__ import annotations

from functools import partial

from domain.context import Context
from domain.values import Address, AddressKind
from tests.projections.authors.base import Author, Give


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    can = [_record] if _people(author) else []
    if author.plan.shields:
        can.append(_hide)
    if author.open_items("address"):
        can += [_show, _end]
    return [partial(one, author) for one in can]


def _people(author: Author) -> list[str]:
    return sorted({*author.plan.members, *author.plan.former_members})


def _elsewhere(author: Author, *there: str) -> tuple[str, ...]:
    """Up to one member who does not live there."""
    others = [(one,) for one in _people(author) if one not in there]
    picked: tuple[str, ...] = author.pick([(), *others])
    return picked


def _record(author: Author, context: Context) -> None:
    member_id = author.pick(_people(author))
    hidden = _elsewhere(author, member_id)
    address = Address(
        address_id=author.new_id("address"),
        member_id=member_id,
        kind=author.pick(AddressKind),
        street="Hidden Lane 1",
        city="Elsewhere",
        hidden_from=hidden,
        hidden_from_all=author.pick((True, False)),
        shown_to=_elsewhere(author, member_id, *hidden),
    )
    author.plan.record_address(address, context)


def _hide(author: Author, context: Context) -> None:
    address_id = author.pick(author.plan.shields)
    shield = author.plan.shields[address_id]
    members = _elsewhere(author, shield.member_id, *shield.with_members)
    from_all = True if not members else author.pick((True, False))
    author.plan.hide_address(address_id, members, from_all, "so it is", context)


def _show(author: Author, context: Context) -> None:
    address_id = author.pick(author.open_items("address"))
    members = (author.pick(_people(author)),)
    author.plan.show_address(address_id, members, "so it is", context)


def _end(author: Author, context: Context) -> None:
    author.plan.end_address(author.pick(author.open_items("address")), "moved", context)
