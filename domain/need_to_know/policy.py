"""THE policy table: who sees which category of data, how far, and on what ground.

The articles are cited as we read them; a lawyer of the parties has to confirm them before real
data come in. Where the law leaves it open the basis says "working agreement".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.need_to_know.bases import LegalBasis as By
from domain.need_to_know.categories import Category as Of


class Onlooker(StrEnum):
    """From where somebody looks: a kind of agency, a place in the family, or a task."""

    POLICE = "police"
    PROSECUTION = "prosecution"
    VICTIM_SUPPORT = "victim-support"
    PROBATION = "probation"
    CHILD_PROTECTION = "child-protection"
    HALT = "halt"
    YOUTH_CARE = "youth-care"
    VEILIG_THUIS = "veilig-thuis"
    SCHOOL = "school"
    SHELTER = "shelter"
    MUNICIPALITY = "municipality"
    HEALTH_CARE = "health-care"
    FAMILY = "family"
    """Somebody of the household: parent, child, partner, sibling, foster parent."""
    NETWORK = "network"
    """Somebody around it: ex-partner, grandparent, relative, neighbour."""
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Access(StrEnum):
    """How far somebody sees a category."""

    ALL = "all"
    OWN = "own"
    """Of an agency: what it said, owns or was told. Of a member: what is about them."""
    CONSENT = "consent"
    """What is the agency's own, and what is about members who all agreed that it sees it."""
    NONE = "none"


@dataclass(frozen=True)
class Rule:
    """A cell of the table: how far, and on what ground."""

    access: Access
    basis: By


POL, OM, SHN = Onlooker.POLICE, Onlooker.PROSECUTION, Onlooker.VICTIM_SUPPORT
REC, RVK, HALT = Onlooker.PROBATION, Onlooker.CHILD_PROTECTION, Onlooker.HALT
JZ, VT, SCH = Onlooker.YOUTH_CARE, Onlooker.VEILIG_THUIS, Onlooker.SCHOOL
OPV, GEM, ZORG = Onlooker.SHELTER, Onlooker.MUNICIPALITY, Onlooker.HEALTH_CARE
FAM, NET = Onlooker.FAMILY, Onlooker.NETWORK
AGENCIES = (POL, OM, SHN, REC, RVK, HALT, JZ, VT, SCH, OPV, GEM, ZORG)
ALL, OWN, CONSENT, NONE = Access.ALL, Access.OWN, Access.CONSENT, Access.NONE

Row = tuple[Of, Access, By, tuple[Onlooker, ...]]

