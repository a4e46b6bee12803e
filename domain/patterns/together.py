"""What comes together: kinds of violence, problems, partner violence and child abuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.patterns.periods import months_apart, within_months
from domain.patterns.picture import KnownIncident, Picture, by_doer, people_in
from domain.patterns.rule import FAMILY, Seen, proof
from domain.values import FamilyRole, IncidentKind


@dataclass(frozen=True)
class TogetherLimits:
    """Args:
    form_of: what form of violence each kind of incident is; other kinds do not count.
    at_least: different forms.
    months: within which they occurred.
    """

    form_of: Mapping[IncidentKind, str]
    at_least: int
    months: int


@dataclass(frozen=True)
class AbuseLimits:
    """Args:
    partners: roles between whom violence is partner violence, and whose violence against a
        child is child abuse.
    between_partners: kinds of incidents that count as partner violence.
    against_child: kinds of incidents that count as child abuse.
    months: how far the two may lie apart, whichever came first.
    """

    partners: frozenset[FamilyRole]
    between_partners: frozenset[IncidentKind]
    against_child: frozenset[IncidentKind]
    months: int


def violence_together(picture: Picture, limits: TogetherLimits) -> Iterator[Seen]:
    """One person uses several forms of violence, against one or more. Each form more is a level.

    What proves it is the first incident of each form.
    """
    violent = [one for one in picture.incidents if one.kind in limits.form_of]
    for doer, own in by_doer(violent).items():
        forms = _most_forms(own, limits)
        if len(forms) >= limits.at_least:
            yield Seen(
                key=doer,
                level=len(forms) - limits.at_least + 1,
                about=tuple(dict.fromkeys((doer, *people_in(forms.values())))),
                detail=f"{', '.join(forms)} violence within {limits.months} months",
                evidence=proof(forms.values()),
            )


def _most_forms(own: list[KnownIncident], limits: TogetherLimits) -> dict[str, KnownIncident]:
    """The most forms that occurred within the period, each with its first incident in it.

    From the last incident back, so that each needs only the next one of each form.
    """
    most: dict[str, KnownIncident] = {}
    following: dict[str, KnownIncident] = {}
    for first in reversed(own):
        form = limits.form_of[first.kind]
        following = {form: first, **{one: then for one, then in following.items() if one != form}}
        forms = {
            one: then
            for one, then in following.items()
            if within_months(first.day, then.day, limits.months)
        }
        if len(forms) >= len(most):
            most = forms
    return most


def partner_violence_with_child_abuse(picture: Picture, limits: AbuseLimits) -> Iterator[Seen]:
    """Violence between partners, and by one of them against a child. Each child is one level.

    The plan does not hold who is whose partner: any two in such roles count as partners.
    What proves it is for each child the first incident that lies near one between partners, and
    the first of those.
    """
    roles = {one.member_id: one.role for one in picture.members}
    partners = {one for one, role in roles.items() if role in limits.partners}
    between = [
        one
        for one in picture.incidents
        if one.kind in limits.between_partners and _between(partners, one)
    ]
    found: dict[str, tuple[KnownIncident, KnownIncident]] = {}
    for incident in picture.incidents:
        if incident.kind not in limits.against_child or partners.isdisjoint(incident.doers):
            continue
        near = (one for one in between if months_apart(one.day, incident.day, limits.months))
        first = next(near, None)
        if first is not None:
            for child in _children(picture, partners, incident):
                found.setdefault(child, (first, incident))
    if found:
        incidents = [one for pair in found.values() for one in pair]
        yield Seen(
            key=FAMILY,
            level=len(found),
            about=people_in(incidents),
            detail=f"violence between partners and against children within {limits.months} months, "
            f"children: {len(found)}",
            evidence=proof(incidents),
        )


def _between(partners: set[str], incident: KnownIncident) -> bool:
    """Whether one of them did it against another of them."""
    doers, victims = partners & set(incident.doers), partners & set(incident.victims)
    return any(doer != victim for doer in doers for victim in victims)


def _children(picture: Picture, partners: set[str], incident: KnownIncident) -> list[str]:
    """Its victims who are children on that day. An under-age partner is a partner here."""
    return [
        one.member_id
        for one in picture.members
        if one.member_id in incident.victims
        and one.member_id not in partners
        and one.is_child_on(incident.day)
    ]
