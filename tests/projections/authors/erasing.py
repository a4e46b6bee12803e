"""Random erasures: what the plan hears of them. The keys are the store's business."""

from __future__ import annotations

from domain.context import Context
from domain.values import Role
from tests.projections.authors.base import Author, Give


def commands(author: Author) -> list[Give]:
    """An erasure is always possible, of a member or of the whole family."""
    plan = author.plan

    def erase(context: Context) -> None:
        service = context.provenance.model_copy(update={"role": Role.SYSTEM})
        members = author.pick([(), *((one,) for one in plan.members)])
        plan.record_erasure(
            author.new_id("erasure"),
            members,
            None,
            context.model_copy(update={"provenance": service}),
        )

    return [erase]
