"""The family's own voice: conversations, consent, objections, looking back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.values import Manner
from services.contracts.data.voice import (
    ConsentGivenData,
    ConsentWithdrawnData,
    ConversationHeldData,
    LookBackRecordedData,
    ObjectionAnsweredData,
    ObjectionMadeData,
)
from services.web.pages.labels import mark
from services.web.pages.page import Page
from services.web.pages.work.command import Command
from services.web.pages.work.fields import (
    AGENCIES,
    EVERYBODY,
    area,
    choose,
    heard,
    moment,
    one_of,
    some,
    yes_or_no,
)


def _by_oneself(page: Page) -> Mapping[str, Any]:
    return {"agency": page.viewer.agency, "professional": page.viewer.person_id}


COMMANDS = (
    Command(
        name="conversation",
        label=mark("New conversation"),
        title=mark("With whom did you speak?"),
        button=mark("Record the conversation"),
        done=mark("The conversation is on record."),
        model=ConversationHeldData,
        makes="conversation",
        given=_by_oneself,
        fields=(
            moment("held_at", mark("When was it?"), now=True),
            one_of("manner", mark("How was it held?"), Manner),
            heard(
                "members",
                mark("Who was there?"),
                mark("What they want others to know, in their own words"),
            ),
            area("about", mark("What was it about?")),
        ),
    ),
    Command(
        name="consent",
        label=mark("New consent"),
        title=mark("What does somebody agree to?"),
        intro=mark("An agency named here then sees what is about this member."),
        button=mark("Record the consent"),
        done=mark("The consent is on record."),
        model=ConsentGivenData,
        makes="consent",
        fields=(
            choose("member_id", mark("Who agrees?"), EVERYBODY),
            area("to", mark("To what?"), mark("As it was asked.")),
            some("agencies", mark("For which agencies?"), AGENCIES, optional=True),
        ),
    ),
    Command(
        name="withdraw-consent",
        label=mark("Withdraw the consent"),
        title=mark("Does somebody no longer agree?"),
        button=mark("Withdraw the consent"),
        done=mark("The consent is withdrawn."),
        model=ConsentWithdrawnData,
        on="consent",
        ends=True,
        fields=(area("reason", mark("Why, if they said so?"), optional=True),),
    ),
    Command(
        name="objection",
        label=mark("New objection"),
        title=mark("What does somebody object to?"),
        button=mark("Record the objection"),
        done=mark("The objection is on record."),
        model=ObjectionMadeData,
        makes="objection",
        fields=(
            choose("member_id", mark("Who objects?"), EVERYBODY),
            area("against", mark("To what, and why?"), mark("In their own words.")),
        ),
    ),
    Command(
        name="answer-objection",
        label=mark("Answer the objection"),
        title=mark("What do you answer?"),
        button=mark("Record the answer"),
        done=mark("The objection is answered."),
        model=ObjectionAnsweredData,
        on="objection",
        fields=(
            yes_or_no("upheld", mark("Are they right?"), mark("Yes"), mark("No")),
            area("answer", mark("The answer"), mark("As you say it to them.")),
        ),
    ),
    Command(
        name="look-back",
        label=mark("Looking back"),
        title=mark("What does somebody say, looking back?"),
        intro=mark("It is how we learn. Also after the plan was closed."),
        button=mark("Keep the words"),
        done=mark("The words are on record."),
        model=LookBackRecordedData,
        makes="look-back",
        fields=(
            choose("member_id", mark("Who says it?"), EVERYBODY),
            area("words", mark("In their own words")),
        ),
    ),
)
