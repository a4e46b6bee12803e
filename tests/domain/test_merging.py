"""Merging two families and splitting them again: the rules of the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import DomainError, PlanIsClosed, Refused
from domain.family_plan import FamilyPlan
from domain.keys import plan_id
from domain.values import (
    Action,
    Call,
    Concern,
    FamilyMember,
    FamilyRole,
    FeedbackStage,
    Finding,
    Goal,
    GoalResult,
    Incident,
    IncidentKind,
    ItemRef,
    LeadCaseworker,
    LifeDomain,
    Note,
    Owner,
    PlanStatus,
    Report,
    ReporterKind,
    Role,
)
from tests.projections.support import ANNA, BRAM, POLICE, SCHOOL, at, context

CARLA = LeadCaseworker(person_id="carla", name="Carla", agency="police")
DIRK = LeadCaseworker(person_id="dirk", name="Dirk", agency="school")
COR = FamilyMember(member_id="cor", name="Cor", role=FamilyRole.PARENT)
BY_LEAD = context(at(9), role=Role.LEAD, agency="police", actor="carla")
BY_ADMIN = context(at(9), role=Role.ADMINISTRATOR, agency=None)
BY_SYSTEM = context(at(9), role=Role.SYSTEM, agency=None)


def home(family_id: str = "B") -> FamilyPlan:
    """Anna and Bram, led by Carla of the police."""
    plan = FamilyPlan.open(
        family_id, reason="r", members=(ANNA, BRAM), parties=(POLICE,), context=context(at(2))
    )
    plan.assign_lead(CARLA, context(at(2)))
    return plan


def other(family_id: str = "A", members: tuple[FamilyMember, ...] = (COR,)) -> FamilyPlan:
    """Cor, with the school and the police, without a lead."""
    return FamilyPlan.open(
        family_id,
        reason="r",
        members=members,
        parties=(SCHOOL, POLICE),
        context=context(at(1), agency="school"),
    )


def goal(goal_id: str) -> Goal:
    return Goal(goal_id=goal_id, life_domain=LifeDomain.SAFETY, text="calm")


def merged(**names: Any) -> tuple[FamilyPlan, FamilyPlan]:
    host, guest = home(), other()
    host.set_goal(goal("g1"), BY_LEAD)
    guest.set_goal(goal("g1"), context(at(3)))
    guest.set_goal(goal("g2"), context(at(3)))
    host.merge(guest, "the same family", BY_LEAD, **names)
    return host, guest


def replayed(plan: FamilyPlan) -> dict[str, Any]:
    again: Any = None
    for event in plan.pending_events:
        again = event.mutate(again)
    return state(again)


def state(plan: FamilyPlan) -> dict[str, Any]:
    return {name: one for name, one in vars(plan).items() if not name.startswith("_")}


def test_a_merge_makes_members_parties_and_items_one() -> None:
    host, guest = merged()
    assert host.members.keys() == {"anna", "bram", "cor"}
    assert host.parties.keys() == {"police", "school"}
    assert host.lead == CARLA
    assert guest.status is PlanStatus.MERGED
    assert guest.merged_into == "B"
    # Both had a goal g1: the other's has a name of its own here.
    assert host.items["goal"].keys() == {"g1", "g2", host.guests["A"].names.of("goal", "g1")}


def test_the_others_lead_is_released_by_the_merge_itself() -> None:
    host, guest = home(), other()
    guest.assign_lead(CARLA, context(at(3)))
    host.merge(guest, "one", BY_LEAD)
    assert guest.lead is None
    assert host.lead == CARLA


def test_a_merged_plan_takes_nothing_of_its_own() -> None:
    _, guest = merged()
    attempts: tuple[Callable[[], None], ...] = (
        lambda: guest.set_goal(goal("g9"), BY_ADMIN),
        lambda: guest.end_goal("g2", GoalResult.REACHED, "x", BY_ADMIN),
        lambda: guest.assign_lead(DIRK, BY_ADMIN),
        lambda: guest.reopen("again", BY_ADMIN),
        lambda: guest.raise_signal(Finding(rule="r", key="k", detail="d", evidence=()), BY_SYSTEM),
    )
    for attempt in attempts:
        with pytest.raises(Refused, match="merged into another family"):
            attempt()


def test_what_the_other_began_goes_on_in_the_plan_that_goes_on() -> None:
    host, guest = home(), other()
    report = Report(
        report_id="r1", reporter="buur", reporter_kind=ReporterKind.NEIGHBOUR, text="heard it"
    )
    guest.receive_report(report, context(at(3)))
    action = Action(action_id="a1", owner=Owner(name="Cor"), text="call", due=at(5).date())
    guest.agree_action(action, context(at(3)))
    terms = set(guest.terms)
    host.merge(guest, "one", BY_LEAD)
    assert set(host.terms) == terms
    host.give_feedback("r1", FeedbackStage.RECEIVED, "thanks", BY_LEAD)
    assert len(host.terms) == len(terms) - 1
    call = Call(conference_id="k1", begins_at=at(10), agencies=("school",))
    host.call_conference(call, BY_LEAD)
    assert [line.item_id for line in host.agendas["k1"]] == ["a1"]


@pytest.mark.parametrize("by", [BY_LEAD, BY_ADMIN, context(at(9), agency="police")])
def test_the_lead_its_agency_and_an_administrator_merge(by: Any) -> None:
    host, guest = home(), other()
    host.merge(guest, "one", by)
    assert guest.merged_into == "B"


@pytest.mark.parametrize(
    ("by", "field"),
    [
        (context(at(9), agency="school"), "source"),
        (context(at(9), role=Role.LEAD, agency="police", actor="eva"), "actor"),
    ],
)
def test_others_do_not(by: Any, field: str) -> None:
    host, guest = home(), other()
    with pytest.raises(Refused) as refused:
        host.merge(guest, "one", by)
    assert refused.value.field == field
    assert guest.merged_into is None


def test_a_family_that_another_agency_leads_is_for_an_administrator() -> None:
    host, guest = home(), other()
    guest.assign_lead(DIRK, context(at(3), agency="school"))
    with pytest.raises(Refused, match="led by another agency"):
        host.merge(guest, "one", BY_LEAD)
    host.merge(guest, "one", BY_ADMIN)
    assert guest.lead is None


def test_a_family_is_not_merged_into_itself_nor_twice_nor_in_a_chain() -> None:
    host, guest = merged()
    third = home("C")
    with pytest.raises(Refused, match="into itself"):
        host.merge(host, "one", BY_LEAD)
    with pytest.raises(Refused, match="is merged into a family"):
        third.merge(guest, "one", BY_LEAD)
    with pytest.raises(Refused, match="holds A"):
        third.merge(host, "one", BY_LEAD)
    with pytest.raises(Refused, match="merged into another family"):
        guest.merge(third, "one", BY_ADMIN)


def test_a_closed_plan_takes_nobody_in() -> None:
    host, guest = home(), other()
    host.close("done", BY_LEAD)
    with pytest.raises(PlanIsClosed):
        host.merge(guest, "one", BY_LEAD)


def test_the_same_id_for_two_people_is_asked_about() -> None:
    host, guest = home(), other(members=(ANNA.model_copy(update={"name": "Anke"}), COR))
    with pytest.raises(Refused, match="both families have anna") as refused:
        host.merge(guest, "one", BY_LEAD)
    assert refused.value.field == "data.same_as"
    host.merge(guest, "one", BY_LEAD, renamed={"anna": "anke"})
    assert host.members["anke"].name == "Anke"
    assert host.members["anna"].name == "Anna"


def test_the_same_person_is_one_member() -> None:
    host, guest = home(), other()
    incident = Incident(
        incident_id="i1",
        kind=IncidentKind.STALKING,
        by=("cor",),
        against=("unknown",),
        began_at=at(3),
        text="x",
    )
    guest.record_incident(incident, context(at(3)))
    host.merge(guest, "one", BY_LEAD, same_as={"cor": "bram"})
    assert host.members.keys() == {"anna", "bram"}
    assert host.involved["i1"].by == ("bram",)


@pytest.mark.parametrize(
    ("names", "field"),
    [
        ({"same_as": {"eva": "anna"}}, "data.same_as.eva"),
        ({"same_as": {"cor": "eva"}}, "data.same_as.cor"),
        ({"renamed": {"cor": "kees"}}, "data.renamed.cor"),
    ],
)
def test_names_that_say_nothing_are_refused(names: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        merged(**names)
    assert refused.value.field == field


def test_a_split_gives_back_what_each_had_and_what_followed() -> None:
    host, guest = merged()
    before = state(other())
    mine, theirs = {"g1"}, {"g1", "g2"}
    host.end_goal("g2", GoalResult.REACHED, "so", BY_LEAD)
    host.add_note(Note(note_id="n-cor", about=("cor",), text="calls"), BY_LEAD)
    host.add_note(Note(note_id="n-both", about=("cor", "anna"), text="fight"), BY_LEAD)
    host.add_note(Note(note_id="n-none", text="stiff"), BY_LEAD)
    host.add_note(Note(note_id="n-told", text="told"), BY_LEAD)
    note = ItemRef(kind="note", item_id="n-told")
    host.split(guest, "two", BY_LEAD, lead=DIRK, items=(note,))
    assert host.items["goal"].keys() == mine
    assert guest.items["goal"] == {"g1": True, "g2": False}
    assert guest.items["goal"].keys() == theirs
    assert host.items["note"].keys() == {"n-both", "n-none"}
    assert guest.items["note"].keys() == {"n-cor", "n-told"}
    assert host.members.keys() == {"anna", "bram"}
    assert host.former_members == {"cor"}  # named in the note about both
    assert guest.members == before["members"]
    assert guest.parties == before["parties"]
    assert host.parties.keys() == {"police"}
    assert (guest.status, guest.lead, host.lead) == (PlanStatus.OPEN, DIRK, CARLA)


def test_a_split_needs_a_lead_of_a_party() -> None:
    host, guest = merged()
    with pytest.raises(Refused) as refused:
        host.split(guest, "two", BY_LEAD)
    assert refused.value.field == "data.lead"
    eva = LeadCaseworker(person_id="eva", name="Eva", agency="halt")
    with pytest.raises(Refused) as refused:
        host.split(guest, "two", BY_LEAD, lead=eva)
    assert refused.value.field == "data.lead.agency"


def test_a_family_that_was_closed_is_closed_again_and_needs_no_lead() -> None:
    host, guest = home(), other()
    guest.close("done", context(at(4)))
    host.merge(guest, "one", BY_LEAD)
    host.split(guest, "two", BY_LEAD)
    assert guest.status is PlanStatus.CLOSED
    assert guest.lead is None


def test_only_what_was_recorded_since_is_handed_over_on_request() -> None:
    host, guest = merged()
    with pytest.raises(Refused, match="goal g1 was not recorded since"):
        host.split(guest, "two", BY_LEAD, lead=DIRK, items=(ItemRef(kind="goal", item_id="g1"),))
    with pytest.raises(Refused, match="anna was not added since"):
        host.split(guest, "two", BY_LEAD, lead=DIRK, members=("anna",))


def test_a_part_of_what_stays_and_what_is_about_who_stays_is_refused() -> None:
    host, guest = merged()
    host.agree_action(
        Action(action_id="a1", goal_id="g1", owner=Owner(name="Anna"), text="call"), BY_LEAD
    )
    host.add_note(Note(note_id="n1", about=("anna",), text="x"), BY_LEAD)
    with pytest.raises(Refused, match="action a1 is a part of goal g1, which stays"):
        host.split(guest, "two", BY_LEAD, lead=DIRK, items=(ItemRef(kind="action", item_id="a1"),))
    with pytest.raises(Refused, match="note n1 is about anna too, who stays"):
        host.split(guest, "two", BY_LEAD, lead=DIRK, items=(ItemRef(kind="note", item_id="n1"),))
    assert guest.merged_into == "B"


def test_who_was_added_since_may_go_along() -> None:
    host, guest = merged()
    eva = FamilyMember(member_id="eva", name="Eva", role=FamilyRole.CHILD)
    host.add_member(eva, BY_LEAD)
    concern = Concern(concern_id="c1", life_domain=LifeDomain.SAFETY, about=("eva",), text="tired")
    host.raise_concern(concern, BY_LEAD)
    host.split(guest, "two", BY_LEAD, lead=DIRK, members=("eva",))
    assert guest.members.keys() == {"cor", "eva"}
    assert guest.items["concern"] == {"c1": True}
    assert host.members.keys() == {"anna", "bram"}
    assert host.former_members == set()
    assert host.items["concern"] == {}


def test_what_went_back_cannot_be_taken_for_something_new_here() -> None:
    host, guest = merged()
    host.split(guest, "two", BY_LEAD, lead=DIRK)
    with pytest.raises(Refused, match="went back"):
        host.set_goal(goal("g2"), BY_LEAD)


def test_a_family_can_be_merged_again_and_each_replays_to_the_same() -> None:
    host, guest = merged()
    for turn in range(3):
        host.add_note(Note(note_id=f"n{turn}", about=("cor",), text="x"), BY_LEAD)
        host.split(guest, "two", BY_LEAD, lead=DIRK)
        guest.set_goal(goal(f"h{turn}"), context(at(9), agency="school"))
        host.merge(guest, "one", BY_ADMIN)
        assert replayed(host) == state(host)
        assert replayed(guest) == state(guest)
    assert host.items["note"].keys() == {"n0", "n1", "n2"}
    assert {"h0", "h1", "h2"} <= host.items["goal"].keys()


def test_two_families_may_be_part_of_one_at_once_and_leave_in_any_order() -> None:
    host, first, second = home(), other(), other("C", (COR.model_copy(update={"member_id": "c"}),))
    host.merge(first, "one", BY_LEAD)
    host.merge(second, "one", BY_LEAD)
    host.add_note(Note(note_id="n1", about=("cor",), text="x"), BY_LEAD)
    host.add_note(Note(note_id="n2", about=("c",), text="x"), BY_LEAD)
    host.split(first, "two", BY_LEAD, lead=DIRK)
    assert (set(first.items["note"]), set(host.items["note"])) == ({"n1"}, {"n2"})
    # The school came with the first; the second has it as well, and the lead named works there.
    host.split(second, "two", BY_LEAD, lead=CARLA)
    assert (set(second.items["note"]), set(host.items["note"])) == ({"n2"}, set())
    assert host.guests == {}


def test_a_split_of_what_is_not_merged_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        home().split(other(), "two", BY_LEAD, lead=DIRK)
    assert refused.value.field == "data.other"


def test_events_stay_where_they_were_recorded() -> None:
    host, guest = merged()
    host.split(guest, "two", context(at(9) + timedelta(hours=1)), lead=DIRK)
    for plan in (host, guest):
        assert {one.originator_id for one in plan.pending_events} == {plan_id(plan.family_id)}
