"""The first page: for whom it was made, when, what is kept back, and the plan in a few words."""

from __future__ import annotations

from datetime import datetime

from domain.need_to_know.viewer import Viewer, ViewerRole
from projections.plan_agenda import AGENDA
from projections.signals import SIGNALS
from projections.terms import TERMS
from services.exports.dossier.context import Context
from services.exports.dossier.model import Front, Labels
from services.exports.texts import Texts


def labels(texts: Texts) -> Labels:
    """The words of the page itself."""
    return Labels(
        confidential=texts("Confidential"),
        contents=texts("Contents"),
        page=texts("page"),
        of=texts("of"),
        document=texts("Document"),
        readers=texts("Who may read this"),
        summary=texts("In short"),
        kept_back=texts("What is kept back"),
        colophon=texts("About this document"),
        happened=texts("happened"),
        known=texts("known since"),
        event=texts("event"),
    )


def front(context: Context, viewer: Viewer | None, document_id: str, made_at: datetime) -> Front:
    """The first page.

    Args:
        viewer: for whom it was made, None for the whole as the lead sees it.
    """
    texts, telling, family = context.texts, context.telling, context.family
    happened = family.as_of.happened_until
    facts = [
        (texts("Family"), family.family_id),
        (texts("Made for"), _made_for(context, viewer)),
        (texts("Made on"), telling.moment(made_at)),
        (texts("What was known on"), telling.moment(family.as_of.known_at or made_at)),
    ]
    if happened is not None:
        facts.append((texts("What had happened by"), telling.moment(happened)))
    facts.append((texts("Document"), document_id))
    return Front(
        heading=texts("Family dossier"),
        subtitle=texts("One family, one plan, one lead caseworker"),
        facts=tuple(facts),
        readers=_readers(context, viewer),
        summary=_summary(context),
        kept_back=_kept_back(context),
        colophon=_colophon(context),
    )


def _made_for(context: Context, viewer: Viewer | None) -> str:
    texts = context.texts
    if viewer is None:
        return texts("the lead caseworker: the whole dossier")
    role = texts.word(viewer.role)
    if viewer.role is ViewerRole.FAMILY_MEMBER:
        return f"{context.telling.member(viewer.member_id or '')} ({role})"
    if viewer.agency is None:
        return f"{viewer.person_id or ''} ({role})".strip()
    agency = texts.agency(viewer.agency)
    return f"{viewer.person_id} ({role}, {agency})" if viewer.person_id else f"{agency} ({role})"


def _readers(context: Context, viewer: Viewer | None) -> str:
    texts = context.texts
    if viewer is None or viewer.role is ViewerRole.LEAD:
        return texts(
            "Only the lead caseworker of this family. It holds all there is, hidden addresses and "
            "names of reporters among it: do not pass it on and do not put it in another file."
        )
    if viewer.role is ViewerRole.FAMILY_MEMBER:
        return texts(
            "{name}, for whom it was made: you decide whom you show it to. It holds what you may "
            "see of your family's plan.",
            name=context.telling.member(viewer.member_id or ""),
        )
    if viewer.role is ViewerRole.AUDITOR:
        return texts("Only the auditor for whom it was made, for oversight and nothing else.")
    return texts(
        "Only those who work with this family for {agency} and need it for that. Another agency "
        "asks for a dossier of its own: do not pass this one on.",
        agency=texts.agency(viewer.agency or ""),
    )


def _summary(context: Context) -> tuple[tuple[str, str], ...]:
    texts, telling, plan = context.texts, context.telling, context.plan
    lead = plan.lead
    agenda = context.family.view(AGENDA)
    late = len(agenda.due) + sum(one.overdue for one in context.family.view(TERMS).due)
    holds = [one for one in plan.safety_agreements if one.state == "open"]
    facts = [
        (texts("The plan"), texts.word(plan.status)),
        (texts("Phase"), texts.word(plan.phase.phase)),
        (texts("Opened"), telling.day(plan.opened_at)),
        (
            texts("Lead caseworker"),
            texts("none now") if lead is None else f"{lead.name} ({texts.agency(lead.agency)})",
        ),
        (texts("Members"), ", ".join(one.name for one in plan.members)),
        (texts("Agencies"), ", ".join(texts.agency(one.agency) for one in plan.parties)),
        (texts("Past its day"), str(late)),
        (texts("Safety agreements in force"), str(len(holds))),
    ]
    if plan.next_review_on is not None:
        facts.append((texts("Next review"), telling.day(plan.next_review_on)))
    if not context.family.audience.withheld:
        facts.append((texts("Open signals"), str(len(context.family.view(SIGNALS).open))))
    return tuple(facts)


def _kept_back(context: Context) -> tuple[tuple[str, tuple[str, ...]], ...]:
    texts, family = context.texts, context.family
    found = (
        (texts("Nothing is shown of"), tuple(map(texts.word, family.audience.withheld))),
        (texts("Shown in part: what is the reader's own, or was agreed to"),
         tuple(map(texts.word, family.audience.partly))),
    )  # fmt: skip
    return tuple(one for one in found if one[1]) or (
        (texts("Nothing: this reader may see all."), ()),
    )


def _colophon(context: Context) -> tuple[str, ...]:
    texts = context.texts
    streams = dict.fromkeys(str(one.originator_id) for one in context.family.events)
    return (
        texts(
            "Each line says who said it, when it happened, since when it is known, and which event "
            "it is. The events are counted as this reader sees them: the first eight characters "
            "are those of the history it stands in ({streams}), then its number there.",
            streams=", ".join(streams),
        ),
        texts(
            "That a category is kept back follows from the table of who may see what. It does not "
            "say whether there is anything of it."
        ),
        texts(
            "The document's id is that of its access record: it tells who had this copy made, "
            "and when. Times are those of the Netherlands."
        ),
    )
