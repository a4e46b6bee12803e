"""What is read of the questions in a family's plan."""

from __future__ import annotations

from domain.values import OpenQuestion
from projections.plan_model import Said, View


class Answer(Said):
    """What the answer is; ``by_itself`` says whether it came from clarifying the incident."""

    answer: str
    by_itself: bool


class Dropping(Said):
    """Why a question stays without an answer."""

    reason: str


class QuestionView(Said, OpenQuestion):
    """One question, who asked it and when; who asks on, and by when.

    ``by_itself`` says whether an incident raised it, and ``unclear`` which fact of it was unknown.
    """

    by_itself: bool


class OpenQuestionView(QuestionView):
    """One without an answer yet; ``overdue`` says whether its Dutch day has passed.

    On a closed plan nothing is overdue: nobody can answer there.
    """

    overdue: bool


class AnsweredQuestionView(QuestionView):
    """One that has its answer."""

    answered: Answer


class DroppedQuestionView(QuestionView):
    """One that stays without an answer."""

    dropped: Dropping


class QuestionCounts(View):
    """How many questions there are; those that are overdue are among the open ones."""

    open: int
    overdue: int
    answered: int
    dropped: int


class QuestionsView(View):
    """The questions of a family.

    Open ones by the day they are due, those without a day last; ended ones the latest first.
    """

    family_id: str
    counts: QuestionCounts
    open: tuple[OpenQuestionView, ...]
    answered: tuple[AnsweredQuestionView, ...]
    dropped: tuple[DroppedQuestionView, ...]
