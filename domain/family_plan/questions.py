"""Open questions: what is still needed for a sharper picture, and who asks on.

What is unclear about an incident raises its question by itself, and is answered by itself once it
has become clear. When it becomes unclear again, a new question is raised.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from domain.calendar import dutch_day, working_days_after
from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanEvent
from domain.family_plan.owners import Owners
from domain.keys import item_key, question_id
from domain.values import (
    IncidentFact,
    ItemId,
    MemberId,
    OpenQuestion,
    Owner,
    OwnerKind,
    PersonalText,
)

ASK_WITHIN_WORKING_DAYS = 10
"""How long a question that raised itself may take, from when we came to know of it. Our working
agreement."""

WHAT_TO_ASK = {
    IncidentFact.BY: "Door wie? Bij dit voorval is niet bekend wie het deed.",
    IncidentFact.AGAINST: "Tegen wie? Bij dit voorval is niet bekend wie het overkwam.",
    IncidentFact.KIND: "Wat is er precies gebeurd? De aard van dit voorval is niet duidelijk.",
    IncidentFact.SOURCE: "Van wie weten wij dit? De bron van dit voorval is niet bekend.",
    IncidentFact.CERTAINTY: "Hoe zeker is dit? Niet duidelijk is wat vaststaat en wat niet.",
}
"""In Dutch: the families and their professionals read it."""

DERIVED = "q-"
"""How the id of a question that raised itself begins."""


class QuestionAsked(PlanEvent):
    """Something is not clear yet; ``by_itself`` says whether an incident raised it."""

    TOPIC: ClassVar[str] = "oneplan.plan.QuestionAsked"

    question: OpenQuestion
    by_itself: bool

    def apply(self, plan: Questions) -> None:
        question = self.question
        plan.items["question"][question.question_id] = True
        if self.by_itself and question.incident_id is not None and question.unclear is not None:
            raised = plan.raised.setdefault((question.incident_id, question.unclear), [])
            raised.append(question.question_id)

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "question", self.question.question_id),)


class QuestionAssigned(PlanEvent):
    """Another one asks on, or by another day."""

    TOPIC: ClassVar[str] = "oneplan.plan.QuestionAssigned"

    question_id: ItemId
    owner: Owner
    due: date | None


class QuestionAnswered(PlanEvent):
    """A question has its answer; ``by_itself`` says whether a clarification brought it."""

    TOPIC: ClassVar[str] = "oneplan.plan.QuestionAnswered"

    question_id: ItemId
    answer: PersonalText
    by_itself: bool

    def apply(self, plan: Questions) -> None:
        plan.items["question"][self.question_id] = False


class QuestionDropped(PlanEvent):
    """A question stays without an answer, and why."""

    TOPIC: ClassVar[str] = "oneplan.plan.QuestionDropped"

    question_id: ItemId
    reason: PersonalText

    def apply(self, plan: Questions) -> None:
        plan.items["question"][self.question_id] = False


class Questions(Owners):
    """Commands about open questions."""

    KINDS: ClassVar[tuple[str, ...]] = ("question",)

    raised: dict[tuple[str, IncidentFact], list[str]]
    """The ids of the questions that each fact of an incident raised, in that order."""

    def _start(self) -> None:
        super()._start()
        self.raised = {}

    def ask_question(self, question: OpenQuestion, context: Context) -> None:
        """Put a question on the record. Every agency may, a party of the plan or not.

        Raises:
            UnknownItem: for an unknown member or incident.
            Refused: when its id is taken or kept for the questions that raise themselves, or its
                owner's agency is not a party.
        """
        self._open_to_reports(context)
        if question.question_id.startswith(DERIVED):
            raise Refused(
                "data.question_id",
                f"ids that begin with {DERIVED} are the service's; choose another",
            )
        self._require_new("data.question_id", "question", question.question_id)
        self._require_members("data.about", question.about)
        if question.incident_id is not None:
            self._require_item("data.incident_id", "incident", question.incident_id)
        self._require_one_who_asks(question.owner)
        self._record(QuestionAsked, context, question=question, by_itself=False)

    def assign_question(
        self, question_id: str, owner: Owner, due: date | None, context: Context
    ) -> None:
        """Let another one ask on, or by another day; ``due`` is None when no day was agreed.

        Raises UnknownItem, or Refused if the question has ended.
        """
        self._open_for(context)
        self._require_item("data.question_id", "question", question_id)
        self._require_one_who_asks(owner)
        self._record(QuestionAssigned, context, question_id=question_id, owner=owner, due=due)

    def answer_question(self, question_id: str, answer: str, context: Context) -> None:
        """Answer a question. Every agency may: the one who knows need not be a party.

        Raises UnknownItem, or Refused if the question has ended.
        """
        self._open_to_reports(context)
        self._require_item("data.question_id", "question", question_id)
        self._record(
            QuestionAnswered, context, question_id=question_id, answer=answer, by_itself=False
        )

    def drop_question(self, question_id: str, reason: str, context: Context) -> None:
        """Leave a question without an answer, for a reason.

        Raises UnknownItem, or Refused if the question has ended.
        """
        self._open_for(context)
        self._require_item("data.question_id", "question", question_id)
        self._record(QuestionDropped, context, question_id=question_id, reason=reason)

    def _ask_by_itself(
        self, incident_id: str, about: tuple[MemberId, ...], fact: IncidentFact, context: Context
    ) -> None:
        """Nothing happens while the same is being asked already."""
        if self._being_asked(incident_id, fact) is not None:
            return
        number = len(self.raised.get((incident_id, fact), ())) + 1
        question = OpenQuestion(
            question_id=question_id(self.family_id, incident_id, fact.value, number),
            text=WHAT_TO_ASK[fact],
            about=about,
            incident_id=incident_id,
            unclear=fact,
            owner=self._who_asks_on(context),
            due=working_days_after(dutch_day(context.recorded_at), ASK_WITHIN_WORKING_DAYS),
        )
        self._record(QuestionAsked, context, question=question, by_itself=True)

    def _answer_by_itself(
        self, incident_id: str, fact: IncidentFact, answer: str, context: Context
    ) -> None:
        """Nothing happens when it was never asked, or has ended."""
        asked = self._being_asked(incident_id, fact)
        if asked is not None:
            self._record(
                QuestionAnswered, context, question_id=asked, answer=answer, by_itself=True
            )

    def _being_asked(self, incident_id: str, fact: IncidentFact) -> ItemId | None:
        """The open question that this fact raised by itself; there is at most one."""
        raised = self.raised.get((incident_id, fact), ())
        return next((one for one in raised if self.items["question"][one]), None)

    def _require_one_who_asks(self, owner: Owner) -> None:
        if owner.kind is None:
            raise Refused("data.owner.kind", "say whether family, network or a professional asks")
        self._require_owner("data.owner", owner)

    def _who_asks_on(self, context: Context) -> Owner:
        """The lead; while there is none the agency that told it, or the first party."""
        if self.lead is not None:
            return Owner(kind=OwnerKind.PROFESSIONAL, name=self.lead.name, agency=self.lead.agency)
        teller = context.provenance.agency
        agency = teller if teller in self.parties else next(iter(self.parties))
        return Owner(kind=OwnerKind.PROFESSIONAL, name=agency, agency=agency)
