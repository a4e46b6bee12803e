"""Help and penalties, and what they did."""

from __future__ import annotations

from domain.values import Effect, LifeDomain, MeasureEnd, MeasureForm, MeasureKind
from services.contracts.data.measures import (
    MeasureEndedData,
    MeasureStartedData,
    OutcomeRecordedData,
)
from services.web.pages.labels import mark
from services.web.pages.work.command import Command
from services.web.pages.work.fields import (
    AGENCIES,
    EVERYBODY,
    MEMBERS,
    area,
    choose,
    day,
    line,
    one_of,
    renamed,
    some,
)

COMMANDS = (
    Command(
        name="measure",
        label=mark("New measure"),
        title=mark("What help or penalty begins?"),
        intro=mark("Also one of before the plan: what did it do?"),
        button=mark("Record the measure"),
        done=mark("The measure is on record."),
        model=MeasureStartedData,
        makes="measure",
        fields=(
            line("name", mark("What is it called?")),
            one_of("kind", mark("Help or a penalty?"), MeasureKind),
            renamed("sort", one_of("form", mark("What sort is it?"), MeasureForm)),
            choose("agency", mark("Which agency carries it out?"), AGENCIES),
            some("for_members", mark("For whom is it?"), MEMBERS),
            area("aim", mark("What should it bring about?")),
            area("why_it_fits", mark("Why does it fit them?")),
            day("begins_on", mark("When does it begin?"), today=True),
            day("ends_on", mark("When should it end?"), optional=True),
            some(
                "life_domains",
                mark("Which parts of life is it about?"),
                lambda facts: facts.labels(LifeDomain),
                optional=True,
            ),
        ),
    ),
    Command(
        name="end-measure",
        label=mark("It has ended"),
        title=mark("How did this measure end?"),
        button=mark("Record the end"),
        done=mark("The measure has ended."),
        model=MeasureEndedData,
        on="measure",
        ends=True,
        fields=(
            day("ended_on", mark("When did it end?"), today=True),
            one_of("how", mark("How did it end?"), MeasureEnd),
            area("text", mark("What happened?")),
        ),
    ),
    Command(
        name="outcome",
        label=mark("What did it do?"),
        title=mark("What did this measure do?"),
        intro=mark("As you see it, or in the words of a member."),
        button=mark("Record what it did"),
        done=mark("What it did is on record."),
        model=OutcomeRecordedData,
        on="measure",
        makes="outcome",
        beside=True,
        fields=(
            one_of("effect", mark("What did it do?"), Effect),
            area("text", mark("What did you see or hear?")),
            choose("member_id", mark("Whose words are these?"), EVERYBODY, optional=True),
        ),
    ),
)
