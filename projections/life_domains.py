"""The plan by life domain: in one look what goes well, what worries and what is worked on."""

from __future__ import annotations

from domain.values import LifeDomain
from projections import current_plan
from projections.current_plan import plan_view
from projections.plan_model import ConcernView, GoalView, PlanView, StrengthView, View
from projections.rows import Reader
from projections.views import FamilyView


class LifeDomainView(View):
    """One part of life: its strengths, its open concerns, and its goals with their actions."""

    life_domain: LifeDomain
    strengths: tuple[StrengthView, ...]
    concerns: tuple[ConcernView, ...]
    goals: tuple[GoalView, ...]


class LifeDomainsView(View):
    """The life domains in which something stands, in the order of :class:`LifeDomain`."""

    family_id: str
    life_domains: tuple[LifeDomainView, ...]


def life_domains_view(reader: Reader, family_id: str) -> LifeDomainsView | None:
    """The plan by life domain, or None when the family has no plan."""
    plan = plan_view(reader, family_id)
    if plan is None:
        return None
    found = (_in(life_domain, plan) for life_domain in LifeDomain)
    return LifeDomainsView(
        family_id=family_id,
        life_domains=tuple(one for one in found if one.strengths or one.concerns or one.goals),
    )


LIFE_DOMAINS = FamilyView(
    name="life-domains",
    about="The plan by life domain: strengths, open concerns, and goals with their actions.",
    model=LifeDomainsView,
    projections=(current_plan.projection,),
    read=lambda reader, family_id, _now: life_domains_view(reader, family_id),
    timeless=True,
)


def _in(life_domain: LifeDomain, plan: PlanView) -> LifeDomainView:
    return LifeDomainView(
        life_domain=life_domain,
        strengths=tuple(one for one in plan.strengths if one.life_domain is life_domain),
        concerns=tuple(
            one for one in plan.concerns if one.life_domain is life_domain and one.state == "open"
        ),
        goals=tuple(one for one in plan.goals if one.life_domain is life_domain),
    )
