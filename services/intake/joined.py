"""What is sent about a merged family: it goes to the family that goes on, under its names.

Who named the merged family goes on using that family's ids. So an id is first looked for among
what the merged family brought along, then in the family that goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from domain.events import DomainEvent
from domain.family_plan import FamilyPlan
from domain.family_plan.merging import FamilyMerged
from domain.family_plan.names import MEMBER, Names
from domain.values import Value

Plans = Callable[[str], FamilyPlan | None]
D = TypeVar("D", bound=Value)

ITEMLESS = frozenset({"plan", "open-plan"})
"""The keys that name a family only."""


def going_on(plan: FamilyPlan, plans: Plans) -> FamilyPlan:
    """The plan that takes what is sent for this one: itself, or the one it was merged into."""
    if plan.merged_into is None:
        return plan
    host = plans(plan.merged_into)
    if host is None:
        raise LookupError(f"family {plan.family_id} is merged into one without a plan")
    return host


def as_called_by(host: FamilyPlan, named: FamilyPlan, data: D) -> D:
    """What was sent for the named family, under the names of the family it was merged into."""
    names = _names(host, named.family_id)
    if not names:
        return data
    sent = data.model_dump(mode="json", exclude_unset=True)
    return type(data).model_validate(names.apply(sent))


def keys_made_known(facts: Iterable[DomainEvent], plans: Plans) -> Iterator[str]:
    """The keys that events may wait for, under the names of each family that is concerned."""
    for fact in facts:
        keys = fact.makes_known()
        yield from keys
        host = plans(getattr(fact, "family_id", ""))
        for guest_id in () if host is None else host.guests:
            guest = plans(guest_id)
            if host is not None and guest is not None:
                if isinstance(fact, FamilyMerged):
                    keys = (*keys, *_all_keys(host))
                yield from keys_under(guest, host, keys)


def keys_under(guest: FamilyPlan, host: FamilyPlan, keys: Iterable[str]) -> Iterator[str]:
    """Keys of the family that goes on, as whoever names the merged family would wait for them."""
    back = _names(host, guest.family_id).back()
    for key in keys:
        kind, _, rest = key.partition(":")
        family_id, _, item_id = rest.partition(":")
        if family_id != host.family_id:
            continue
        if kind in ITEMLESS:
            yield f"{kind}:{guest.family_id}"
        else:
            yield f"{kind}:{guest.family_id}:{back.of(kind, item_id)}"


def called_by(host: FamilyPlan, guest_id: str, kind: str, item_id: str) -> str:
    """The id that the family that goes on uses for what a merged one calls so."""
    return _names(host, guest_id).of(kind, item_id)


def _names(host: FamilyPlan, guest_id: str) -> Names:
    guest = host.guests.get(guest_id)
    return Names() if guest is None else guest.names


def _all_keys(host: FamilyPlan) -> Iterator[str]:
    for kind, ids in host.items.items():
        yield from (f"{kind}:{host.family_id}:{one}" for one in ids)
    for member_id in (*host.members, *host.former_members):
        yield f"{MEMBER}:{host.family_id}:{member_id}"
