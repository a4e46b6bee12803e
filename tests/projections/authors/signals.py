"""Random commands about signals, for histories."""

from __future__ import annotations

from domain.context import Context
from domain.values import Evidence, Finding, Role
from tests.projections.authors.base import Author, Give

RULES = ("widening-circle", "not-heard")
KEYS = ("m0", "family")


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    plan = author.plan

    def raise_one(context: Context) -> None:
        plan.raise_signal(
            Finding(
                rule=author.pick(RULES),
                key=author.pick(KEYS),
                level=author.pick((1, 2, 3)),
                detail="so it is",
                evidence=(Evidence(kind="incident", item_id="i0"),),
            ),
            by_the_service(context),
        )

    def lapse(context: Context) -> None:
        rule, key = author.pick(plan.standings)
        plan.lapse_signal(rule, key, by_the_service(context))

    def deal_with(context: Context) -> None:
        deal = author.pick([plan.accept_signal, plan.set_signal_aside])
        deal(author.pick(author.open_items("signal")), "so it is", context)

    can: list[Give] = [raise_one]
    if plan.standings:
        can.append(lapse)
    if plan.lead is not None and author.open_items("signal"):
        can.append(deal_with)
    return can


def by_the_service(context: Context) -> Context:
    """The same circumstances, for a command of the service itself."""
    who = context.provenance.model_copy(update={"role": Role.SYSTEM, "agency": None})
    return context.model_copy(update={"provenance": who})
