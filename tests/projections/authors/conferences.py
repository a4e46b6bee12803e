"""Random commands about conferences, for histories."""

from __future__ import annotations

from datetime import timedelta

from domain.calendar import dutch_day
from domain.context import Context
from domain.values import Call, Decision, Owner
from tests.projections.authors.base import Author, Give


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    plan = author.plan

    def call(context: Context) -> None:
        plan.call_conference(
            Call(
                conference_id=author.new_id("conference"),
                begins_at=context.occurred_at + timedelta(days=author.pick((-3, 2))),
                agencies=tuple(plan.parties)[:2],
                members=tuple(plan.members)[:1],
            ),
            context,
        )

    def decide(context: Context) -> None:
        conference_id = author.pick(plan.agendas)
        decision_id = f"cd{author.new_id('conference-decision')}"
        due = dutch_day(context.occurred_at) + timedelta(days=author.pick((0, 7)))
        plan.decide(
            Decision(
                decision_id=decision_id,
                conference_id=conference_id,
                on=author.pick([None, *plan.agendas[conference_id]]),
                text="calls\nher mother",
                owner=author.pick((None, Owner(name="Anna"))),
                due=author.pick((None, due)),
            ),
            context,
        )

    def close(context: Context) -> None:
        plan.close_conference(author.pick(plan.agendas), ("Anna",), "we agree", context)

    return [call, decide, close] if plan.agendas else [call]
