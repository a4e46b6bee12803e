"""Goals, actions, concerns and strengths."""

from __future__ import annotations

from domain.values import GoalResult
from services.contracts.data.voice import OwnWordsRecordedData
from services.contracts.data.work import (
    ActionAgreedV2Data,
    ActionCancelledData,
    ActionCompletedData,
    ConcernRaisedData,
    ConcernResolvedData,
    GoalEndedData,
    StrengthNotedData,
)
from services.web.pages.labels import mark
from services.web.pages.work.command import Command
from services.web.pages.work.fields import (
    EVERYBODY,
    GOALS,
    about,
    area,
    choose,
    day,
    domain,
    one_of,
    owner,
    why,
)

COMMANDS = (
    Command(
        name="end-goal",
        label=mark("End the goal"),
        title=mark("How did this goal end?"),
        button=mark("End the goal"),
        done=mark("The goal has ended."),
        model=GoalEndedData,
        on="goal",
        ends=True,
        fields=(
            one_of("result", mark("Was it reached?"), GoalResult),
            area("text", mark("How does everybody see that?"), mark("For the family to read.")),
        ),
    ),
    Command(
        name="own-words",
        label=mark("Add own words"),
        title=mark("What does this goal mean to somebody?"),
        intro=mark("Write down what a member says of it, as they say it."),
        button=mark("Keep the words"),
        done=mark("The words stand beside the goal."),
        model=OwnWordsRecordedData,
        on="goal",
        beside=True,
        fields=(
            choose("member_id", mark("Who says it?"), EVERYBODY),
            area("words", mark("In their own words")),
        ),
    ),
    Command(
        name="action",
        label=mark("New action"),
        title=mark("Who does what?"),
        intro=mark("An action is small enough to be done by one person, by a day."),
        button=mark("Agree the action"),
        done=mark("The action is agreed."),
        model=ActionAgreedV2Data,
        makes="action",
        fields=(
            area("text", mark("What is going to be done?")),
            owner("owner", mark("Who does it?")),
            day("due", mark("By when?"), optional=True),
            choose("goal_id", mark("For which goal?"), GOALS, optional=True),
        ),
    ),
    Command(
        name="complete-action",
        label=mark("Done"),
        title=mark("What came of this action?"),
        button=mark("It is done"),
        done=mark("The action is done."),
        model=ActionCompletedData,
        on="action",
        fields=(area("result", mark("What was done, and what came of it?")),),
    ),
    Command(
        name="cancel-action",
        label=mark("Will not be done"),
        title=mark("Why will this not be done?"),
        button=mark("Cancel the action"),
        done=mark("The action is cancelled."),
        model=ActionCancelledData,
        on="action",
        ends=True,
        fields=(why(),),
    ),
    Command(
        name="concern",
        label=mark("New concern"),
        title=mark("What is there to worry about?"),
        intro=mark("Say what you saw or heard. The family reads it too."),
        button=mark("Record the concern"),
        done=mark("The concern is on record."),
        model=ConcernRaisedData,
        makes="concern",
        fields=(area("text", mark("What worries you?")), domain(), about()),
    ),
    Command(
        name="resolve-concern",
        label=mark("The concern is over"),
        title=mark("How did this concern end?"),
        button=mark("The concern is over"),
        done=mark("The concern is over."),
        model=ConcernResolvedData,
        on="concern",
        fields=(area("how", mark("What changed, and how do you know?")),),
    ),
    Command(
        name="strength",
        label=mark("New strength"),
        title=mark("What goes well?"),
        intro=mark("A strength is something the plan can build on."),
        button=mark("Record the strength"),
        done=mark("The strength is on record."),
        model=StrengthNotedData,
        makes="strength",
        fields=(area("text", mark("What goes well?")), domain(), about()),
    ),
)
