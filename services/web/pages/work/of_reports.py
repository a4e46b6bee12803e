"""Reports, what follows them, feedback, and the reporting code."""

from __future__ import annotations

from domain.values import (
    FeedbackStage,
    InvestigationConclusion,
    MeldcodeDecision,
    MeldcodeStep,
    ReporterKind,
    TriageOutcome,
)
from services.contracts.data.reports import (
    FeedbackGivenData,
    InvestigationCompletedData,
    MeldcodeStepTakenData,
    ReportReceivedV2Data,
    ReportTriagedData,
)
from services.web.pages.labels import mark
from services.web.pages.work.command import Command
from services.web.pages.work.fields import (
    AGENCIES,
    INCIDENTS,
    about,
    area,
    choose,
    line,
    one_of,
)

_STEP = (
    one_of("step", mark("Which step is it?"), MeldcodeStep),
    area("text", mark("What did you do and find?")),
    about(),
    line("with_whom", mark("With whom did you talk it over?"), optional=True),
    area(
        "left_out_because",
        mark("If you left the step out: why?"),
        mark("For example, because a talk would put somebody in danger."),
        optional=True,
    ),
    one_of(
        "decision",
        mark("What do you decide?"),
        MeldcodeDecision,
        mark("In the fifth step only."),
        optional=True,
    ),
)


COMMANDS = (
    Command(
        name="report",
        label=mark("New report"),
        title=mark("What was reported?"),
        intro=mark("From now on there are terms in which the reporter hears what comes of it."),
        button=mark("Record the report"),
        done=mark("The report is on record."),
        model=ReportReceivedV2Data,
        makes="report",
        fields=(
            area("text", mark("What was reported?")),
            line("reporter", mark("Who reports?")),
            one_of("reporter_kind", mark("Who is that to the family?"), ReporterKind),
            choose(
                "reporter_agency",
                mark("Which agency is to hear what comes of it?"),
                AGENCIES,
                optional=True,
            ),
            about(),
            choose("incident_id", mark("About which incident?"), INCIDENTS, optional=True),
        ),
    ),
    Command(
        name="triage",
        label=mark("Triage"),
        title=mark("What follows from this report?"),
        button=mark("Record the triage"),
        done=mark("The triage is on record."),
        model=ReportTriagedData,
        on="report",
        fields=(
            one_of("outcome", mark("What follows?"), TriageOutcome),
            area("text", mark("Why?")),
        ),
    ),
    Command(
        name="investigation",
        label=mark("The investigation has ended"),
        title=mark("What did the investigation find?"),
        button=mark("Record what it found"),
        done=mark("What the investigation found is on record."),
        model=InvestigationCompletedData,
        on="report",
        fields=(
            one_of("conclusion", mark("Was it confirmed?"), InvestigationConclusion),
            area("text", mark("What was found?")),
        ),
    ),
    Command(
        name="feedback",
        label=mark("Tell the reporter"),
        title=mark("What did the reporter hear?"),
        intro=mark("It goes to the reporter's agency as you write it here."),
        button=mark("Record the feedback"),
        done=mark("The reporter has been told."),
        model=FeedbackGivenData,
        on="report",
        fields=(
            one_of("stage", mark("How far is the report?"), FeedbackStage),
            area("text", mark("What did the reporter hear?")),
        ),
    ),
    Command(
        name="meldcode",
        label=mark("Begin the reporting code"),
        title=mark("What do you suspect?"),
        intro=mark("The reporting code has five steps. You begin with what you see."),
        button=mark("Record the step"),
        done=mark("The step is on record."),
        model=MeldcodeStepTakenData,
        makes="meldcode",
        fields=_STEP,
    ),
    Command(
        name="meldcode-step",
        label=mark("Next step of the reporting code"),
        title=mark("What is the next step?"),
        button=mark("Record the step"),
        done=mark("The step is on record."),
        model=MeldcodeStepTakenData,
        on="meldcode",
        fields=_STEP,
    ),
)
