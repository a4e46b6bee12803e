"""The view of addresses: as they stand now, and what one member may see of them."""

from __future__ import annotations

from projections.addresses import ADDRESSES, AddressesView, addresses_view, without_hidden
from projections.rows import MemoryRows
from tests.domain.test_addresses import MARKED, SHELTER, family, history, recorded
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, view_known_at


def view_of(read: Read) -> AddressesView:
    """Shown to Ria, hidden from Rick by name, and ended."""
    plan = recorded(family())
    plan.show_address("ad1", ("ria",), "she brings clothes", SHELTER)
    plan.hide_address("ad1", ("rick",), False, "he threatens", SHELTER)
    plan.end_address("ad1", "home again", context(at(9), agency="shelter"))
    view = addresses_view(read(events_of(plan)), "F1", at(20))
    assert view is not None
    return view


def test_an_address_with_its_shield_as_it_is_now(read: Read) -> None:
    (address,) = view_of(read).addresses
    assert (address.street, address.city, address.country) == (MARKED, "Elders", "NL")
    assert (address.hidden_from, address.shown_to) == (("rick",), ("ria",))
    assert address.hidden_from_all
    assert address.state == "ended"
    assert address.ended is not None
    assert (address.ended.text, address.ended.occurred_at) == ("home again", at(9))
    assert address.said_by.agency == "shelter"


def test_a_member_sees_nothing_of_what_is_hidden_from_them(read: Read) -> None:
    view = view_of(read)
    for member_id in ("anna", "bram", "ria"):
        assert without_hidden(view, member_id) == view
    for member_id in ("rick", "somebody-else"):
        cut = without_hidden(view, member_id)
        assert cut.addresses == ()
        assert MARKED not in cut.model_dump_json()


def test_there_is_no_view_without_a_plan() -> None:
    assert addresses_view(MemoryRows(), "F1", at(20)) is None


def test_what_was_known_then_has_the_shield_of_then() -> None:
    """Who serves it to a member cuts by the shield of now: see ``hidden_addresses``."""
    plan = recorded(family(), "home")
    plan.hide_address("ad1", ("rick",), False, "he threatens", context(at(9)))
    then = view_known_at(ADDRESSES, history(plan), "F1", at(8))
    assert then is not None
    assert then.addresses[0].hidden_from == ()