# fmt: off
ROWS: tuple[Row, ...] = (
    (Of.PLAN, ALL, By.PLAN_TOGETHER, AGENCIES),
    (Of.PLAN, ALL, By.FAMILY_OWNS, (FAM, NET)),

    (Of.MEMBERS, ALL, By.PLAN_TOGETHER, AGENCIES),
    (Of.MEMBERS, ALL, By.FAMILY_OWNS, (FAM, NET)),

    (Of.BIRTH_DATES, ALL, By.PLAN_TOGETHER, (POL, OM, REC, RVK, JZ, VT, OPV, GEM, ZORG)),
    (Of.BIRTH_DATES, NONE, By.MINIMAL, (SHN, HALT, SCH)),
    (Of.BIRTH_DATES, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.ADDRESSES, ALL, By.SAFETY_OF_ALL, (POL, VT, OPV)),
    (Of.ADDRESSES, CONSENT, By.CONSENT, (SHN, RVK, JZ, SCH, GEM, ZORG)),
    (Of.ADDRESSES, OWN, By.CASE_FILE, (OM, REC, HALT)),
    (Of.ADDRESSES, ALL, By.FAMILY_OWNS, (FAM,)),
    (Of.ADDRESSES, OWN, By.OWN_DATA, (NET,)),

    (Of.WORK, ALL, By.PLAN_TOGETHER, (POL, REC, RVK, JZ, VT, SCH, OPV, GEM, ZORG)),
    (Of.WORK, CONSENT, By.CONSENT, (SHN,)),
    (Of.WORK, OWN, By.OWN_KNOWLEDGE, (OM, HALT)),
    (Of.WORK, ALL, By.FAMILY_OWNS, (FAM,)),
    (Of.WORK, OWN, By.OWN_DATA, (NET,)),

    (Of.SAFETY, ALL, By.SAFETY_OF_ALL, (POL, OM, SHN, REC, RVK, JZ, VT, SCH, OPV, GEM, ZORG)),
    (Of.SAFETY, OWN, By.OWN_KNOWLEDGE, (HALT,)),
    (Of.SAFETY, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.INCIDENTS, ALL, By.POLICE_TASK, (POL,)),
    (Of.INCIDENTS, ALL, By.CRIMINAL_LAW, (OM,)),
    (Of.INCIDENTS, ALL, By.PROBATION, (REC,)),
    (Of.INCIDENTS, ALL, By.CHILD_PROTECTION, (RVK,)),
    (Of.INCIDENTS, ALL, By.YOUTH_CARE, (JZ,)),
    (Of.INCIDENTS, ALL, By.VEILIG_THUIS, (VT,)),
    (Of.INCIDENTS, ALL, By.SAFETY_OF_ALL, (OPV,)),
    (Of.INCIDENTS, CONSENT, By.CONSENT, (SHN, SCH, GEM, ZORG)),
    (Of.INCIDENTS, OWN, By.OWN_KNOWLEDGE, (HALT,)),
    (Of.INCIDENTS, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.SOURCES, ALL, By.PLAN_TOGETHER, AGENCIES),
    (Of.SOURCES, NONE, By.OTHERS_RIGHTS, (FAM, NET)),

    (Of.CRIMINAL, ALL, By.CRIMINAL_LAW, (POL, OM)),
    (Of.CRIMINAL, ALL, By.PROBATION, (REC,)),
    (Of.CRIMINAL, ALL, By.CHILD_PROTECTION, (RVK,)),
    (Of.CRIMINAL, ALL, By.VEILIG_THUIS, (VT,)),
    (Of.CRIMINAL, OWN, By.OWN_KNOWLEDGE, (SHN, HALT, JZ, SCH, OPV, GEM, ZORG)),
    (Of.CRIMINAL, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.HELP, ALL, By.PLAN_TOGETHER, (REC, RVK, JZ, VT, OPV, GEM, ZORG)),
    (Of.HELP, CONSENT, By.CONSENT, (POL, SHN, HALT, SCH)),
    (Of.HELP, OWN, By.OWN_KNOWLEDGE, (OM,)),
    (Of.HELP, ALL, By.FAMILY_OWNS, (FAM,)),
    (Of.HELP, OWN, By.OWN_DATA, (NET,)),

    (Of.HEALTH, ALL, By.CHILD_PROTECTION, (RVK,)),
    (Of.HEALTH, ALL, By.YOUTH_CARE, (JZ,)),
    (Of.HEALTH, ALL, By.VEILIG_THUIS, (VT,)),
    (Of.HEALTH, ALL, By.HEALTH_CARE, (ZORG,)),
    (Of.HEALTH, CONSENT, By.EXPLICIT_CONSENT, (POL, SHN, REC, SCH, OPV, GEM)),
    (Of.HEALTH, OWN, By.OWN_KNOWLEDGE, (OM, HALT)),
    (Of.HEALTH, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.REPORTS, ALL, By.CHILD_PROTECTION, (RVK,)),
    (Of.REPORTS, ALL, By.YOUTH_CARE, (JZ,)),
    (Of.REPORTS, ALL, By.VEILIG_THUIS, (VT,)),
    (Of.REPORTS, OWN, By.OWN_KNOWLEDGE, (POL, OM, SHN, REC, HALT, SCH, OPV, GEM, ZORG)),
    (Of.REPORTS, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.REPORTER, ALL, By.VEILIG_THUIS, (VT,)),
    (Of.REPORTER, OWN, By.OWN_KNOWLEDGE,
     (POL, OM, SHN, REC, RVK, HALT, JZ, SCH, OPV, GEM, ZORG)),
    (Of.REPORTER, NONE, By.REPORTER_PROTECTED, (FAM, NET)),

    (Of.FEEDBACK, ALL, By.VEILIG_THUIS, (VT,)),
    (Of.FEEDBACK, OWN, By.OWN_KNOWLEDGE,
     (POL, OM, SHN, REC, RVK, HALT, JZ, SCH, OPV, GEM, ZORG)),
    (Of.FEEDBACK, NONE, By.REPORTER_PROTECTED, (FAM, NET)),

    (Of.NOTES, ALL, By.CHILD_PROTECTION, (RVK,)),
    (Of.NOTES, ALL, By.YOUTH_CARE, (JZ,)),
    (Of.NOTES, ALL, By.VEILIG_THUIS, (VT,)),
    (Of.NOTES, CONSENT, By.CONSENT, (POL, SHN, REC, SCH, OPV, GEM, ZORG)),
    (Of.NOTES, OWN, By.OWN_KNOWLEDGE, (OM, HALT)),
    (Of.NOTES, NONE, By.OTHERS_RIGHTS, (FAM, NET)),

    (Of.SIGNALS, ALL, By.VEILIG_THUIS, (VT,)),
    (Of.SIGNALS, NONE, By.FINDINGS, (POL, OM, SHN, REC, RVK, HALT, JZ, SCH, OPV, GEM, ZORG)),
    (Of.SIGNALS, NONE, By.OTHERS_RIGHTS, (FAM, NET)),

    (Of.QUESTIONS, ALL, By.PLAN_TOGETHER, (POL, REC, RVK, JZ, VT, OPV, GEM)),
    (Of.QUESTIONS, OWN, By.OWN_KNOWLEDGE, (OM, SHN, HALT, SCH, ZORG)),
    (Of.QUESTIONS, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.MELDCODE, ALL, By.MELDCODE, (VT,)),
    (Of.MELDCODE, OWN, By.MELDCODE,
     (POL, OM, SHN, REC, RVK, HALT, JZ, SCH, OPV, GEM, ZORG)),
    (Of.MELDCODE, NONE, By.OTHERS_RIGHTS, (FAM, NET)),

    (Of.CONVERSATIONS, ALL, By.CHILD_PROTECTION, (RVK,)),
    (Of.CONVERSATIONS, ALL, By.YOUTH_CARE, (JZ,)),
    (Of.CONVERSATIONS, ALL, By.VEILIG_THUIS, (VT,)),
    (Of.CONVERSATIONS, CONSENT, By.CONSENT, (POL, SHN, REC, SCH, OPV, GEM, ZORG)),
    (Of.CONVERSATIONS, OWN, By.OWN_KNOWLEDGE, (OM, HALT)),
    (Of.CONVERSATIONS, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.OWN_WORDS, ALL, By.PLAN_TOGETHER, (SHN, RVK, JZ, VT, SCH, OPV, GEM, ZORG)),
    (Of.OWN_WORDS, CONSENT, By.CONSENT, (POL, REC)),
    (Of.OWN_WORDS, OWN, By.OWN_KNOWLEDGE, (OM, HALT)),
    (Of.OWN_WORDS, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.CONSENT, OWN, By.OWN_KNOWLEDGE, AGENCIES),
    (Of.CONSENT, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.CONFERENCES, ALL, By.PLAN_TOGETHER, AGENCIES),
    (Of.CONFERENCES, OWN, By.OWN_DATA, (FAM, NET)),

    (Of.EMERGENCY, OWN, By.OWN_KNOWLEDGE, AGENCIES),
    # A reason may say what somebody fears. That somebody looked they read in the access record.
    (Of.EMERGENCY, NONE, By.OTHERS_RIGHTS, (FAM, NET)),

    *((one, ALL, By.LEADS, (Onlooker.LEAD,)) for one in Of),
    *((one, ALL, By.AUDITS, (Onlooker.AUDITOR,)) for one in Of),
    *((one, NONE, By.NO_CONTENT, (Onlooker.ADMINISTRATOR,)) for one in Of),
)
# fmt: on

