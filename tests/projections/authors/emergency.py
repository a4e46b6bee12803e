"""Random commands about emergency access, for histories."""

from __future__ import annotations

from functools import partial

from domain.context import Context
from domain.values import Role
from tests.projections.authors.base import AGENCIES, Author, Give


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    can = [_take]
    if author.open_items("emergency-access"):
        can.append(_review)
    return [partial(one, author) for one in can]


def _take(author: Author, context: Context) -> None:
    who = {"role": Role.AGENCY, "agency": author.pick(AGENCIES)}
    provenance = context.provenance.model_copy(update=who)
    author.plan.take_emergency_access(
        author.new_id("emergency-access"),
        author.pick((None, "carla")),
        "it could not wait until morning",
        context.model_copy(update={"provenance": provenance}),
    )


def _review(author: Author, context: Context) -> None:
    access_id = author.pick(author.open_items("emergency-access"))
    author.plan.review_emergency_access(access_id, author.pick((True, False)), "so it is", context)
