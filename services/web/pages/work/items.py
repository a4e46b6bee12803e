"""The items that something can be done to: what each says, to be recognised by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from projections.addresses import ADDRESSES
from projections.conferences import CONFERENCES
from projections.current_plan import PLAN
from projections.emergency_access import EMERGENCY_ACCESS
from projections.measures import MEASURES
from projections.meldcode import MELDCODE
from projections.open_questions import QUESTIONS
from projections.signals import SIGNALS
from projections.views import FamilyView
from projections.voice import VOICE
from services.web.pages.labels import mark
from services.web.pages.work.facts import Facts


@dataclass(frozen=True)
class Item:
    """Something in the plan.

    Args:
        text: what it says.
        small: who and when, in a line.
        is_open: whether something can still be done to it.
    """

    text: str
    small: str = ""
    is_open: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of item: what one and several are called, where they are read, how each is shown."""

    called: str
    several: str
    view: FamilyView[Any]
    items: Callable[[Facts], Iterable[tuple[str, Item]]]


def item_of(facts: Facts, kind: str, item_id: str) -> Item | None:
    """An item, None when the plan has no such one."""
    return dict(KINDS[kind].items(facts)).get(item_id)


Shown = Iterator[tuple[str, Item]]


def _goals(facts: Facts) -> Shown:
    for one in facts.plan.goals:
        yield one.goal_id, Item(one.text, facts.words.label(one.life_domain), one.state == "open")


def _actions(facts: Facts) -> Shown:
    for one in facts.actions:
        by = facts.words.gettext("by %(day)s", day=facts.words.day(one.due)) if one.due else ""
        yield one.action_id, Item(one.text, _row(one.owner.name, by), one.state == "open")


def _concerns(facts: Facts) -> Shown:
    for one in facts.plan.concerns:
        yield (
            one.concern_id,
            Item(one.text, facts.words.label(one.life_domain), one.state == "open"),
        )


def _agreements(facts: Facts) -> Shown:
    for one in facts.plan.safety_agreements:
        yield one.agreement_id, Item(one.text, _names(facts, one.with_members), one.state == "open")


def _questions(facts: Facts) -> Shown:
    found = facts.found[QUESTIONS]
    for one in (*found.open, *found.answered, *found.dropped):
        by = facts.words.gettext("by %(day)s", day=facts.words.day(one.due)) if one.due else ""
        yield one.question_id, Item(one.text, _row(one.owner.name, by), one in found.open)


def _signals(facts: Facts) -> Shown:
    found = facts.found[SIGNALS]
    for one in (*found.open, *found.handled, *found.lapsed):
        yield (
            one.signal_id,
            Item(facts.signal_text(one), facts.words.day(one.raised_at), one in found.open),
        )


def _incidents(facts: Facts) -> Shown:
    for one in facts.plan.incidents:
        small = _row(facts.words.label(one.kind), facts.words.moment(one.began_at))
        yield one.incident_id, Item(one.text, small)


def _measures(facts: Facts) -> Shown:
    for one in facts.found[MEASURES].measures:
        small = _row(facts.agency_name(one.agency), _names(facts, one.for_members))
        yield one.measure_id, Item(one.name, small, not one.outcomes or one.ended is None)


def _reports(facts: Facts) -> Shown:
    for one in facts.plan.reports:
        yield one.report_id, Item(one.text, _row(one.reporter, facts.words.day(one.occurred_at)))


def _members(facts: Facts) -> Shown:
    for one in facts.plan.members:
        yield one.member_id, Item(one.name, facts.words.label(one.role))


def _parties(facts: Facts) -> Shown:
    for one in facts.plan.parties:
        yield one.agency, Item(facts.agency_name(one.agency), one.task)


def _consents(facts: Facts) -> Shown:
    for member in facts.found[VOICE].members:
        for one in member.consents:
            yield (
                one.consent_id,
                Item(one.to, facts.member_name(member.member_id), one.state == "open"),
            )


def _objections(facts: Facts) -> Shown:
    for member in facts.found[VOICE].members:
        for one in member.objections:
            yield (
                one.objection_id,
                Item(one.against, facts.member_name(member.member_id), one.state == "open"),
            )


def _addresses(facts: Facts) -> Shown:
    for one in facts.found[ADDRESSES].addresses:
        who = _names(facts, (one.member_id, *one.with_members))
        yield one.address_id, Item(f"{one.street}, {one.city}", who, one.state == "open")


def _accesses(facts: Facts) -> Shown:
    found = facts.found[EMERGENCY_ACCESS]
    for one in (*found.unreviewed, *found.reviewed):
        who = _row(facts.agency_name(one.agency), facts.words.moment(one.occurred_at))
        yield one.access_id, Item(one.reason, who, one in found.unreviewed)


def _suspicions(facts: Facts) -> Shown:
    for one in facts.found[MELDCODE].suspicions:
        first = one.steps[0]
        yield one.meldcode_id, Item(first.text, facts.words.day(first.at), one.decision is None)


def _conferences(facts: Facts) -> Shown:
    for one in facts.found[CONFERENCES].conferences:
        when = facts.words.moment(one.begins_at, "long")
        yield one.conference_id, Item(when, one.place or "", one.result is None)


KINDS: dict[str, Kind] = {
    "goal": Kind(mark("Goal"), mark("Goals"), PLAN, _goals),
    "action": Kind(mark("Action"), mark("Actions"), PLAN, _actions),
    "concern": Kind(mark("Concern"), mark("Concerns"), PLAN, _concerns),
    "agreement": Kind(mark("Safety agreement"), mark("Safety agreements"), PLAN, _agreements),
    "question": Kind(mark("Question"), mark("Open questions"), QUESTIONS, _questions),
    "signal": Kind(mark("Signal"), mark("Signals"), SIGNALS, _signals),
    "incident": Kind(mark("Incident"), mark("Incidents"), PLAN, _incidents),
    "measure": Kind(mark("Measure"), mark("Measures"), MEASURES, _measures),
    "report": Kind(mark("Report"), mark("Reports"), PLAN, _reports),
    "member": Kind(mark("Member"), mark("Members"), PLAN, _members),
    "party": Kind(mark("Agency"), mark("Agencies"), PLAN, _parties),
    "consent": Kind(mark("Consent"), mark("Consent"), VOICE, _consents),
    "objection": Kind(mark("Objection"), mark("Objections"), VOICE, _objections),
    "address": Kind(mark("Address"), mark("Addresses"), ADDRESSES, _addresses),
    "emergency-access": Kind(
        mark("Emergency access"), mark("Emergency access"), EMERGENCY_ACCESS, _accesses
    ),
    "meldcode": Kind(mark("Reporting code"), mark("Reporting code"), MELDCODE, _suspicions),
    "conference": Kind(
        mark("Case conference"), mark("Case conferences"), CONFERENCES, _conferences
    ),
}
"""By the name that a command's ``on`` has."""


def _row(*parts: str) -> str:
    return " · ".join(one for one in parts if one)


def _names(facts: Facts, ids: Iterable[str]) -> str:
    return facts.words.listed(facts.member_name(one) for one in ids)
