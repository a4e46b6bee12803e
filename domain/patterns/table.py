"""The rules, in one table: what each looks for, where it comes from, and its limits.

Change a limit here and the rule behaves accordingly. That a family's history is looked at as a
whole, and which patterns there are, are facts of the field; where a limit is our own choice its
source says so.
"""

from __future__ import annotations

from typing import Any

from domain.patterns.again import (
    RelapseLimits,
    RepeatLimits,
    relapse_during_measure,
    repeat_report,
)
from domain.patterns.circle import CircleLimits, widening_circle
from domain.patterns.generations import (
    CHILDREN,
    GRANDPARENTS,
    PARENTS,
    GenerationLimits,
    over_generations,
)
from domain.patterns.problems import Combination, CombinationLimits, combined_problems
from domain.patterns.rising import (
    FrequencyLimits,
    GravityLimits,
    rising_frequency,
    rising_gravity,
)
from domain.patterns.rule import Rule
from domain.patterns.together import (
    AbuseLimits,
    TogetherLimits,
    partner_violence_with_child_abuse,
    violence_together,
)
from domain.values import FamilyRole, Gravity, IncidentKind, LifeDomain

TWO_YEARS = 24
"""Months; how far back a pattern goes unless it has its own period. Our working agreement."""

VIOLENCE = frozenset(
    {
        IncidentKind.PHYSICAL,
        IncidentKind.SEXUAL,
        IncidentKind.PSYCHOLOGICAL,
        IncidentKind.STALKING,
        IncidentKind.COERCIVE_CONTROL,
    }
)
"""Aimed at a person. Neglect is no less grave, but is not aimed."""

FACT = "A fact of the field"

WIDENING_CIRCLE = Rule(
    name="widening-circle",
    title="The circle of victims widens",
    title_nl="De kring van slachtoffers wordt groter",
    sentence="One person reaches others after the first, each within {months} months after "
    "somebody before.",
    source=f"{FACT}: an ex-partner stalks first the ex, then the children, then the grandmother. "
    "The months are our working agreement.",
    limits=CircleLimits(kinds=VIOLENCE, months=TWO_YEARS),
    look=widening_circle,
)

RISING_FREQUENCY = Rule(
    name="rising-frequency",
    title="It happens more and more often",
    title_nl="Het gebeurt steeds vaker",
    sentence="At least {at_least} incidents by one person in the {days} days up to the last, and "
    "at least {times} times as many as in the {days} days before.",
    source=f"{FACT}: handled one by one, incidents hide that they come more often. The "
    "limits are our working agreement.",
    limits=FrequencyLimits(days=90, at_least=3, times=2),
    look=rising_frequency,
)

RISING_GRAVITY = Rule(
    name="rising-gravity",
    title="It gets graver",
    title_nl="Het wordt steeds ernstiger",
    sentence="Of {in_a_row} incidents in a row by one person all others are graver than the "
    "first, or one is {alarming} or graver after a lesser one, within {months} months.",
    source=f"{FACT}: handled one by one, incidents hide that they get graver. The "
    "limits are our working agreement.",
    limits=GravityLimits(in_a_row=3, alarming=Gravity.SEVERE, months=TWO_YEARS),
    look=rising_gravity,
)

REPEAT_REPORT = Rule(
    name="repeat-report",
    title="Repeat report",
    title_nl="Hermelding",
    sentence="A report about the family within {months} months of an earlier one.",
    source="Repeat report (hermelding) is a term of Veilig Thuis, where an estimated 40% of "
    "reports are one. That the months run from the report before is our working agreement.",
    limits=RepeatLimits(months=12),
    look=repeat_report,
)

VIOLENCE_TOGETHER = Rule(
    name="violence-together",
    title="Several forms of violence together",
    title_nl="Verschillende vormen van geweld samen",
    sentence="At least {at_least} of physical, sexual and psychological violence by one person, "
    "within {months} months.",
    source=f"{FACT}: physical, sexual and psychological violence go together. That stalking and "
    "coercive control count as psychological violence, and the months, are our working agreement.",
    limits=TogetherLimits(
        form_of={
            IncidentKind.PHYSICAL: "physical",
            IncidentKind.SEXUAL: "sexual",
            IncidentKind.PSYCHOLOGICAL: "psychological",
            IncidentKind.STALKING: "psychological",
            IncidentKind.COERCIVE_CONTROL: "psychological",
        },
        at_least=2,
        months=TWO_YEARS,
    ),
    look=violence_together,
)

