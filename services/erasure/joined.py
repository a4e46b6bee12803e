"""Where somebody's data lies when families were merged: under each name they had there.

Events stay in the stream and under the key of the family that recorded them, so who is erased in
the family that goes on is erased in those that are part of it as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.erasure import ErasureScope, ErasureTarget
from domain.family_plan import FamilyPlan
from domain.family_plan.merging import FamilyMerged
from domain.family_plan.names import MEMBER, Names
from domain.family_plan.splitting import SplitFrom
from services.store.application import OnePlan


def everywhere(application: OnePlan, target: ErasureTarget) -> tuple[ErasureTarget, ...]:
    """The target itself first, then the same person or family elsewhere.

    Raises:
        LookupError: for a family that is part of another one now; the other is to be named.
    """
    if target.family_id is None:
        return (target,)
    into = application.merged_into(target.family_id)
    if into is not None:
        raise LookupError(
            f"family {target.family_id} was merged into {into}; erase there, or split them first"
        )
    plan = application.plan(target.family_id)
    if plan is None:
        return (target,)
    found = [target, *_of_guests(plan, target), *_handed_back(application, target)]
    return tuple(dict.fromkeys(found))


def _of_guests(plan: FamilyPlan, target: ErasureTarget) -> Iterator[ErasureTarget]:
    for family_id, guest in plan.guests.items():
        if target.scope is ErasureScope.FAMILY:
            yield ErasureTarget(scope=target.scope, family_id=family_id)
        elif target.member_id in guest.members | guest.shared:
            was = guest.names.back().of(MEMBER, str(target.member_id))
            yield _member(family_id, was)


def _handed_back(application: OnePlan, target: ErasureTarget) -> Iterator[ErasureTarget]:
    """What was recorded of them in another plan, and is theirs since a split.

    Whom both families had is somebody of the other family as well, and stays there.
    """
    family_id = str(target.family_id)
    for recorded in application.stream_of(family_id):
        split = recorded.event
        if not isinstance(split, SplitFrom):
            continue
        names = Names(split.names)
        shared = _shared(application, split.origin, family_id)
        for member_id in (*(one.member_id for one in split.members), *split.former_members):
            there = names.of(MEMBER, member_id)
            if target.member_id in {None, member_id} and there not in shared:
                yield _member(split.origin, there)


def _shared(application: OnePlan, family_id: str, other: str) -> set[str]:
    merges = (
        one.event for one in application.stream_of(family_id) if isinstance(one.event, FamilyMerged)
    )
    return {one for merge in merges if merge.other == other for one in merge.shared}


def _member(family_id: str, member_id: str) -> ErasureTarget:
    return ErasureTarget(scope=ErasureScope.MEMBER, family_id=family_id, member_id=member_id)
