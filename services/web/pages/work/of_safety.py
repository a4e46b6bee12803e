"""Safety agreements, addresses, emergency access."""

from __future__ import annotations

from domain.values import AddressKind, AgreementEnd
from services.contracts.data.addresses import (
    AddressEndedData,
    AddressHiddenData,
    AddressRecordedData,
    AddressShownData,
)
from services.contracts.data.emergency import EmergencyAccessReviewedData
from services.contracts.data.work import SafetyAgreementEndedData, SafetyAgreementMadeData
from services.web.pages.labels import mark
from services.web.pages.work.command import Command
from services.web.pages.work.fields import (
    EVERYBODY,
    MEMBERS,
    area,
    choose,
    day,
    line,
    one_of,
    owner,
    some,
    why,
    yes_or_no,
)

COMMANDS = (
    Command(
        name="agreement",
        label=mark("New safety agreement"),
        title=mark("What do we agree, so that everybody is safe?"),
        button=mark("Make the agreement"),
        done=mark("The safety agreement is made."),
        model=SafetyAgreementMadeData,
        makes="agreement",
        fields=(
            area("text", mark("What is agreed?"), mark("So that a child understands it.")),
            some("with_members", mark("With whom?"), MEMBERS),
            owner("watched_by", mark("Who sees to it?")),
            day("begins_on", mark("From when?"), today=True),
            day("review_on", mark("When do we look at it again?"), optional=True),
        ),
    ),
    Command(
        name="end-agreement",
        label=mark("End the agreement"),
        title=mark("How did this agreement end?"),
        button=mark("End the agreement"),
        done=mark("The safety agreement has ended."),
        model=SafetyAgreementEndedData,
        on="agreement",
        ends=True,
        fields=(
            one_of("how", mark("How did it end?"), AgreementEnd),
            area("text", mark("What happened?")),
        ),
    ),
    Command(
        name="address",
        label=mark("New address"),
        title=mark("Where can somebody be found?"),
        intro=mark("A shelter is hidden from all members who do not live there."),
        button=mark("Record the address"),
        done=mark("The address is on record."),
        model=AddressRecordedData,
        makes="address",
        fields=(
            choose("member_id", mark("Who can be found there?"), MEMBERS),
            some("with_members", mark("Who is there too?"), MEMBERS, optional=True),
            one_of("kind", mark("What is it?"), AddressKind),
            line("street", mark("Street and number")),
            line("postcode", mark("Postcode"), optional=True),
            line("city", mark("Town")),
            some("hidden_from", mark("Who may not know it?"), EVERYBODY, optional=True),
        ),
    ),
    Command(
        name="hide-address",
        label=mark("Hide from somebody"),
        title=mark("Who may no longer know this address?"),
        intro=mark("It is hidden in all that was recorded of it. What they know, they know."),
        button=mark("Hide the address"),
        done=mark("The address is hidden."),
        model=AddressHiddenData,
        on="address",
        beside=True,
        fields=(some("hidden_from", mark("Who may not know it?"), EVERYBODY), why()),
    ),
    Command(
        name="show-address",
        label=mark("Let somebody know it"),
        title=mark("Who may know this address?"),
        button=mark("Let them know it"),
        done=mark("They may know the address."),
        model=AddressShownData,
        on="address",
        beside=True,
        fields=(some("shown_to", mark("Who may know it?"), EVERYBODY), why()),
    ),
    Command(
        name="end-address",
        label=mark("Nobody is there any more"),
        title=mark("Is nobody at this address any more?"),
        button=mark("Nobody is there any more"),
        done=mark("The address has ended."),
        model=AddressEndedData,
        on="address",
        ends=True,
        fields=(why(mark("What changed?")),),
    ),
    Command(
        name="review-emergency",
        label=mark("Review the emergency access"),
        title=mark("Was this emergency access justified?"),
        intro=mark("If it was not, it ends at once."),
        button=mark("Record the review"),
        done=mark("The emergency access is reviewed."),
        model=EmergencyAccessReviewedData,
        on="emergency-access",
        item_field="access_id",
        fields=(
            yes_or_no(
                "justified", mark("Was it justified?"), mark("Yes"), mark("No, it ends at once")
            ),
            area("text", mark("Why do you think so?")),
        ),
    ),
)
