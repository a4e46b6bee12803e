"""Members, agencies, and stepping back as lead."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from domain.family_plan import LeadHandedOver
from domain.values import FamilyRole
from services.contracts.data.people import (
    AgencyJoinedData,
    AgencyLeftData,
    LeadReleasedData,
    MemberAddedData,
    MemberRemovedData,
)
from services.web.pages.labels import mark
from services.web.pages.page import Page
from services.web.pages.work.command import Command
from services.web.pages.work.fields import choose, day, line, one_of, why


def _oneself(page: Page) -> Mapping[str, Any]:
    return {"person_id": page.viewer.person_id}


COMMANDS = (
    Command(
        name="add-member",
        label=mark("New member"),
        title=mark("Who joins the plan?"),
        intro=mark("Somebody of the family, or of the network around it."),
        button=mark("Add to the plan"),
        done=mark("They are part of the plan now."),
        model=MemberAddedData,
        makes="member",
        fields=(
            line("name", mark("Name")),
            one_of("role", mark("Who is that to the family?"), FamilyRole),
            day("birth_date", mark("Date of birth"), optional=True),
        ),
    ),
    Command(
        name="remove-member",
        label=mark("Take out of the plan"),
        title=mark("Take this person out of the plan?"),
        intro=mark("What happened stays on record."),
        button=mark("Take out of the plan"),
        done=mark("They are no longer part of the plan."),
        model=MemberRemovedData,
        on="member",
        ends=True,
        fields=(why(),),
    ),
    Command(
        name="join",
        label=mark("Let an agency join"),
        title=mark("Which agency joins?"),
        intro=mark("It sees from now on what its task needs, and no more."),
        button=mark("Let the agency join"),
        done=mark("The agency takes part now."),
        model=AgencyJoinedData,
        fields=(
            choose("agency", mark("Agency"), attrgetter("other_agencies")),
            line("task", mark("What is its task?"), mark("The family reads this too.")),
        ),
    ),
    Command(
        name="leave",
        label=mark("End its part"),
        title=mark("End the part of this agency?"),
        intro=mark("It no longer sees the plan from then on."),
        button=mark("End its part"),
        done=mark("The agency takes no part any more."),
        model=AgencyLeftData,
        on="party",
        item_field="agency",
        ends=True,
        fields=(why(),),
    ),
    Command(
        name="release-lead",
        label=mark("Step back as lead"),
        title=mark("Step back without a successor?"),
        intro=mark("The plan then has no lead. Handing it over is better for the family."),
        button=mark("Step back"),
        done=mark("You no longer lead this plan."),
        model=LeadReleasedData,
        given=_oneself,
        since=(LeadHandedOver,),
        ends=True,
        back="/caseload",
        fields=(why(),),
    ),
)
