"""Where members can be found, and from whom that is hidden."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.errors import PlanIsClosed, Refused, UnknownItem
from domain.family_plan import FamilyPlan, PlanEvent
from domain.family_plan.addresses import (
    AddressEnded,
    AddressRecorded,
    address_of,
    hidden_addresses,
    hidden_from,
    shields,
)
from domain.values import Address, AddressKind, FamilyMember, FamilyRole, LeadCaseworker, Role
from projections.summaries import summary
from services.contracts.data.addresses import AddressRecordedData
from services.contracts.faults import explain
from services.intake.commands import command
from tests.projections.support import at, context, events_of, opened

MARKED = "Verborgenlaan 13"
MEMBERS = ("anna", "bram", "rick", "ria")
SHELTER = context(at(3), agency="shelter")


def family() -> FamilyPlan:
    """Anna and her son Bram, her ex-partner Rick, and her mother Ria; Carla of the police leads."""
    plan = opened()
    for member_id, role in (("rick", FamilyRole.EX_PARTNER), ("ria", FamilyRole.GRANDPARENT)):
        plan.add_member(FamilyMember(member_id=member_id, name="X", role=role), context(at(2)))
    lead = LeadCaseworker(person_id="carla", name="Carla", agency="police")
    plan.assign_lead(lead, context(at(2)))
    return plan


def recorded(plan: FamilyPlan, kind: str = "shelter", **facts: Any) -> FamilyPlan:
    """The address of Anna and Bram, as the shelter sends it."""
    data = AddressRecordedData(
        address_id="ad1",
        member_id="anna",
        with_members=("bram",),
        kind=AddressKind(kind),
        street=MARKED,
        city="Elders",
        **facts,
    )
    command(data, plan, SHELTER)
    return plan


def history(plan: FamilyPlan) -> list[PlanEvent]:
    return [one for one in plan.pending_events if isinstance(one, PlanEvent)]


def hidden(plan: FamilyPlan) -> set[str]:
    """The members from whom the address is hidden now."""
    return {one for one in MEMBERS if hidden_from(plan.shields["ad1"], one)}


def test_a_shelter_is_hidden_from_all_who_do_not_live_there() -> None:
    plan = recorded(family())
    assert hidden(plan) == {"rick", "ria"}
    plan.add_member(
        FamilyMember(member_id="tom", name="Tom", role=FamilyRole.PARTNER), context(at(4))
    )
    assert hidden_from(plan.shields["ad1"], "tom")


def test_another_address_is_hidden_from_whom_it_is_said() -> None:
    assert hidden(recorded(family(), "home")) == set()
    assert hidden(recorded(family(), "work", hidden_from=("rick",))) == {"rick"}
    assert hidden(recorded(family(), "home", hidden_from_all=True)) == {"rick", "ria"}


def test_a_shelter_may_be_known_when_that_is_said() -> None:
    assert hidden(recorded(family(), shown_to=("ria",))) == {"rick"}
    assert hidden(recorded(family(), hidden_from_all=False)) == set()


def test_the_last_word_counts() -> None:
    plan = recorded(family())
    plan.show_address("ad1", ("ria", "rick"), "the court asks for it", SHELTER)
    assert hidden(plan) == set()
    plan.hide_address("ad1", ("rick",), False, "he threatens", context(at(5), agency="school"))
    assert hidden(plan) == {"rick"}
    plan.hide_address("ad1", (), True, "she told him", context(at(6), agency="halt"))
    assert hidden(plan) == {"rick", "ria"}


def test_every_agency_hides_also_when_the_plan_is_closed_or_the_address_has_ended() -> None:
    plan = recorded(family(), "home")
    plan.end_address("ad1", "moved", SHELTER)
    plan.close("done", context(at(8)))
    plan.hide_address("ad1", ("rick",), False, "he asks around", context(at(9), agency="halt"))
    assert hidden(plan) == {"rick"}


@pytest.mark.parametrize("agency", ["school", "halt"])
def test_only_who_recorded_it_and_the_lead_may_show_it(agency: str) -> None:
    plan = recorded(family())
    with pytest.raises(Refused) as refused:
        plan.show_address("ad1", ("ria",), "she asks", context(at(5), agency=agency))
    assert refused.value.field == "source"
    assert hidden(plan) == {"rick", "ria"}
    carla = context(at(6), role=Role.LEAD, actor="carla")
    plan.show_address("ad1", ("ria",), "she asks", carla)
    plan.show_address("ad1", ("rick",), "an error", SHELTER)
    assert hidden(plan) == set()


def test_what_the_plan_does_not_take() -> None:
    plan = family()
    for facts, field in (
        ({"hidden_from": ("bram",)}, "data.hidden_from[0]"),
        ({"hidden_from": ("rick", "rick")}, "data.hidden_from[1]"),
        ({"hidden_from": ("rick",), "shown_to": ("ria", "rick")}, "data.shown_to[1]"),
        ({"hidden_from": ("unknown",)}, "data.hidden_from[0]"),
    ):
        with pytest.raises(Refused) as refused:
            recorded(plan, **facts)
        assert refused.value.field == field
    with pytest.raises(UnknownItem) as waits:
        recorded(plan, hidden_from=("tom",))
    assert waits.value.waits_for == "member:F1:tom"
    recorded(plan)
    with pytest.raises(Refused, match=r"data\.address_id: address ad1 exists already"):
        recorded(plan)
    with pytest.raises(Refused, match=r"data\.hidden_from"):
        plan.hide_address("ad1", (), False, "why", SHELTER)
    with pytest.raises(Refused, match="bram can be found there"):
        plan.hide_address("ad1", ("bram",), False, "why", SHELTER)
    with pytest.raises(UnknownItem):
        plan.hide_address("ad2", ("rick",), False, "why", SHELTER)
    with pytest.raises(Refused, match=r"data\.shown_to"):
        plan.show_address("ad1", (), "why", SHELTER)
    plan.end_address("ad1", "moved", SHELTER)
    with pytest.raises(Refused, match="has ended"):
        plan.end_address("ad1", "moved", SHELTER)
    with pytest.raises(Refused, match="has ended"):
        plan.show_address("ad1", ("ria",), "why", SHELTER)
    plan.close("done", context(at(8)))
    with pytest.raises(PlanIsClosed):
        recorded(plan)


@given(
    field=st.sampled_from(["address_id", "postcode", "city", "country", "kind", "street"]),
    wrong=st.sampled_from(["", "x" * 300, "-", "ééé ~ééé"]),
)
def test_no_error_quotes_an_address(field: str, wrong: str) -> None:
    facts = {
        "address_id": "ad1",
        "member_id": "anna",
        "kind": "home",
        "street": MARKED,
        "city": f"City of {MARKED}",
        field: f"{MARKED}{wrong}" if wrong else "",
    }
    plan = recorded(family())  # so that what is right in itself is refused for its id
    with pytest.raises((Refused, ValidationError)) as caught:
        command(AddressRecordedData.model_validate(facts), plan, SHELTER)
    error = caught.value
    said = explain(error) if isinstance(error, ValidationError) else str(error)
    assert MARKED not in str(said)


def test_no_summary_tells_where_it_is() -> None:
    plan = recorded(family())
    plan.hide_address("ad1", ("rick",), True, "he threatens", SHELTER)
    plan.show_address("ad1", ("ria",), "she brings clothes", SHELTER)
    plan.end_address("ad1", "home again", SHELTER)
    lines = [summary(one) for one in history(plan) if address_of(one) == "ad1"]
    assert lines == [
        "Address ad1 (shelter) of anna, bram recorded, hidden",
        "Address ad1 hidden from all who do not live there: he threatens",
        "Address ad1 shown to ria: she brings clothes",
        "Address ad1 ended: home again",
    ]


def test_an_address_that_has_ended_stays_hidden_in_all_that_was_said_of_it() -> None:
    plan = recorded(family())
    plan.end_address("ad1", "home again", SHELTER)
    events = [one for one in events_of(plan) if isinstance(one, PlanEvent)]
    gone = hidden_addresses(events, "rick")
    withheld = [type(one) for one in events if address_of(one) in gone]
    assert withheld == [AddressRecorded, AddressEnded]
    assert hidden_addresses(events, "anna") == frozenset()


SAYINGS = st.lists(
    st.tuples(st.sampled_from(["hide", "show"]), st.sampled_from(["rick", "ria", "all"])),
    max_size=12,
)


@given(sayings=SAYINGS, kind=st.sampled_from(AddressKind))
def test_for_each_member_what_was_said_last_counts(
    sayings: list[tuple[str, str]], kind: AddressKind
) -> None:
    plan = recorded(family(), kind.value)
    is_hidden = dict.fromkeys(("rick", "ria"), kind is AddressKind.SHELTER)
    for what, whom in sayings:
        if what == "hide":
            named = () if whom == "all" else (whom,)
            plan.hide_address("ad1", named, whom == "all", "so it is", SHELTER)
        elif whom == "all":
            plan.show_address("ad1", ("rick", "ria"), "so it is", SHELTER)
        else:
            plan.show_address("ad1", (whom,), "so it is", SHELTER)
        for one in is_hidden if whom == "all" else (whom,):
            is_hidden[one] = what == "hide"
        assert hidden(plan) == {one for one, value in is_hidden.items() if value}
    assert shields(history(plan)) == plan.shields


def test_the_shield_has_nothing_of_the_address() -> None:
    plan = recorded(family())
    assert MARKED not in repr(plan.shields)
    assert not isinstance(plan.shields["ad1"], Address)
