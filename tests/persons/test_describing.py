"""Descriptions at the intake, on both databases: linked, held for a person, or new."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError

from domain.context import Context
from domain.errors import Refused
from domain.persons.description import PersonDescription
from domain.persons.judge import Why
from domain.persons.match import MatchDoubted, MatchResolved
from domain.persons.person import Person, PersonRegistered, Reference
from domain.values import Role
from projections.person_index import MatchRow, PersonRow, open_matches
from projections.sql import SqlReader
from services.audit.verify import verify
from services.contracts.data.persons import PersonDescribedData
from services.contracts.receipt import Status
from services.intake.intake import Intake
from services.persons.recheck import ROLE, Recheck
from services.persons.resolution import resolve, unlink
from services.read_model.engine import reading
from services.read_model.follower import Follower
from services.settings import Settings
from services.store.application import OnePlan
from tests.domain.test_family_plan import context
from tests.persons.events import described, noted
from tests.persons.people import OTHER_PSEUDONYM, PSEUDONYM
from tests.support.events import NOW, delivery, plan_opened
from tests.support.world import World, new_world


@pytest.fixture
def world(settings: Settings, application: OnePlan) -> Iterator[World]:
    with new_world(settings, application) as made:
        yield made


def by_a_lead() -> Context:
    given = context()
    as_lead = given.provenance.model_copy(update={"role": Role.LEAD, "actor": "carla"})
    return given.model_copy(update={"provenance": as_lead})


def people(world: World) -> list[PersonRow]:
    world.catch_up()
    with reading(world.engine) as connection:
        return SqlReader(connection).select(PersonRow, where={})


def questions(world: World) -> list[MatchRow]:
    world.catch_up()
    with reading(world.engine) as connection:
        return open_matches(SqlReader(connection))


def test_in_one_batch_two_descriptions_of_one_person_make_one(world: World) -> None:
    world.take(
        described("P-1"),
        described("S-1", agency="school", given_names="Jan", pseudonyms=[PSEUDONYM]),
        described("V-1", agency="veilig-thuis", given_names="Johannes", pseudonyms=[PSEUDONYM]),
    )
    (person,) = people(world)
    assert [one.person_reference for one in person.descriptions] == ["P-1", "S-1", "V-1"]
    stored = world.application.person(UUID(person.person_id))
    assert stored is not None
    assert stored.references == {
        Reference("police", "P-1"),
        Reference("school", "S-1"),
        Reference("veilig-thuis", "V-1"),
    }


def test_twins_in_one_batch_are_held_apart(world: World) -> None:
    world.take(described("P-1"), described("P-2", given_names="Joris"))
    (person,), (question,) = people(world), questions(world)
    assert person.descriptions[0].person_reference == "P-1"
    assert (question.person_reference, question.held[0].why) == ("P-2", Why.NOT_SURE)
    assert "given-name: different" in " ".join(question.held[0].candidates[0].reasons)


def test_a_case_of_somebody_in_one_family_is_linked_to_it(world: World) -> None:
    intake = Intake(world.application, world.settings.agency_of_source)
    early = delivery(noted(1, agency="school", subject="S-CASE"))
    (held,) = intake.take([early], NOW)
    assert held.status is Status.HELD

    outcomes = intake.take(
        [
            delivery(plan_opened()),
            delivery(described("P-1", subject="F1", member_id="mother", pseudonyms=[PSEUDONYM])),
            delivery(described("S-1", agency="school", subject="S-CASE", pseudonyms=[PSEUDONYM])),
        ],
        NOW,
    )
    assert [one.status for one in outcomes] == ["accepted"] * 3
    assert outcomes[2].made_known == ("reference:school:S-CASE",)
    assert world.application.family_of("school", "S-CASE") == "F1"
    (taken,) = intake.take([early], NOW)
    assert (taken.status, taken.family_id) == ("accepted", "F1")


def test_a_case_that_came_before_the_family_is_linked_once_the_person_joins_it(
    world: World,
) -> None:
    world.take(described("S-1", agency="school", subject="S-CASE"), plan_opened())
    assert world.application.family_of("school", "S-CASE") is None
    world.take(described("P-1", subject="F1", member_id="mother"))
    assert world.application.family_of("school", "S-CASE") == "F1"


def test_the_receipt_does_not_tell_whether_somebody_is_known(world: World) -> None:
    intake = Intake(world.application, world.settings.agency_of_source)
    world.take(plan_opened(), described("P-1", subject="F1", member_id="mother"))
    recognised = described("S-1", agency="school", subject="S-1")
    in_doubt = described("S-2", agency="school", subject="S-2", given_names="Joris")
    new = described("S-3", agency="school", subject="S-3", given_names="Bo", family_name="Kok")
    new["data"]["birth_date"] = "2001-01-30"
    told = [
        outcome.receipt(NOW).model_dump(exclude={"event_id", "stream_sequence"})
        for event in (recognised, in_doubt, new, recognised)
        for outcome in intake.take([delivery(event)], NOW)
    ]
    assert told[0] == told[1] == told[2]
    assert told[0]["family_id"] is None
    assert told[3] == {**told[0], "status": Status.DUPLICATE}
    assert len(people(world)) == 2
    assert len(questions(world)) == 1


def test_only_a_party_says_who_a_member_is_and_the_member_must_be_known(world: World) -> None:
    intake = Intake(world.application, world.settings.agency_of_source)
    (unknown,) = intake.take([delivery(described(subject="F1", member_id="mother"))], NOW)
    world.take(plan_opened())
    stranger, early = intake.take(
        [
            delivery(described(agency="school", subject="F1", member_id="mother")),
            delivery(described(subject="F1", member_id="grandmother")),
        ],
        NOW,
    )
    assert (unknown.status, unknown.waits_for) == ("held", ("plan:F1", "reference:police:F1"))
    assert (stranger.status, stranger.field) == ("rejected", "source")
    assert (early.status, early.waits_for) == ("held", ("member:F1:grandmother",))


def test_a_doubt_is_resolved_and_what_waited_is_taken(world: World) -> None:
    world.take(plan_opened(), described("P-1", subject="F1", member_id="mother"))
    (person,) = people(world)
    doubtful = {"given_names": None, "initials": "J."}
    world.take(described("S-1", agency="school", subject="S-CASE", **doubtful))
    world.take(described("S-1", agency="school", subject="S-CASE-2", **doubtful))
    (question,) = questions(world)
    assert len(question.held) == 2

    match_id, person_id = UUID(question.match_id), UUID(person.person_id)
    with pytest.raises(Refused, match="a lead or an administrator"):
        resolve(world.application, match_id, person_id, "zomaar", context())
    resolve(world.application, match_id, person_id, "Gebeld met de school.", by_a_lead())

    assert questions(world) == []
    assert world.application.family_of("school", "S-CASE") == "F1"
    assert world.application.family_of("school", "S-CASE-2") == "F1"
    with pytest.raises(Refused, match="no such open question"):
        resolve(world.application, match_id, person_id, "nog eens", by_a_lead())
    # From now on the school's own reference is enough.
    world.take(described("S-1", agency="school", subject="S-CASE-3", **doubtful))
    assert world.application.family_of("school", "S-CASE-3") == "F1"
    assert verify(world.application, world.engine).findings == []


def test_a_doubt_about_a_twin_is_resolved_as_somebody_new(world: World) -> None:
    world.take(described("P-1"), described("P-2", given_names="Joris"))
    (question,) = questions(world)
    twin = resolve(
        world.application, UUID(question.match_id), None, "Is de tweelingbroer.", by_a_lead()
    )
    assert len(people(world)) == 2
    world.take(described("S-2", agency="school", given_names="Joris"))
    found = world.application.person(twin.id)
    assert found is not None
    assert found.references == {Reference("police", "P-2"), Reference("school", "S-2")}
    assert questions(world) == []


def test_a_later_description_without_doubt_answers_the_question(world: World) -> None:
    world.take(
        described("P-1", pseudonyms=[PSEUDONYM]),
        described("S-1", agency="school", given_names=None, subject="S-CASE"),
        described("S-1", agency="school", subject="S-CASE", pseudonyms=[PSEUDONYM]),
    )
    (person,) = people(world)
    assert [one.person_reference for one in person.descriptions] == ["P-1", "S-1", "S-1"]
    assert questions(world) == []
    assert verify(world.application, world.engine).findings == []


def test_a_person_in_two_families_is_a_doubt_until_somebody_chooses(world: World) -> None:
    world.take(
        plan_opened("F1"),
        plan_opened("F2"),
        described("P-1", subject="F1", member_id="mother"),
        described("P-1", subject="F2", member_id="mother"),
        described("S-1", agency="school", subject="S-CASE"),
    )
    (person,), (question,) = people(world), questions(world)
    assert question.held[0].why is Why.SEVERAL_FAMILIES
    asked = (world.application, UUID(question.match_id), UUID(person.person_id))
    with pytest.raises(Refused, match="not in the family F3"):
        resolve(*asked, "Bij vader.", by_a_lead(), family_id="F3")
    resolve(*asked, "Bij vader.", by_a_lead(), family_id="F2")
    assert world.application.family_of("school", "S-CASE") == "F2"


def test_a_mistaken_link_is_undone_and_not_made_again_by_itself(world: World) -> None:
    world.take(described("P-1"), described("S-1", agency="school"))
    (person,) = people(world)
    reference, person_id = Reference("school", "S-1"), UUID(person.person_id)
    unlink(world.application, person_id, reference, "Is een ander.", by_a_lead())
    with pytest.raises(Refused, match="does not stand for this"):
        unlink(world.application, person_id, reference, "nog eens", by_a_lead())
    (left,) = people(world)
    assert [one.person_reference for one in left.descriptions] == ["P-1"]

    world.take(described("S-1", agency="school"))
    (question,) = questions(world)
    assert question.held[0].why is Why.RULED_OUT
    resolve(world.application, UUID(question.match_id), person_id, "Toch wel.", by_a_lead())
    (again,) = people(world)
    assert (again.unlinked, len(again.descriptions)) == ((), 2)


def test_whoever_lost_all_descriptions_does_not_keep_others_from_being_registered(
    world: World,
) -> None:
    world.take(described("P-1", pseudonyms=[PSEUDONYM]))
    (person,) = people(world)
    reference = Reference("police", "P-1")
    unlink(world.application, UUID(person.person_id), reference, "Proefinvoer.", by_a_lead())
    world.take(described("P-1", pseudonyms=[PSEUDONYM]))
    assert len(people(world)) == 2


def test_the_same_number_collides_where_two_workers_do_not_see_each_other(
    world: World, application: OnePlan
) -> None:
    """Both have looked at the register before either has saved."""
    first, second = (
        Person.register(
            Reference(agency, "P-1"),
            _description(described(pseudonyms=[PSEUDONYM])),
            None,
            context(),
        )
        for agency in ("police", "school")
    )
    application.save(first)
    with pytest.raises(IntegrityError):
        application.save(second)


def _description(event: dict[str, object]) -> PersonDescription:
    return PersonDescribedData.model_validate(event["data"]).description


def test_who_was_registered_twice_is_found_again_as_a_doubt(
    world: World, application: OnePlan
) -> None:
    """Two names-only registrations that did not see each other are two people, until looked at."""
    first = Person.register(
        Reference("police", "P-1"), _description(described()), "CASE-1", context()
    )
    second = Person.register(
        Reference("school", "S-1"), _description(described(given_names="Jan")), None, context()
    )
    application.save(first)
    application.save(second)
    assert len(people(world)) == 2
    with Follower(world.engine, world.log, ROLE) as follower:
        recheck = Recheck(follower, application, clock=lambda: NOW)
        while recheck.step():
            world.catch_up()
    (question,) = questions(world)
    assert (question.agency, question.held[0].why) == ("school", Why.FOUND_LATER)
    assert [one.person_id for one in question.held[0].candidates] == [first.id]

    resolve(application, UUID(question.match_id), first.id, "Dezelfde.", by_a_lead())
    whole = application.person(first.id)
    emptied = application.person(second.id)
    assert whole is not None
    assert emptied is not None
    assert whole.references == {Reference("police", "P-1"), Reference("school", "S-1")}
    assert emptied.references == set()
    # What the lead has decided is not doubted again.
    with Follower(world.engine, world.log, ROLE) as follower:
        recheck = Recheck(follower, application, clock=lambda: NOW)
        world.catch_up()
        while recheck.step():
            world.catch_up()
    assert questions(world) == []


def test_found_twice_and_left_apart(world: World, application: OnePlan) -> None:
    first, second = (
        Person.register(Reference(agency, "P-1"), _description(described()), None, context())
        for agency in ("police", "school")
    )
    application.save(first)
    application.save(second)
    world.catch_up()
    with Follower(world.engine, world.log, ROLE) as follower:
        Recheck(follower, application, clock=lambda: NOW).step()
    (question,) = questions(world)
    kept = resolve(application, UUID(question.match_id), None, "Neven.", by_a_lead())
    assert kept.id == second.id
    assert kept.descriptions == {Reference("school", "P-1"): [_description(described())]}
    assert len(people(world)) == 2


def test_another_number_than_before_is_held_and_nothing_is_lost(world: World) -> None:
    world.take(described("P-1", pseudonyms=[PSEUDONYM]))
    world.take(described("S-1", agency="school", pseudonyms=[OTHER_PSEUDONYM]))
    (question,) = questions(world)
    events = [one.event for one in world.log.after(0, 100)]
    kinds = [type(one) for one in events]
    assert (kinds.count(PersonRegistered), kinds.count(MatchDoubted)) == (1, 1)
    assert kinds.count(MatchResolved) == 0
    assert question.held[0].description.pseudonyms == (OTHER_PSEUDONYM,)
