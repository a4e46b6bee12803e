"""The custody fight, worked out by hand: what the parts of its plan hold at the end.

Nothing here was copied from a program's output. Line numbers count from 1.
"""

from __future__ import annotations

from datetime import date

from domain.keys import question_id
from domain.values import (
    AgreementEnd,
    Effect,
    InvestigationConclusion,
    MeasureEnd,
    MeldcodeDecision,
    Phase,
    TermKind,
    TriageOutcome,
    Variant,
)
from tests.scenarios.domain_shapes import (
    Did,
    Due,
    ExpectedDomain,
    Kept,
    Met,
    Talk,
    follow_up,
    received,
    triaged,
)
from tests.scenarios.expected import CUSTODY_FIGHT

FAMILY = CUSTODY_FIGHT.family_id
DOCTOR_BY = question_id(FAMILY, "VT-I-2025-0041", "by")
DOCTOR_AGAINST = question_id(FAMILY, "VT-I-2025-0041", "against")
NIGHT_BY = question_id(FAMILY, "PL1300-2025139540", "by")
NIGHT_KIND = question_id(FAMILY, "PL1300-2025139540", "kind")

CUSTODY_FIGHT_DOMAIN = ExpectedDomain(
    scenario=CUSTODY_FIGHT,
    # 147.
    open_questions=frozenset({"V-ZITTING"}),
    # The doctor's line (10) asks two by itself, cleared up in 105; the night (84) two, in 112.
    answered_questions=frozenset({DOCTOR_BY, DOCTOR_AGAINST, NIGHT_BY, NIGHT_KIND}),
    # Asked in 41, needless since 60.
    dropped_questions=frozenset({"V-TRAMPOLINE"}),
    # The arm (62), the doctor's line (105), the night (112).
    clarified_incidents=("VT-I-2025-0088", "VT-I-2025-0041", "PL1300-2025139540"),
    measures={
        "M-OMGANG": MeasureEnd.COMPLETED,  # 27, 77
        "M-MEDIATION": MeasureEnd.COMPLETED,  # 69, 66
        "M-STEUN": None,  # 98
        "M-PAUL": None,  # 128
    },
    outcomes={
        "U-MEDIATION-JZ": Did("M-MEDIATION", Effect.HELPED),  # 67
        "U-MEDIATION-ESTHER": Did("M-MEDIATION", Effect.MADE_WORSE, "esther"),  # 124
        "U-STEUN-ESTHER": Did("M-STEUN", Effect.HELPED, "esther"),  # 143
        "U-OMGANG-NOOR": Did("M-OMGANG", Effect.DID_NOTHING, "noor"),  # 144
        "U-PAUL-PAUL": Did("M-PAUL", Effect.HELPED_PARTLY, "paul"),  # 145
    },
    triages={
        "VT-M-2025-0119": TriageOutcome.NO_ACTION,  # 3
        "VT-M-2025-0164": TriageOutcome.INVESTIGATION,  # 9
        "VT-M-2025-0171": TriageOutcome.INVESTIGATION,  # 12
        "VT-M-2025-0297": TriageOutcome.INVESTIGATION,  # 39
        "VT-M-2025-0911": TriageOutcome.HELP,  # 87
    },
    investigations={
        "VT-M-2025-0164": InvestigationConclusion.UNCLEAR,  # 57
        "VT-M-2025-0297": InvestigationConclusion.UNCLEAR,  # 58
        "VT-M-2025-0171": InvestigationConclusion.CONFIRMED,  # 106
    },
    feedback={
        triaged("VT-M-2025-0297"): date(2025, 3, 19),  # 42, the first word
        received("VT-M-2025-0911"): date(2025, 7, 16),  # 88
        follow_up("VT-M-2025-0171"): date(2025, 10, 16),  # 141, the first word
        follow_up("VT-M-2025-0911"): date(2025, 10, 16),  # 142
    },
    terms={
        # Mother, Monday 27 January; triaged on the 31st, and she never heard.
        (TermKind.TRIAGE, "VT-M-2025-0119"): Due(date(2025, 2, 3), Kept.ON_TIME),
        (TermKind.FEEDBACK_RECEIVED, "VT-M-2025-0119"): Due(date(2025, 1, 29), Kept.NEVER),
        (TermKind.FEEDBACK_TRIAGED, "VT-M-2025-0119"): Due(date(2025, 2, 5), Kept.NEVER),
        # Nothing followed: 10 working days after 31 January.
        (TermKind.FEEDBACK_FOLLOW_UP, "VT-M-2025-0119"): Due(date(2025, 2, 14), Kept.NEVER),
        # Father, Monday 3 February; triaged on the 12th, and he never heard.
        (TermKind.TRIAGE, "VT-M-2025-0164"): Due(date(2025, 2, 10), Kept.LATE),
        (TermKind.FEEDBACK_RECEIVED, "VT-M-2025-0164"): Due(date(2025, 2, 5), Kept.NEVER),
        (TermKind.FEEDBACK_TRIAGED, "VT-M-2025-0164"): Due(date(2025, 2, 12), Kept.NEVER),
        # 10 weeks after 12 February; completed on 8 May.
        (TermKind.INVESTIGATION, "VT-M-2025-0164"): Due(date(2025, 4, 23), Kept.LATE),
        # 10 working days after 8 May.
        (TermKind.FEEDBACK_FOLLOW_UP, "VT-M-2025-0164"): Due(date(2025, 5, 22), Kept.NEVER),
        # The doctor, Thursday 6 February; triaged on the last day, told in October.
        (TermKind.TRIAGE, "VT-M-2025-0171"): Due(date(2025, 2, 13), Kept.ON_TIME),
        (TermKind.FEEDBACK_RECEIVED, "VT-M-2025-0171"): Due(date(2025, 2, 10), Kept.LATE),
        (TermKind.FEEDBACK_TRIAGED, "VT-M-2025-0171"): Due(date(2025, 2, 17), Kept.LATE),
        # 10 weeks after 13 February; completed on 5 August.
        (TermKind.INVESTIGATION, "VT-M-2025-0171"): Due(date(2025, 4, 24), Kept.LATE),
        # 10 working days after 5 August.
        (TermKind.FEEDBACK_FOLLOW_UP, "VT-M-2025-0171"): Due(date(2025, 8, 19), Kept.LATE),
        # Mother, Wednesday 12 March; triaged on the 18th, told on the 19th.
        (TermKind.TRIAGE, "VT-M-2025-0297"): Due(date(2025, 3, 19), Kept.ON_TIME),
        (TermKind.FEEDBACK_RECEIVED, "VT-M-2025-0297"): Due(date(2025, 3, 14), Kept.LATE),
        (TermKind.FEEDBACK_TRIAGED, "VT-M-2025-0297"): Due(date(2025, 3, 21), Kept.ON_TIME),
        # 10 weeks after 18 March; completed on 8 May.
        (TermKind.INVESTIGATION, "VT-M-2025-0297"): Due(date(2025, 5, 27), Kept.ON_TIME),
        (TermKind.FEEDBACK_FOLLOW_UP, "VT-M-2025-0297"): Due(date(2025, 5, 22), Kept.NEVER),
        # The neighbour, Monday 14 July; triaged and told on the 16th, told the rest in October.
        (TermKind.TRIAGE, "VT-M-2025-0911"): Due(date(2025, 7, 21), Kept.ON_TIME),
        (TermKind.FEEDBACK_RECEIVED, "VT-M-2025-0911"): Due(date(2025, 7, 16), Kept.ON_TIME),
        (TermKind.FEEDBACK_TRIAGED, "VT-M-2025-0911"): Due(date(2025, 7, 23), Kept.LATE),
        # 10 working days after 16 July.
        (TermKind.FEEDBACK_FOLLOW_UP, "VT-M-2025-0911"): Due(date(2025, 7, 30), Kept.LATE),
    },
    # 29, 31, 33, 34, 35; the talk was left out.
    meldcode={"DK-MC-2025-01": MeldcodeDecision.HELP},
    conversations={
        "VT-G-2025-0207": Talk(frozenset({"esther"}), frozenset({"noor", "tijn"})),  # 13
        "JZ-G-25-052": Talk(frozenset({"paul"})),  # 36
        "RK-G-25-061": Talk(frozenset({"noor"})),  # 59
        "RK-G-25-062": Talk(frozenset({"tijn"})),  # 60
        "SHN-G-25-0144": Talk(frozenset({"esther"})),  # 100, of February
        "JZ-G-25-118": Talk(frozenset({"noor"})),  # 111
    },
    # 119, 131.
    own_words=(("D-NOOR", "noor"), ("D-VEILIG", "tijn")),
    consents={
        "T-ESTHER-PLAN": True,  # 7
        "T-PAUL-PLAN": True,  # 8
        "T-LINDA-PLAN": False,  # 56, withdrawn in 135
        "T-NOOR-APP": True,  # 80
        "T-ESTHER-VERHAAL": True,  # 97
        "T-NOOR-BUUR": True,  # 139
    },
    objections={
        "BZ-PAUL-1": True,  # 38, 64
        "BZ-NOOR-1": True,  # 81 while the plan is closed, 86
        "BZ-PAUL-2": False,  # 115, 125
    },
    # 149, 150.
    look_backs=frozenset({"T-NOOR-1", "T-TIJN-1"}),
    # 133.
    strengths=frozenset({"K-NOOR"}),
    agreements={
        "VA-OPRIT": AgreementEnd.REPLACED,  # 49, 120
        "VA-TELEFOON": None,  # 121
    },
    reviews={
        "E-2025-06": ("E-RUST", "E-AFRONDEN"),  # 74
        "E-2025-10": ("E-NOOR", "E-VEILIG"),  # 134
    },
    conferences={
        # Called in 102, when the questions of 10 and 84 were open; A-CURSUS and A-MENTOR are due in
        # September. Decided in 108, 109, closed in 110, when the first two had their answers (105)
        # and nothing was decided on who it was that night.
        "CO-2025-08": Met(
            (DOCTOR_BY, DOCTOR_AGAINST, NIGHT_BY, NIGHT_KIND),
            ("B-NOOR-VRAGEN", "B-TIJDLIJN"),
            (NIGHT_BY,),
        ),
    },
    # Light in 23, heavy in 91.
    variant=Variant.HEAVY,
    # 15, 22, 24, 51, 76; reopened in 85, which goes back to the analysis; 116, 122.
    phases=(
        Phase.ACQUAINTANCE,
        Phase.ANALYSIS,
        Phase.PLANNING,
        Phase.CARRYING_OUT,
        Phase.CLOSING,
        Phase.PLANNING,
        Phase.CARRYING_OUT,
    ),
    phase=Phase.CARRYING_OUT,
)
