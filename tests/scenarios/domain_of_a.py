"""Spreading stalking, worked out by hand: what the parts of its plan hold at the end.

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
from tests.scenarios.expected import SPREADING_STALKING

FAMILY = SPREADING_STALKING.family_id
FLOWER_BOXES_BY = question_id(FAMILY, "PL0900-2025158862", "by")

SPREADING_STALKING_DOMAIN = ExpectedDomain(
    scenario=SPREADING_STALKING,
    open_questions=frozenset(),
    # Asked in 21, 70, 84 and answered in 46, 89, 115.
    answered_questions=frozenset({"V-LOTTE-AUTO", "V-OMA", "V-APRIL"}),
    # The flower boxes (99) name nobody, which asks by itself; the police give up in 108.
    dropped_questions=frozenset({FLOWER_BOXES_BY}),
    # The tracker: Rick tells himself (76).
    clarified_incidents=("PL0900-2025112418",),
    measures={
        "M-AWARE": None,  # 33
        "M-STOP": MeasureEnd.COMPLETED,  # 61, 62
        "M-AANWIJZING": MeasureEnd.COMPLETED,  # 101, 134
        "M-TOEZICHT": None,  # 112
        "M-POLI": None,  # 118
    },
    outcomes={
        "U-STOP-SANNE": Did("M-STOP", Effect.MADE_WORSE, "sanne"),  # 59
        "U-STOP-POLITIE": Did("M-STOP", Effect.HELPED_PARTLY),  # 63
        "U-POLI-RICK": Did("M-POLI", Effect.HELPED_PARTLY, "rick"),  # 129
        "U-AWARE-SANNE": Did("M-AWARE", Effect.HELPED, "sanne"),  # 133
        "U-AANWIJZING-POLITIE": Did("M-AANWIJZING", Effect.HELPED_PARTLY),  # 135
        "U-AANWIJZING-RIA": Did("M-AANWIJZING", Effect.HELPED, "ria"),  # 136
    },
    triages={
        "VT-M-2025-0311": TriageOutcome.INVESTIGATION,  # 9
        "VT-M-2025-0466": TriageOutcome.INVESTIGATION,  # 47
        "VT-M-2025-0803": TriageOutcome.HELP,  # 94
    },
    investigations={
        "VT-M-2025-0311": InvestigationConclusion.CONFIRMED,  # 68
        "VT-M-2025-0466": InvestigationConclusion.CONFIRMED,  # 69
    },
    feedback={
        received("VT-M-2025-0311"): date(2025, 3, 6),  # 4
        triaged("VT-M-2025-0311"): date(2025, 3, 13),  # 10
        follow_up("VT-M-2025-0311"): date(2025, 5, 22),  # 71
        received("VT-M-2025-0466"): date(2025, 4, 9),  # 44
        triaged("VT-M-2025-0466"): date(2025, 4, 15),  # 48
        follow_up("VT-M-2025-0466"): date(2025, 9, 24),  # 125
        follow_up("VT-M-2025-0803"): date(2025, 9, 24),  # 126, the first word
    },
    terms={
        # Received on Wednesday 5 March: 5 working days, triaged on the last of them (9).
        (TermKind.TRIAGE, "VT-M-2025-0311"): Due(date(2025, 3, 12), Kept.ON_TIME),
        # 2 and 7 working days after 5 March: Friday 7 and Friday 14 March.
        (TermKind.FEEDBACK_RECEIVED, "VT-M-2025-0311"): Due(date(2025, 3, 7), Kept.ON_TIME),
        (TermKind.FEEDBACK_TRIAGED, "VT-M-2025-0311"): Due(date(2025, 3, 14), Kept.ON_TIME),
        # 10 weeks after 12 March, completed on the last day (68).
        (TermKind.INVESTIGATION, "VT-M-2025-0311"): Due(date(2025, 5, 21), Kept.ON_TIME),
        # 10 working days after 21 May; 29 May is Ascension Day.
        (TermKind.FEEDBACK_FOLLOW_UP, "VT-M-2025-0311"): Due(date(2025, 6, 5), Kept.ON_TIME),
        # Received on Wednesday 9 April.
        (TermKind.TRIAGE, "VT-M-2025-0466"): Due(date(2025, 4, 16), Kept.ON_TIME),
        (TermKind.FEEDBACK_RECEIVED, "VT-M-2025-0466"): Due(date(2025, 4, 11), Kept.ON_TIME),
        # 7 working days; 18 April is Good Friday and 21 April Easter Monday.
        (TermKind.FEEDBACK_TRIAGED, "VT-M-2025-0466"): Due(date(2025, 4, 22), Kept.ON_TIME),
        # 10 weeks after Monday 14 April (47), completed on 21 May (69).
        (TermKind.INVESTIGATION, "VT-M-2025-0466"): Due(date(2025, 6, 23), Kept.ON_TIME),
        # As above, and told on 24 September.
        (TermKind.FEEDBACK_FOLLOW_UP, "VT-M-2025-0466"): Due(date(2025, 6, 5), Kept.LATE),
        # Received on Wednesday 18 June, triaged on the 24th; who reported heard in September.
        (TermKind.TRIAGE, "VT-M-2025-0803"): Due(date(2025, 6, 25), Kept.ON_TIME),
        (TermKind.FEEDBACK_RECEIVED, "VT-M-2025-0803"): Due(date(2025, 6, 20), Kept.LATE),
        (TermKind.FEEDBACK_TRIAGED, "VT-M-2025-0803"): Due(date(2025, 6, 27), Kept.LATE),
        # Triaged as help: 10 working days after 24 June.
        (TermKind.FEEDBACK_FOLLOW_UP, "VT-M-2025-0803"): Due(date(2025, 7, 8), Kept.LATE),
    },
    # 37 to 41.
    meldcode={"SCH-MC-2025-02": MeldcodeDecision.REPORT_AND_HELP},
    conversations={
        # Four agencies in one week: 14, 15, 17, 19.
        "GEM-G-0101": Talk(frozenset({"sanne"})),
        "VT-G-2025-0388": Talk(frozenset({"sanne"}), frozenset({"daan"})),
        "PL-G-25-0417": Talk(frozenset(), frozenset({"sanne"})),
        "SCH-G-012": Talk(frozenset({"sanne"})),
        "PL-G-25-0533": Talk(frozenset({"rick"})),  # 50
        "SCH-G-019": Talk(frozenset({"daan"})),  # 66
        "GEM-G-0187": Talk(frozenset({"rick"})),  # 74
        "GEM-G-0196": Talk(frozenset({"ria"})),  # 85
        "PL-G-25-0902": Talk(frozenset({"rick"})),  # 103
        "VT-G-2025-0431": Talk(frozenset({"lotte"})),  # 127, of March
    },
    # 24, 54, 93.
    own_words=(("D-VEILIG", "sanne"), ("D-KIND", "lotte"), ("D-RIA", "ria")),
    consents={
        "T-SANNE-OVERLEG": True,  # 7
        "T-SANNE-BUURT": False,  # 26, withdrawn in 52
        "T-RICK-POLI": True,  # 113
    },
    # The flower boxes: 107, 109.
    objections={"BZ-RICK-1": True},
    # 131, 132.
    look_backs=frozenset({"T-SANNE-1", "T-RIA-1"}),
    # 27, 120.
    strengths=frozenset({"K-SANNE", "K-BROER"}),
    agreements={
        "VA-OPHALEN": None,  # 58
        "VA-AFSTAND": AgreementEnd.BROKEN,  # 78, 87
        "VA-RIA": None,  # 105
    },
    # 122.
    reviews={"E-2025-09": ("E-KIND", "E-DAAN", "E-DOOR")},
    conferences={
        # Called in 90, when V-APRIL (84) was the only open question and no action was overdue;
        # decided in 95, 96, 97, closed in 98.
        "CO-2025-06": Met(("V-APRIL",), ("B-AANWIJZING", "B-ZOEKEN", "B-EEN-KEER"), ()),
    },
    # 31.
    variant=Variant.HEAVY,
    # 13, 20, 22, 36.
    phases=(Phase.ACQUAINTANCE, Phase.ANALYSIS, Phase.PLANNING, Phase.CARRYING_OUT),
    phase=Phase.CARRYING_OUT,
    # Where Sanne and the children are (141) is known to Ria (143), and to Rick never (142).
    addresses={"VT-AD-2025-0091": frozenset({"rick"})},
    emergencies={"VT-NOOD-2025-014": True},  # 140, 145
)
