"""The commands on two plans at once."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from services.contracts.data.merging import FamilyMergedData, FamilySplitData


def join(
    data: FamilyMergedData | FamilySplitData,
    plan: FamilyPlan,
    other: FamilyPlan,
    context: Context,
) -> None:
    """Merge the other plan into the first, or split it off. Raises DomainError."""
    if isinstance(data, FamilyMergedData):
        plan.merge(other, data.reason, context, same_as=data.same_as, renamed=data.renamed)
    else:
        plan.split(
            other,
            data.reason,
            context,
            lead=data.lead,
            items=data.items,
            members=data.members,
        )
