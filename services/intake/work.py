"""The unit of work: what one batch has loaded and changed, saved in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from domain.case_reference import CaseReference
from domain.family_plan import FamilyPlan
from domain.keys import match_question_id
from domain.persons.match import MatchQuestion
from domain.persons.person import Person, Reference
from domain.receipt import EventAccepted
from services.persons.register import PersonRegister, Sight
from services.store.application import OnePlan
from services.store.plan_cache import PlanCache


class UnitOfWork:
    """Loads each aggregate once, and saves all of them at once."""

    def __init__(self, application: OnePlan, cache: PlanCache, register: PersonRegister) -> None:
        self._application = application
        self._cache = cache
        self._register = register
        self._sight: Sight | None = None
        self._open = ExitStack()
        self._persons: dict[UUID, Person] = {}
        self._questions: dict[Reference, MatchQuestion] = {}
        self._plans: dict[str, FamilyPlan] = {}
        self._links: dict[tuple[str, str], CaseReference] = {}
        self._receipts: dict[UUID, EventAccepted] = {}
        self._stored_receipts: dict[UUID, EventAccepted] = {}

    def plan(self, family_id: str) -> FamilyPlan | None:
        """The plan as this batch has it so far."""
        if family_id not in self._plans:
            self.look_up_plans([family_id])
        if family_id not in self._plans:
            plan = self._application.plan(family_id)
            if plan is None:
                return None
            self._plans[family_id] = plan
        return self._plans[family_id]

    def look_up_plans(self, family_ids: Iterable[str]) -> None:
        """Take over what memory has kept of these families, brought up to date in one query."""
        missing = {one for one in family_ids if one not in self._plans}
        self._plans |= self._cache.take(self._application, missing)

    def newer(self, plan: FamilyPlan) -> FamilyPlan | None:
        """The plan as the store has it, if it is newer than this one that memory had kept.

        A plan that this batch has changed is not looked up again: were it stale, then saving it
        would be a conflict, and the whole batch is decided anew.
        """
        if plan.pending_events:
            return None
        stored = self._application.plan(plan.family_id)
        if stored is None or stored.version == plan.version:
            return None
        self._plans[plan.family_id] = stored
        return stored

    def family_of(self, agency: str, reference: str) -> str | None:
        """The family behind an agency's own case reference."""
        link = self._links.get((agency, reference))
        return link.family_id if link else self._application.family_of(agency, reference)

    def look_up_receipts(self, receipt_ids: Collection[UUID]) -> None:
        """Learn in one query which of these events were accepted before."""
        if receipt_ids:
            self._stored_receipts |= self._application.receipts(list(receipt_ids))

    def receipt(self, receipt_id: UUID) -> EventAccepted | None:
        """The receipt of an event, written by this batch or looked up before."""
        return self._receipts.get(receipt_id) or self._stored_receipts.get(receipt_id)

    @property
    def register(self) -> Sight:
        """The person register, with what this batch has decided so far."""
        if self._sight is None:
            self._sight = self._open.enter_context(self._register.sight())
        return self._sight

    def person(self, person_id: UUID) -> Person | None:
        """Somebody in the register, as this batch has them so far."""
        person = self._persons.get(person_id) or self._application.person(person_id)
        if person is not None:
            self._persons[person_id] = person
        return person

    def question(self, reference: Reference) -> MatchQuestion | None:
        """The question whom this reference stands for, as this batch has it so far."""
        question = self._questions.get(reference) or self._application.match_question(
            match_question_id(*reference)
        )
        if question is not None:
            self._questions[reference] = question
        return question

    def add_person(self, person: Person) -> None:
        self._persons[person.id] = person

    def add_question(self, question: MatchQuestion) -> None:
        self._questions[question.reference] = question

    def close(self) -> None:
        """Let go of the connections; nothing that was not saved is."""
        self._open.close()

    def add_plan(self, plan: FamilyPlan) -> None:
        self._plans[plan.family_id] = plan

    def add_link(self, link: CaseReference) -> None:
        self._links[link.agency, link.reference] = link

    def add_receipt(self, receipt: EventAccepted) -> None:
        self._receipts[receipt.originator_id] = receipt

    def commit(self) -> None:
        """Save everything in one transaction.

        Raises:
            IntegrityError: when another process saved one of these first. Nothing is saved, and
                the next try loads the plans anew.
        """
        changed: list[Any] = [
            *(plan for plan in self._plans.values() if plan.pending_events),
            *self._links.values(),
            *(person for person in self._persons.values() if person.pending_events),
            *(question for question in self._questions.values() if question.pending_events),
            *self._receipts.values(),
        ]
        if changed:
            self._application.save(*changed)
        for plan in self._plans.values():
            self._cache.put(plan)
