"""Terms: what has to be done by when; a term that is over expires once.

Whether a term was kept is judged by when the thing was done; that it has expired is said on what
we know. What comes to be known later can show that a term was kept although it had expired.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.terms import fire_at, is_over
from domain.values import ItemId, Role, Term


@dataclass(frozen=True)
class OpenTerm:
    """A term that was not met yet, since when we know it, and whether it has expired."""

    term: Term
    known_at: datetime
    expired: bool = False


class TermStarted(PlanEvent):
    """Something has to be done by a moment."""

    TOPIC: ClassVar[str] = "oneplan.plan.TermStarted"

    term: Term

    def apply(self, plan: Terms) -> None:
        plan.terms[self.term.term_id] = OpenTerm(self.term, self.recorded_at)


class TermMet(PlanEvent):
    """It was done; ``on_time`` says whether that happened before the term was over."""

    TOPIC: ClassVar[str] = "oneplan.plan.TermMet"

    term: Term
    on_time: bool

    def apply(self, plan: Terms) -> None:
        del plan.terms[self.term.term_id]


class TermExpired(PlanEvent):
    """The term is over and, as far as we know, it was not done."""

    TOPIC: ClassVar[str] = "oneplan.plan.TermExpired"

    term: Term

    def apply(self, plan: Terms) -> None:
        known = plan.terms[self.term.term_id]
        plan.terms[self.term.term_id] = OpenTerm(known.term, known.known_at, expired=True)


class Terms(PlanCore):
    """Starting, meeting and expiring terms. They run on a closed plan as well."""

    terms: dict[str, OpenTerm]
    """The terms that were not met yet, by id."""

    def _start(self) -> None:
        super()._start()
        self.terms = {}

    def expire_term(self, term_id: ItemId, context: Context) -> None:
        """Say that a term is over. Nothing happens unless it runs and its moment has come.

        Raises:
            Refused: when somebody else than the service itself says so.
        """
        if context.provenance.role is not Role.SYSTEM:
            raise Refused("source", "only the service itself lets terms expire")
        known = self.terms.get(term_id)
        if known is None or known.expired:
            return
        if context.recorded_at >= fire_at(known.term, known.known_at):
            self._record(TermExpired, context, term=known.term)

    def _start_term(self, term: Term, context: Context) -> None:
        self._record(TermStarted, context, term=term)

    def _meet_term(self, term_id: str, context: Context) -> None:
        """Nothing happens when there is no such term, or it was met before."""
        known = self.terms.get(term_id)
        if known is not None:
            on_time = not is_over(known.term.due_at, context.occurred_at)
            self._record(TermMet, context, term=known.term, on_time=on_time)
