"""Random commands about questions and clarified incidents, for histories."""

from __future__ import annotations

from datetime import date

from domain.context import Context
from domain.values import Certainty, Clarification, IncidentKind, OpenQuestion, Owner, OwnerKind
from tests.projections.authors.base import Author, Give


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    plan = author.plan

    def owner() -> Owner:
        agency = author.pick([None, *sorted(plan.parties)])
        kind = OwnerKind.NETWORK if agency is None else OwnerKind.PROFESSIONAL
        return Owner(kind=kind, name="Carla", agency=agency)

    def due() -> date | None:
        day: date | None = author.pick([None, date(2026, 1, 2), date(2026, 1, 9)])
        return day

    def ask(context: Context) -> None:
        question = OpenQuestion(
            question_id=f"v{author.new_id('question')}", text="who?", owner=owner(), due=due()
        )
        plan.ask_question(question, context)

    def assign(context: Context) -> None:
        plan.assign_question(author.pick(author.open_items("question")), owner(), due(), context)

    def end(context: Context) -> None:
        end_it = author.pick([plan.answer_question, plan.drop_question])
        end_it(author.pick(author.open_items("question")), "so it is", context)

    def clarify(context: Context) -> None:
        clear = Clarification(
            kind=author.pick(IncidentKind),
            by=author.pick([None, ("unknown",), tuple(plan.members)[:1] or None]),
            certainty=author.pick([None, *Certainty]),
        )
        plan.clarify_incident(author.pick(author.open_items("incident")), clear, "clear", context)

    can: list[Give] = [ask]
    if author.open_items("question"):
        can += [assign, end]
    if author.open_items("incident"):
        can.append(clarify)
    return can