TABLE: dict[tuple[Onlooker, Of], Rule] = {
    (who, category): Rule(access, basis)
    for category, access, basis, all_of in ROWS
    for who in all_of
}

SPECIAL_TO_A_PERSON = frozenset({Of.HEALTH, Of.CRIMINAL, Of.OWN_WORDS, Of.CONSENT, Of.BIRTH_DATES})
"""Of these a member sees what is about them alone: what is also about another is theirs too."""

OPEN_IN_AN_EMERGENCY = frozenset(
    {
        Of.PLAN,
        Of.MEMBERS,
        Of.BIRTH_DATES,
        Of.ADDRESSES,
        Of.WORK,
        Of.SAFETY,
        Of.INCIDENTS,
        Of.SOURCES,
        Of.CRIMINAL,
        Of.HELP,
        Of.HEALTH,
        Of.REPORTS,
        Of.NOTES,
        Of.QUESTIONS,
        Of.CONVERSATIONS,
    }
)
"""What helps to protect somebody now. Who reported, for one, can wait."""


def rule_for(who: Onlooker, category: Of, *, emergency: bool = False) -> Rule:
    """The cell of the table, or what an emergency makes of it."""
    if emergency and category in OPEN_IN_AN_EMERGENCY:
        return Rule(ALL, By.EMERGENCY)
    return TABLE[who, category]
