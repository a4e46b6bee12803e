"""Case conferences."""

from __future__ import annotations

from projections.conferences import CONFERENCES
from projections.open_questions import QUESTIONS
from projections.signals import SIGNALS
from services.contracts.data.conferences import (
    ConferenceCalledData,
    ConferenceClosedData,
    ConferenceDecidedData,
)
from services.web.pages.labels import mark
from services.web.pages.work.command import Command
from services.web.pages.work.fields import (
    AGENCIES,
    MEMBERS,
    area,
    day,
    line,
    lines,
    moment,
    on_agenda,
    owner,
    some,
)

_ALL = (CONFERENCES, QUESTIONS, SIGNALS)
_BACK = "/families/{family_id}/conferences/{item_id}"


COMMANDS = (
    Command(
        name="conference",
        label=mark("Call a conference"),
        title=mark("Who comes to the table?"),
        intro=mark("The agenda is drawn from what is open in the plan when you call it."),
        button=mark("Call the conference"),
        done=mark("The conference is called."),
        model=ConferenceCalledData,
        makes="conference",
        views=(QUESTIONS, SIGNALS),
        back=_BACK,
        note="conferences/would_be.html",
        fields=(
            moment("begins_at", mark("When does it begin?")),
            line("place", mark("Where is it?"), optional=True),
            some("agencies", mark("Which agencies are asked?"), AGENCIES),
            some("members", mark("Who of the family is asked?"), MEMBERS, optional=True),
        ),
    ),
    Command(
        name="decide",
        label=mark("Record a decision"),
        title=mark("What was decided?"),
        intro=mark("With somebody who does it and a day it becomes an action of the plan."),
        button=mark("Record the decision"),
        done=mark("The decision is on record."),
        model=ConferenceDecidedData,
        on="conference",
        makes="decision",
        beside=True,
        views=_ALL,
        back=_BACK,
        fields=(
            on_agenda("on", mark("On which point?"), mark("Left open: beside the agenda.")),
            area("text", mark("What was decided?")),
            owner("owner", mark("Who does it?"), optional=True),
            day("due", mark("By when?"), optional=True),
        ),
    ),
    Command(
        name="close-conference",
        label=mark("Close the conference"),
        title=mark("How did the conference end?"),
        intro=mark("Its result goes to all who take part in the plan, on one page."),
        button=mark("Close the conference"),
        done=mark("The conference is closed."),
        model=ConferenceClosedData,
        on="conference",
        ends=True,
        views=_ALL,
        back=_BACK,
        fields=(
            lines("present", mark("Who was there?"), mark("One name a line.")),
            area("summary", mark("What came of it?"), mark("For all to read.")),
        ),
    ),
)
