"""Random commands about voice, for histories."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from domain.context import Context
from domain.values import Consent, Conversation, Heard, LookBack, Manner, Objection, OwnWords
from tests.projections.authors.base import AGENCIES, Author, Give


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    can = []
    if _people(author):
        can += [_consent, _object, _look_back, _converse]
        if author.plan.items["goal"]:
            can.append(_own_words)
    if author.open_items("consent"):
        can.append(_withdraw)
    if author.open_items("objection"):
        can.append(_answer)
    return [partial(one, author) for one in can]


def _people(author: Author) -> list[str]:
    return sorted({*author.plan.members, *author.plan.former_members})


def _own_words(author: Author, context: Context) -> None:
    goal_id, member_id = author.pick(author.plan.items["goal"]), author.pick(_people(author))
    words = OwnWords(goal_id=goal_id, member_id=member_id, words="to sleep again")
    author.plan.record_own_words(words, context)


def _consent(author: Author, context: Context) -> None:
    consent = Consent(
        consent_id=author.new_id("consent"),
        member_id=author.pick(_people(author)),
        to="that they talk",
        agencies=author.pick(((), AGENCIES[:2])),
    )
    author.plan.give_consent(consent, context)


def _withdraw(author: Author, context: Context) -> None:
    consent_id = author.pick(author.open_items("consent"))
    author.plan.withdraw_consent(consent_id, author.pick((None, "too much")), context)


def _object(author: Author, context: Context) -> None:
    objection = Objection(
        objection_id=author.new_id("objection"),
        member_id=author.pick(_people(author)),
        against="it is untrue",
    )
    author.plan.make_objection(objection, context)


def _answer(author: Author, context: Context) -> None:
    objection_id = author.pick(author.open_items("objection"))
    author.plan.answer_objection(objection_id, author.pick((True, False)), "so it is", context)


def _look_back(author: Author, context: Context) -> None:
    look_back = LookBack(
        look_back_id=author.new_id("look-back"),
        member_id=author.pick(_people(author)),
        words="they listened",
    )
    author.plan.look_back(look_back, context)


def _converse(author: Author, context: Context) -> None:
    """Of up to half a year ago, with one or two members."""
    people = _people(author)
    there = dict.fromkeys([author.pick(people), author.pick(people)])
    conversation = Conversation(
        conversation_id=author.new_id("conversation"),
        agency=author.pick(AGENCIES),
        professional="Els",
        manner=author.pick(Manner),
        held_at=context.occurred_at - timedelta(days=author.pick((0, 1, 7, 60, 180))),
        members=tuple(
            Heard(member_id=one, heard=author.pick((True, False)), words="listen") for one in there
        ),
        about="how it goes",
    )
    author.plan.hold_conversation(conversation, context)