COMBINED_PROBLEMS = Rule(
    name="combined-problems",
    title="Problems that come together",
    title_nl="Problemen die samengaan",
    sentence="An open concern about addiction with neglect or a concern about parenting, or one "
    "about somebody's mental health with physical violence by them; an incident counts from "
    "{months} months before the concern on.",
    source=f"{FACT}: alcohol and neglect, a psychiatric problem and aggression. That a concern "
    "about parenting counts beside neglect, and the months, are our working agreement.",
    limits=CombinationLimits(
        combinations=(
            Combination(
                name="addiction-and-neglect",
                concern=LifeDomain.ADDICTION,
                incidents=frozenset({IncidentKind.NEGLECT}),
            ),
            Combination(
                name="addiction-and-parenting",
                concern=LifeDomain.ADDICTION,
                other_concern=LifeDomain.PARENTING,
            ),
            Combination(
                name="mental-health-and-aggression",
                concern=LifeDomain.MENTAL_HEALTH,
                incidents=frozenset({IncidentKind.PHYSICAL}),
                of_one_member=True,
            ),
        ),
        months=TWO_YEARS,
    ),
    look=combined_problems,
)

PARTNER_VIOLENCE_WITH_CHILD_ABUSE = Rule(
    name="partner-violence-with-child-abuse",
    title="Partner violence and child abuse together",
    title_nl="Partnergeweld en kindermishandeling samen",
    sentence="Violence between parents, partners or ex-partners, and an incident by one of them "
    "against a child, at most {months} months apart.",
    source=f"{FACT}: partner violence goes together with child abuse. The months are our working "
    "agreement.",
    limits=AbuseLimits(
        partners=frozenset({FamilyRole.PARENT, FamilyRole.PARTNER, FamilyRole.EX_PARTNER}),
        between_partners=VIOLENCE,
        against_child=VIOLENCE | {IncidentKind.NEGLECT},
        months=TWO_YEARS,
    ),
    look=partner_violence_with_child_abuse,
)

RELAPSE_DURING_MEASURE = Rule(
    name="relapse-during-measure",
    title="Again while a measure runs",
    title_nl="Opnieuw tijdens een lopende maatregel",
    sentence="An incident by somebody while help or a penalty for them runs.",
    source=f"{FACT}: a new offence during a running Halt measure. That help counts as well, and "
    "that a measure is over after the last day that was planned unless it ended on another, is "
    "our working agreement.",
    limits=RelapseLimits(kinds=frozenset(IncidentKind)),
    look=relapse_during_measure,
)

OVER_GENERATIONS = Rule(
    name="over-generations",
    title="The same over generations",
    title_nl="Hetzelfde over generaties",
    sentence="A child is a victim, and a parent or grandparent was a victim or did something "
    "while under age themselves; or a grandparent did something against a parent, and a parent "
    "against a child.",
    source=f"{FACT}: the same over generations. What counts as the same is our working agreement.",
    limits=GenerationLimits(
        kinds=VIOLENCE | {IncidentKind.NEGLECT},
        generation_of={
            FamilyRole.CHILD: CHILDREN,
            FamilyRole.SIBLING: CHILDREN,
            FamilyRole.PARENT: PARENTS,
            FamilyRole.GRANDPARENT: GRANDPARENTS,
        },
    ),
    look=over_generations,
)

RULES: tuple[Rule[Any], ...] = (
    WIDENING_CIRCLE,
    RISING_FREQUENCY,
    RISING_GRAVITY,
    REPEAT_REPORT,
    VIOLENCE_TOGETHER,
    COMBINED_PROBLEMS,
    PARTNER_VIOLENCE_WITH_CHILD_ABUSE,
    RELAPSE_DURING_MEASURE,
    OVER_GENERATIONS,
)
