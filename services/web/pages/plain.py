"""What a family reads, in plain words: who takes part and why, and who looked.

Of a shelter only is said that it is one: its name would tell where somebody is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import dutch_day
from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import AgencyKind, Owner, Party
from services.access.page import AccessEntry
from services.access.record import Outcome, Purpose
from services.web.pages.labels import mark
from services.web.pages.page import Page
from services.web.people import People

WHAT_IT_IS: dict[AgencyKind, str] = {
    AgencyKind.POLICE: mark("The police come when there is danger. They look after your safety."),
    AgencyKind.PROSECUTION: mark("Here they decide if somebody has to go to a judge."),
    AgencyKind.VICTIM_SUPPORT: mark("They help people who went through something bad."),
    AgencyKind.PROBATION: mark("They help somebody not to make the same mistake again."),
    AgencyKind.CHILD_PROTECTION: mark("They look if a child can grow up safely."),
    AgencyKind.HALT: mark("They help young people to make good what they did."),
    AgencyKind.YOUTH_CARE: mark("They help children and parents when it is hard at home."),
    AgencyKind.VEILIG_THUIS: mark("They help when it is not safe at home."),
    AgencyKind.SCHOOL: mark("The school sees how a child is doing, every day."),
    AgencyKind.SHELTER: mark("Here people have a safe place to sleep."),
    AgencyKind.MUNICIPALITY: mark("They arrange help for the people who live there."),
    AgencyKind.HEALTH_CARE: mark("They help you to become healthy or to stay so."),
}
"""Each kind of agency in one sentence."""
A_SHELTER = mark("A safe place to stay")
SOMEBODY = mark("An agency")


@dataclass(frozen=True)
class Involved:
    """An agency that takes part: its name, what it is, and what it does here."""

    name: str
    what_it_is: str | None
    task: str | None


class Look(StrEnum):
    """What somebody did with the plan."""

    LOOKED = "looked"
    SENT = "sent"
    EMERGENCY = "emergency"
    REFUSED = "refused"


@dataclass(frozen=True)
class Looked:
    """How often somebody did so on one day."""

    who: str
    what: Look
    times: int


def called(page: Page, code: str) -> str:
    """What a family calls an agency."""
    if _kind(page, code) is AgencyKind.SHELTER:
        return page.words.gettext(A_SHELTER)
    return page.agency_name(code)


def involved(page: Page, party: Party) -> Involved:
    """An agency that takes part."""
    kind = _kind(page, party.agency)
    return Involved(
        name=called(page, party.agency),
        what_it_is=None if kind is None else page.words.gettext(WHAT_IT_IS[kind]),
        task=None if kind is AgencyKind.SHELTER else party.task,
    )


def whose(page: Page, owner: Owner) -> str:
    """Who takes something on."""
    if owner.member_id is not None and owner.member_id == page.viewer.member_id:
        return page.words.gettext("You")
    if owner.agency is None:
        return owner.name
    name = page.agency_name(owner.agency)
    if _kind(page, owner.agency) is AgencyKind.SHELTER or name in owner.name:
        return owner.name
    return f"{owner.name} ({name})"


def looks_by_day(page: Page, entries: Iterable[AccessEntry]) -> list[tuple[date, list[Looked]]]:
    """Who did what on which Dutch day, the latest first; one's own looks are left out.

    What one request read counts once, however many parts of the plan it read.
    """
    days: dict[date, dict[tuple[str, Look], set[str]]] = {}
    for entry in entries:
        if _is_own(entry, page.viewer):
            continue
        day = days.setdefault(dutch_day(entry.at), {})
        day.setdefault((_who(page, entry), _what(entry)), set()).add(entry.correlation_id)
    return [
        (day, [Looked(who, what, len(requests)) for (who, what), requests in found.items()])
        for day, found in days.items()
    ]


def _is_own(entry: AccessEntry, viewer: Viewer) -> bool:
    return entry.role is ViewerRole.FAMILY_MEMBER and entry.member_id == viewer.member_id


def _who(page: Page, entry: AccessEntry) -> str:
    words = page.words
    match entry.role:
        case ViewerRole.FAMILY_MEMBER:
            return words.gettext("Somebody of your family")
        case ViewerRole.AUDITOR:
            return words.gettext("Somebody who checks if we do our work well")
        case ViewerRole.ADMINISTRATOR:
            return words.gettext("Somebody who keeps this service running")
        case ViewerRole.LEAD if entry.agency is not None:
            name = page.agency_name(entry.agency)
            return words.gettext("Your contact person (%(agency)s)", agency=name)
    return words.gettext(SOMEBODY) if entry.agency is None else called(page, entry.agency)


def _what(entry: AccessEntry) -> Look:
    if entry.outcome is Outcome.REFUSED:
        return Look.REFUSED
    if entry.purpose is Purpose.STREAM:
        return Look.SENT
    return Look.EMERGENCY if entry.emergency else Look.LOOKED


def _kind(page: Page, code: str) -> AgencyKind | None:
    people: People = page.request.app.state.people
    return people.register.kind_of(code)
