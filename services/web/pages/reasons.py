"""The domain's sentences, as readers of forms see them: matched by their form, told in a language.

The domain says in English why it does not take a command, with ids and days in the sentence. Here
stands the form of each such sentence; a test compares them with the domain.
"""

from __future__ import annotations

import re
from functools import cache

from services.web.pages.labels import mark

SENTENCES = (
    mark(
        "%(occurred_at)s lies in the future; send an event once it has happened, and "
        "check the sender's clock"
    ),
    mark("name from whom, or say hidden_from_all"),
    mark("name the members who may know it"),
    mark("%(member_id)s is both hidden from and shown to"),
    mark("%(member_id)s can be found there, so it cannot be hidden from %(member_id2)s"),
    mark("%(agency)s is a party of this plan already"),
    mark("%(agency)s is not a party of this plan"),
    mark("%(agency)s cannot end the part of %(agency2)s"),
    mark("%(agency)s employs the lead of this plan; hand the lead over first"),
    mark("%(agency)s is the last party; close the plan when the work has ended"),
    mark("say whether family, network or a professional sees to it"),
    mark("%(day)s lies more than a year ahead; check the year, or call it later"),
    mark("%(due)s lies before the decision (%(decided_on)s); check both"),
    mark(
        "%(kind)s %(item_id)s is not on the agenda of conference %(conference_id)s; "
        "leave out what it is on to decide it beside the agenda"
    ),
    mark("%(agency)s is not a party of this plan; let the agency join first"),
    mark("%(agency)s cannot tell what %(agency2)s talked about; let it say so"),
    mark("%(held_at)s lies in the future; tell of it once it was held"),
    mark("%(member_id)s is named twice"),
    mark("the plan knows no %(kind)s %(item_id)s yet"),
    mark("%(one)s is named twice"),
    mark("the plan of family %(family_id)s is closed; reopen it first"),
    mark(
        "%(agency)s is not a party of this plan; ask its lead or one of its parties to "
        "let the agency join"
    ),
    mark("%(actor)s is not the lead of this plan; only its lead changes it, so ask for a handover"),
    mark("this plan has no lead now; assign one"),
    mark("only the lead does this, who works for %(agency)s; ask there"),
    mark("somebody unknown neither speaks nor agrees to anything; name a member"),
    mark("%(kind)s %(item_id)s has ended already; start a new one"),
    mark("%(kind)s %(item_id)s exists already; give the new one its own id"),
    mark("only an agency or one of its professionals takes this"),
    mark("only a member of the family speaks by themselves"),
    mark("a member speaks for themselves, and for nobody else"),
    mark("say in %(least)s characters or more why it cannot wait"),
    mark("you took this access yourself; let an administrator review it"),
    mark("%(day)s lies before the day on which it was agreed (%(agreed_on)s); check both"),
    mark("%(began_at)s lies in the future"),
    mark(
        "family %(family_id)s was merged into another family; act on the plan of that "
        "one, or split them first"
    ),
    mark(
        "%(kind)s %(item_id)s went back to a family that was split off; give the new one its own id"
    ),
    mark("an offer waits for its answer; withdraw it first"),
    mark("no offer waits for an answer now"),
    mark("this was offered to somebody else, and only they answer"),
    mark("the lead does this in person, signed in"),
    mark("this plan has a lead already (%(person_id)s of %(agency)s); use a handover"),
    mark("%(outgoing_id)s is the lead already"),
    mark("%(person_id)s is not the lead of this plan, %(person_id2)s is"),
    mark("%(actor)s works for %(agency)s, which is not a party of this plan"),
    mark("%(opener)s opens the plan, so name it as a party with its task"),
    mark("name at least one agency that takes part, with its task"),
    mark("%(after_care_on)s lies before the closing"),
    mark("the plan of family %(family_id)s is open already"),
    mark("%(unknown)s stands for nobody; choose another"),
    mark("%(begins_on)s lies more than a year ahead; put the measure on record once it is nearer"),
    mark(
        "%(ended_on)s lies before the measure begins (%(begins_on)s); if it never "
        "began, say not-started"
    ),
    mark("%(ended_on)s lies in the future; say so once it has ended"),
    mark("step %(step)s of %(meldcode_id)s is on the record already"),
    mark("%(unknown)s stands for nobody; choose another id"),
    mark("member %(member_id)s exists already; give the new one its own id"),
    mark("member %(member_id)s was removed already"),
    mark("%(family_id)s cannot be merged into itself"),
    mark("family %(family_id)s is merged into a family; split them first"),
    mark("family %(family_id)s holds %(guests)s; split them first, and merge each into this one"),
    mark(
        "family %(family_id)s is led by another agency; let its lead step back first, "
        "or ask an administrator"
    ),
    mark("two members cannot both be the same one"),
    mark(
        "both families have %(unclear)s; say for each in same_as which member of this "
        "plan it is, or give somebody else a new id in renamed"
    ),
    mark("%(one)s is no member of the other family"),
    mark("%(other)s is no member of this plan now"),
    mark("nobody else is called %(one)s here; leave it"),
    mark("%(new)s is somebody already; choose another"),
    mark("somebody of the family is a member; name which one"),
    mark("%(told)s is a part of %(rest)s, which stays; name both, or leave it"),
    mark("%(told)s is about %(outsiders)s too, who stays; let them go as well, or leave it"),
    mark("the plan follows the %(variant)s variant already; leave it so"),
    mark("the plan is in the phase %(phase)s already"),
    mark("from %(phase)s back to %(phase2)s needs a reason; give it in text"),
    mark("ids that begin with %(derived)s are the service's; choose another"),
    mark("say whether family, network or a professional asks"),
    mark("report %(report_id)s was triaged already"),
    mark("report %(report_id)s led to no investigation"),
    mark("the investigation of %(report_id)s has ended already"),
    mark("the reporter of %(report_id)s was told %(stage)s already"),
    mark("report %(report_id)s is anonymous, so there is nobody to tell"),
    mark("report %(report_id)s was received by %(agency)s; it is theirs to say"),
    mark("%(held_on)s lies in the future; send the review once it was held"),
    mark("%(decision_id)s is used twice"),
    mark("only the service itself raises signals and lets them lapse"),
    mark("%(agency)s takes no part in the plan of %(family_id)s; these do: %(parties)s"),
    mark("%(family_id)s is not merged into %(family_id2)s"),
    mark("name who leads the plan of %(family_id)s from now on"),
    mark("%(kind)s %(item_id)s was not recorded since the families were merged"),
    mark("%(one)s was not added since the families were merged"),
    mark(
        "%(both)s is a member of family %(family_id)s too, which is part of this one; "
        "split that one off first"
    ),
    mark("a moment needs an offset (RFC 3339), for example 2026-03-01T09:30:00Z"),
    mark("this moment lies outside the years 1 to 9999 in UTC"),
    mark("lies before began_at (%(began_at)s UTC)"),
    mark("says nothing; name at least one fact that has become clear"),
    mark("lies before begins_on (%(begins_on)s)"),
    mark("a professional works for an agency; name it in agency"),
    mark("only a professional has an agency"),
    mark("the step decide has a decision, and no other step has one"),
    mark("only %(parts)s may be left out"),
    mark("does not lie after held_on (%(held_on)s)"),
)
PLACE = re.compile(r"%\\\((\w+)\\\)s")
"""A place for a value, in a sentence that was escaped for a pattern."""


def found_in(reason: str) -> tuple[str, dict[str, str]] | None:
    """The sentence whose form a reason has, and the values in it; None for another."""
    for sentence, pattern in _patterns():
        found = pattern.fullmatch(reason)
        if found is not None:
            return sentence, found.groupdict()
    return None


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Those with the most words of their own first: they say more exactly what is meant."""
    by_words = sorted(SENTENCES, key=lambda one: -len(re.sub(r"%\(\w+\)s", "", one)))
    return [(one, re.compile(PLACE.sub(r"(?P<\1>.+?)", re.escape(one)))) for one in by_words]
