"""The grounds on which somebody may see something, or may not, as the policy table cites them."""

from __future__ import annotations

from enum import StrEnum


class LegalBasis(StrEnum):
    """A ground. Where the law leaves the circle of readers open it is our working agreement."""

    PLAN_TOGETHER = (
        "Working agreement of the parties, on the public task each has by law (AVG 6(1)(e)): "
        "one family, one plan"
    )
    FAMILY_OWNS = "Working agreement: the family owns the plan; right of access (AVG 15)"
    LEADS = (
        "Working agreement: the lead works with the whole plan, on the public task of the lead's "
        "agency (AVG 6(1)(e)) and its confidentiality (Jeugdwet 7.3.11, Wmo 2015 5.3.3)"
    )
    AUDITS = "Working agreement: oversight of lawful processing (AVG 5(2), 32); each read is logged"
    MINIMAL = "Not needed for the task: data minimisation (AVG 5(1)(c))"
    OWN_KNOWLEDGE = "Said by, owned by or addressed to the agency itself (AVG 5(1)(c))"
    OWN_DATA = "About the person who looks, and about nobody else where that is special: AVG 15"
    CONSENT = "Consent of each member concerned that names the agency: AVG 6(1)(a), 7"
    EXPLICIT_CONSENT = (
        "Explicit consent of each member concerned that names the agency: AVG 9(2)(a), UAVG 22(2); "
        "who treats tells with consent only: BW 7:457, Jeugdwet 7.3.11"
    )
    VEILIG_THUIS = (
        "Veilig Thuis investigates violence at home: Wmo 2015 4.1.1 and 5.1.6 (special categories "
        "and criminal data included); others may tell it without consent: Wmo 2015 5.2.6"
    )
    CHILD_PROTECTION = (
        "Raad voor de Kinderbescherming investigates: BW 1:238-240 (others may tell it without "
        "consent), Jeugdwet 7.4.0"
    )
    YOUTH_CARE = "Youth care and its processing of data: Jeugdwet 7.4.0, UAVG 30(3)"
    HEALTH_CARE = "Health care and treatment: AVG 9(2)(h), UAVG 30(3), BW 7:457"
    POLICE_TASK = "Police task: Politiewet 2012 3, Wpg 8 and 13"
    CRIMINAL_LAW = (
        "Criminal data: AVG 10, UAVG 31-33; what the prosecution may tell: Wjsg 39f; what the "
        "police may tell: Wpg 16-20"
    )
    PROBATION = "Probation advises and supervises: Reclasseringsregeling 1995 8, UAVG 33, Wjsg 39f"
    SAFETY_OF_ALL = (
        "Working agreement: who can protect somebody knows what was agreed and where they are "
        "(AVG 6(1)(d) and (e))"
    )
    CASE_FILE = (
        "A criminal file is open to the suspect (Sv 30-34, 149a), so no safety address goes there "
        "by way of the plan: AVG 5(1)(c) and (f)"
    )
    OTHERS_RIGHTS = (
        "Rights and freedoms of others, and their safety: AVG 15(4), UAVG 41(1)(h) and (i)"
    )
    REPORTER_PROTECTED = (
        "Who reported is not told to the family without consent: AVG 15(4), UAVG 41(1)(i), "
        "Handelingsprotocol Veilig Thuis"
    )
    MELDCODE = (
        "The steps are those of one professional: Besluit verplichte meldcode 2; they may be told "
        "to Veilig Thuis: Wmo 2015 5.2.6"
    )
    FINDINGS = "Working agreement: what the service finds is for the lead, who judges it (AVG 22)"
    NO_CONTENT = "The administrator keeps the service running and needs no content: AVG 5(1)(c), 25"
    EMERGENCY = (
        "Vital interests, with a reason and told to the lead: AVG 6(1)(d), 9(2)(c), UAVG 32; "
        "NEN 7513"
    )
