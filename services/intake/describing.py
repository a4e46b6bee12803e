"""What comes of a description: somebody is recognised, held for a person to look at, or new."""

from __future__ import annotations

from uuid import UUID

from eventsourcing.persistence import IntegrityError

from domain.case_reference import CaseReference
from domain.context import Context
from domain.errors import Refused, UnknownItem
from domain.events import DomainEvent
from domain.family_plan import FamilyPlan
from domain.keys import item_key
from domain.persons.judge import Certain, Doubt, Why
from domain.persons.match import Held, MatchQuestion, suspects
from domain.persons.person import Person, Reference
from services.contracts.data.persons import PersonDescribedData
from services.intake.reading import AgencyEvent
from services.intake.work import UnitOfWork
from services.persons.families import by_itself, links_due, take_held


def describe(
    event: AgencyEvent,
    data: PersonDescribedData,
    plan: FamilyPlan | None,
    work: UnitOfWork,
    context: Context,
) -> list[DomainEvent]:
    """Decide who is meant, and what follows from it.

    Args:
        plan: of the family that the event is about; None when its subject is a case reference
            that is not linked to a family (yet).

    Raises:
        Refused: when the sender is no party of the plan whose member it describes.
        UnknownItem: when the plan does not hold that member (yet).
    """
    if plan is not None and data.member_id is not None:
        _require_member(event, data.member_id, plan, work)
    return _Description(event, data, plan, work, context).take()


def _require_member(event: AgencyEvent, member_id: str, plan: FamilyPlan, work: UnitOfWork) -> None:
    for one in (plan, work.newer(plan) or plan):
        if event.agency in one.parties and (
            member_id in one.members or member_id in one.former_members
        ):
            return
        plan = one
    if event.agency not in plan.parties:
        raise Refused(
            "source",
            f"{event.agency} is not a party of this plan, so it cannot say who a member is; "
            "describe the person under your own case reference",
        )
    raise UnknownItem(
        "data.member_id",
        f"the plan knows no member {member_id} yet",
        waits_for=item_key(plan.family_id, "member", member_id),
    )


class _Description:
    """One description on its way into the register."""

    def __init__(
        self,
        event: AgencyEvent,
        data: PersonDescribedData,
        plan: FamilyPlan | None,
        work: UnitOfWork,
        context: Context,
    ) -> None:
        self._work = work
        self._context = context
        self._receipt_id = event.receipt_id
        self._reference = Reference(event.agency, data.person_reference)
        self._description = data.description
        self._case_reference = event.envelope.subject if plan is None else None
        self._family_id = plan.family_id if plan and data.member_id else None
        self._member_id = data.member_id

    def take(self) -> list[DomainEvent]:
        """Decide, and give back what came of it."""
        verdict = self._work.register.judge(self._reference, self._description)
        if isinstance(verdict, Certain):
            person = self._work.person(verdict.candidate.person_id)
            if person is None:
                raise IntegrityError(f"{verdict.candidate.person_id} is in the register only")
            if self._case_reference and len(person.families) > 1:
                verdict = Doubt((verdict.candidate,), Why.SEVERAL_FAMILIES)
            else:
                return self._recognised(person)
        if isinstance(verdict, Doubt):
            return self._doubted(verdict)
        return self._registered()

    def _recognised(self, person: Person) -> list[DomainEvent]:
        before = len(person.pending_events)
        said = (self._description, self._case_reference)
        person.describe(self._reference, *said, self._context)
        self._join(person)
        settled = self._settle(person)
        return [*settled, *self._link(person, before)]

    def _settle(self, person: Person) -> list[DomainEvent]:
        """What had been held before, under the same reference, is of this person too."""
        asked = self._work.register.is_asked(self._reference)
        question = self._work.question(self._reference) if asked else None
        if question is None or not question.is_open:
            return []
        context = by_itself(self._context)
        take_held(person, question, context)
        before = len(question.pending_events)
        reason = "A later description of the agency leaves no doubt."
        question.resolve(person.id, reason, context)
        self._work.register.learn(_new(question, before))
        return _new(question, before)

    def _registered(self) -> list[DomainEvent]:
        said = (self._reference, self._description, self._case_reference, self._context)
        person = Person.register(*said)
        if self._is_taken(person.id):
            person = Person.register(*said, id_of=str(self._receipt_id))
        self._work.add_person(person)
        self._join(person)
        return self._link(person, 0)

    def _is_taken(self, person_id: UUID) -> bool:
        """Whether somebody has this id from whom its description was taken away again."""
        if self._work.person(person_id) is None:
            return False
        if self._work.register.person(person_id) is None:
            raise IntegrityError(f"{person_id} was registered since; look again")
        return True

    def _doubted(self, doubt: Doubt) -> list[DomainEvent]:
        held = Held(
            description=self._description,
            case_reference=self._case_reference,
            family_id=self._family_id,
            member_id=self._member_id if self._family_id else None,
            why=doubt.why,
            candidates=suspects(doubt),
        )
        question = self._work.question(self._reference)
        if question is None:
            question, before = MatchQuestion.ask(self._reference, held, self._context), 0
            self._work.add_question(question)
        else:
            before = len(question.pending_events)
            question.ask_again(held, self._context)
        self._work.register.learn(_new(question, before))
        return _new(question, before)

    def _join(self, person: Person) -> None:
        if self._family_id and self._member_id:
            person.join_family(self._family_id, self._member_id, self._context)

    def _link(self, person: Person, before: int) -> list[DomainEvent]:
        facts = _new(person, before)
        self._work.register.learn(facts)
        for link in links_due(person, self._work.family_of, self._context):
            self._work.add_link(link)
            facts += _new(link, 0)
        return facts


def _new(aggregate: Person | MatchQuestion | CaseReference, before: int) -> list[DomainEvent]:
    events = list(aggregate.pending_events)[before:]
    return [event for event in events if isinstance(event, DomainEvent)]
