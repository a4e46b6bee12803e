"""What an agency owes: its terms, its questions and its actions, what is late first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.calendar import dutch_day
from projections.plan_agenda import DueView
from projections.plan_model import ActionView
from projections.question_model import OpenQuestionView
from projections.terms import Duty, TermView
from services.web.pages.labels import mark
from services.web.pages.words import Words

ACTION = mark("Action")
QUESTION = mark("Question")


@dataclass(frozen=True)
class Task:
    """One thing that is owed.

    Args:
        kind: what it is, in the reader's language.
        text: what was agreed or asked; None for a term.
        who: whose it is at the agency; None for the agency as a whole.
        on: its last Dutch day; None when there is none.
        days_left: calendar days until then; below 0 it is that many days late.
        path: where it is done, below the family's page; empty for what is done elsewhere.
    """

    family_id: str
    kind: str
    text: str | None = None
    who: str | None = None
    on: date | None = None
    days_left: int | None = None
    path: str = ""

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return self.days_left is not None and self.days_left < 0


class Tasks:
    """Makes tasks of what the views say, on one Dutch day."""

    def __init__(self, words: Words, today: date) -> None:
        self._words = words
        self._today = today

    def of_term(self, family_id: str, term: Duty | TermView) -> Task:
        """A term of the agency's."""
        on, kind = dutch_day(term.due_at), self._words.label(term.kind)
        return Task(family_id, kind, on=on, days_left=self._days_left(on))

    def of_question(self, family_id: str, question: OpenQuestionView) -> Task:
        """A question that it asks on."""
        return Task(
            family_id,
            self._words.gettext(QUESTION),
            question.text,
            question.owner.name,
            question.due,
            self._days_left(question.due),
            f"/questions/{question.question_id}/answer",
        )

    def of_action(self, family_id: str, action: ActionView) -> Task:
        """An action that is its."""
        return Task(
            family_id,
            self._words.gettext(ACTION),
            action.text,
            action.owner.name,
            action.due,
            self._days_left(action.due),
            f"/actions/{action.action_id}/done",
        )

    def of_day(self, family_id: str, due: DueView) -> Task:
        """Something on the agenda that it sees to."""
        who = None if due.owner is None else due.owner.name
        return Task(family_id, self._words.label(due.kind), due.text, who, due.on, due.days_left)

    def _days_left(self, on: date | None) -> int | None:
        return None if on is None else (on - self._today).days


def late_first(tasks: Iterable[Task]) -> list[Task]:
    """By their day, those without one last."""
    return sorted(tasks, key=lambda one: (one.on is None, one.on or date.max, one.family_id))
