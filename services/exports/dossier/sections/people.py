"""Who is in it: the family and its network, where they are, the lead and the agencies."""

from __future__ import annotations

from collections.abc import Sequence

from domain.family_plan import (
    HandoverDeclined,
    HandoverOffered,
    HandoverWithdrawn,
    LeadAssigned,
    LeadHandedOver,
    LeadReleased,
    MemberRemoved,
)
from domain.family_plan.addresses import AddressRecorded
from domain.family_plan.emergency import EmergencyAccessTaken
from domain.family_plan.splitting import SplitFrom
from domain.need_to_know.categories import Category
from projections.plan_model import MemberView, PartyView
from services.exports.dossier.context import Context
from services.exports.dossier.model import Badge, Line, Section, Tone

OF_THE_LEAD = (
    LeadAssigned,
    HandoverOffered,
    HandoverWithdrawn,
    HandoverDeclined,
    LeadHandedOver,
    LeadReleased,
    SplitFrom,
)


def people(context: Context) -> Section:
    """Members and network, addresses, lead, agencies, emergency access."""
    plan = context.plan
    addresses = context.stories.of("address").values()
    groups = (
        context.group("The family and its network", _members(context, plan.members)),
        context.group("No longer in the plan", _members(context, plan.former_members)),
        context.group(
            "Addresses",
            [context.story(told, badge=_shield(context, told[0])) for told in addresses],
            "A hidden address is never told to the members it is hidden from.",
        ),
        context.group(
            "The lead caseworker",
            context.lines(context.stories.all(*OF_THE_LEAD)),
        ),
        context.group("Agencies that take part", _parties(context, plan.parties)),
        context.group("Agencies that took part", _parties(context, plan.former_parties)),
        context.group("Emergency access", _emergencies(context)),
    )
    return context.section(
        "Family, network and agencies",
        groups,
        *(Category.MEMBERS, Category.BIRTH_DATES, Category.ADDRESSES, Category.EMERGENCY),
    )


def _members(context: Context, members: Sequence[MemberView]) -> list[Line]:
    texts, telling = context.texts, context.telling
    removals = context.stories.all(MemberRemoved)
    found = []
    for one in members:
        facts = [(texts.field("role"), texts.word(one.role))]
        if one.birth_date is not None:
            facts.append((texts.field("birth_date"), telling.day(one.birth_date)))
        facts.append((texts("in the plan since"), telling.day(one.occurred_at)))
        follow = () if one.ended is None else context.lines(_of(removals, one.member_id))
        source = context.source_of(one)
        found.append(Line(one.name, source, facts=tuple(facts), follow=follow))
    return found


def _of(removals: Sequence[MemberRemoved], member_id: str) -> list[MemberRemoved]:
    return [one for one in removals if one.member_id == member_id]


def _parties(context: Context, parties: Sequence[PartyView]) -> list[Line]:
    texts = context.texts
    found = []
    for one in parties:
        since = (texts("since"), context.telling.day(one.occurred_at))
        facts = [since]
        follow: tuple[Line, ...] = ()
        if one.ended is not None:
            ended = Line(texts.event("AgencyLeft"), context.source_of(one.ended), (one.ended.text,))
            follow = (ended,)
        name = texts.agency(one.agency)
        found.append(
            Line(name, context.source_of(one), (one.task,), facts=tuple(facts), follow=follow)
        )
    return found


def _shield(context: Context, recorded: object) -> Badge | None:
    if isinstance(recorded, AddressRecorded) and (
        recorded.address.hidden_from_all or recorded.address.hidden_from
    ):
        return Badge(context.texts("hidden address"), Tone.ALARM)
    return None


def _emergencies(context: Context) -> list[Line]:
    found = []
    for told in context.stories.of("access").values():
        alone = len(told) == 1 and isinstance(told[0], EmergencyAccessTaken)
        badge = Badge(context.texts("not looked into yet"), Tone.ALARM) if alone else None
        found.append(context.story(told, badge=badge))
    return found
