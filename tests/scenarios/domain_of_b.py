"""The broken window, worked out by hand: what the parts of its plan hold at the end.

Nothing here was copied from a program's output. Line numbers count from 1.
"""

from __future__ import annotations

from datetime import date

from domain.keys import question_id
from domain.values import (
    AgreementEnd,
    Effect,
    MeasureEnd,
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
    triaged,
)
from tests.scenarios.expected import BROKEN_WINDOW

FAMILY = BROKEN_WINDOW.family_id
WINDOW_AGAINST = question_id(FAMILY, "HA-2025-004", "against")

BROKEN_WINDOW_DOMAIN = ExpectedDomain(
    scenario=BROKEN_WINDOW,
    open_questions=frozenset(),
    # The window (1) does not say against whom, answered in 24. V-SPANNING asked in 17, V-MOEDER in
    # 72, answered in 80 and 79.
    answered_questions=frozenset({WINDOW_AGAINST, "V-SPANNING", "V-MOEDER"}),
    dropped_questions=frozenset(),
    clarified_incidents=(),
    measures={
        "M-GESPREK": MeasureEnd.COMPLETED,  # 22, 35
        "M-TERMIJNEN": MeasureEnd.COMPLETED,  # 44, 89
        "M-TRAINING": MeasureEnd.NOT_STARTED,  # 51, 62
        "M-BOETE-2023": MeasureEnd.STOPPED_EARLY,  # 57, 58
        "M-POTJE": None,  # 74
    },
    outcomes={
        "U-GESPREK-OM": Did("M-GESPREK", Effect.UNCLEAR),  # 39
        "U-GESPREK-MILAN": Did("M-GESPREK", Effect.HELPED, "milan"),  # 55
        "U-BOETE-OM": Did("M-BOETE-2023", Effect.DID_NOTHING),  # 59
        "U-BOETE-MILAN": Did("M-BOETE-2023", Effect.DID_NOTHING, "milan"),  # 60
        "U-TRAINING-MILAN": Did("M-TRAINING", Effect.MADE_WORSE, "milan"),  # 63
        "U-TERMIJNEN-WIM": Did("M-TERMIJNEN", Effect.HELPED, "wim"),  # 91
        "U-TERMIJNEN-MILAN": Did("M-TERMIJNEN", Effect.HELPED, "milan"),  # 92
        "U-POTJE-MILAN": Did("M-POTJE", Effect.HELPED, "milan"),  # 97
    },
    triages={"OM-A-25-0417": TriageOutcome.HELP},  # 3
    investigations={},
    feedback={
        triaged("OM-A-25-0417"): date(2025, 2, 14),  # 25, the first word
        follow_up("OM-A-25-0417"): date(2025, 10, 20),  # 105
    },
    terms={
        # Reported to the prosecution on Thursday 23 January, which has no term for its triage.
        # 2 working days; told on 14 February.
        (TermKind.FEEDBACK_RECEIVED, "OM-A-25-0417"): Due(date(2025, 1, 27), Kept.LATE),
        # 10 working days; told when all was over.
        (TermKind.FEEDBACK_FOLLOW_UP, "OM-A-25-0417"): Due(date(2025, 2, 6), Kept.LATE),
    },
    meldcode={},
    conversations={
        "PZ-G-25-004": Talk(frozenset({"greet"}), frozenset({"milan"})),  # 9
        "OM-G-25-0071": Talk(frozenset({"milan", "greet"})),  # 33
        "PZ-G-25-031": Talk(frozenset({"milan", "greet"})),  # 65
        "PZ-G-25-044": Talk(frozenset({"milan"})),  # 76
        "PZ-G-25-046": Talk(frozenset({"tineke"})),  # 82
    },
    # 28, 84.
    own_words=(("D-SCHADE", "milan"), ("D-MOEDER", "milan")),
    consents={
        "T-MILAN-PLAN": True,  # 5
        "T-MILAN-GELD": False,  # 31, withdrawn in 110 after the closing
    },
    # The letter: 69, 71.
    objections={"BZ-GREET-1": True},
    # 108, 109, after the closing.
    look_backs=frozenset({"T-MILAN-1", "T-GREET-1"}),
    # 12, 43.
    strengths=frozenset({"K-WERK", "K-WIM"}),
    # 86, 102.
    agreements={"VA-RONDJE": AgreementEnd.NO_LONGER_NEEDED},
    reviews={
        "E-2025-09": ("E-SCHADE", "E-MOEDER"),  # 93
        "E-2025-10": ("E-SLUITEN",),  # 103
    },
    conferences={
        # Called in 14, when the window was the only open question; decided in 20, 21, closed in 23.
        # V-SPANNING was asked after the call.
        "CO-2025-02": Met((WINDOW_AGAINST,), ("B-GESPREK", "B-TEGEN-WIE"), ()),
    },
    # 13.
    variant=Variant.LIGHT,
    # 8, 18, 26, 40, 104.
    phases=(
        Phase.ACQUAINTANCE,
        Phase.ANALYSIS,
        Phase.PLANNING,
        Phase.CARRYING_OUT,
        Phase.CLOSING,
    ),
    phase=Phase.CLOSING,
)
