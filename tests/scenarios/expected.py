"""What must come of each scenario, worked out by hand from the files.

Nothing here was copied from a program's output. Line numbers count from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.values import GoalResult, IncidentKind, PlanStatus

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Expected:
    """The fate of each line and the plan at the end.

    Every line is exactly one of accepted, duplicate and rejected. Each held line is one of the
    accepted: all of them are released in the end.
    """

    file: str
    family_id: str
    lines: int
    accepted: int
    duplicate_lines: tuple[int, ...]
    rejected_line: int
    rejected_field: str
    held_lines: tuple[int, ...]
    late_lines: tuple[int, ...]
    """Lines whose ``time`` lies more than 60 days before that of a line above them."""
    status: PlanStatus
    lead: str | None
    parties: frozenset[str]
    members: frozenset[str]
    open_goals: frozenset[str]
    ended_goals: Mapping[str, GoalResult]
    open_actions: frozenset[str]
    open_concerns: frozenset[str]
    incidents: Mapping[IncidentKind, int]
    reports: int
    notes: int
    first_occurred_at: datetime
    last_occurred_at: datetime

    @property
    def path(self) -> Path:
        return HERE / self.file

    @property
    def letter(self) -> str:
        """What the README calls this scenario."""
        return self.file[0]

    @property
    def duplicates(self) -> int:
        return len(self.duplicate_lines)

    @property
    def held(self) -> int:
        """How many events are held first and accepted later."""
        return len(self.held_lines)


SPREADING_STALKING = Expected(
    file="a_spreading_stalking.jsonl",
    family_id="GEZIN-A-2025",
    # 17 up to the first alarm, 16 up to the correction, 26 after it.
    lines=59,
    # 59 lines less 4 duplicates less 1 rejected. By type: 1 opening, 2 references, 1 agency in,
    # 1 out, 1 lead, 1 handover, 1 member, 3 + 1 concerns, 3 + 1 goals, 7 + 5 + 1 actions,
    # 9 incidents, 3 reports, 13 notes.
    accepted=54,
    # 15 repeats 1 (nightly batch sent twice), 26 repeats 20, 47 repeats 40, 58 repeats 49.
    duplicate_lines=(15, 26, 47, 58),
    # The police correct a date under the id of line 22: a new fact needs a new id.
    rejected_line=33,
    rejected_field="id",
    # 1, 2, 3: no plan until 4. 13: the reference is linked in 14. 16: the action is agreed in 17.
    # 19: the incident comes in 20. 36, 39: grandmother is added in 40. 42: the goal is set in 43.
    held_lines=(1, 2, 3, 13, 16, 19, 36, 39, 42),
    # 50 is of 22 April and 51 of 28 May, both below a line of 19 August.
    late_lines=(50, 51),
    # Nobody closes it: the police look again in December.
    status=PlanStatus.OPEN,
    # Anneke (8) handed over to Karim (37).
    lead="karim-benali",
    # Three at the opening (4), the municipality joins (7), Veilig Thuis leaves (56).
    parties=frozenset({"police", "school", "municipality"}),
    # Four at the opening (4), grandmother in 40.
    members=frozenset({"sanne", "rick", "lotte", "daan", "ria"}),
    # D-VEILIG (11), D-KIND (24), D-RIA (43); D-KIND ended in 54.
    open_goals=frozenset({"D-VEILIG", "D-RIA"}),
    ended_goals={"D-KIND": GoalResult.PARTLY_REACHED},
    # Agreed: A-LOGBOEK, A-AWARE, A-BUURT, A-OPHAAL, A-GESPREK-RICK, A-POLI, A-DEURBEL.
    # Completed in 16, 27, 34, 46, 52; A-BUURT cancelled in 23. The log book goes on.
    open_actions=frozenset({"A-LOGBOEK"}),
    # Z-VEILIG (9), Z-LOTTE (21), Z-RIA (41); Z-LOTTE resolved in 53.
    open_concerns=frozenset({"Z-VEILIG", "Z-RIA"}),
    # Stalking in 1, 2, 13 (Sanne), 20 (Lotte), 29 (Daan), 36, 48, 50 (Ria); flower boxes in 44.
    incidents={IncidentKind.STALKING: 8, IncidentKind.PROPERTY: 1},
    # 3 from the police, 19 from school, 39 from the doctor's practice.
    reports=3,
    # 6, 10, 22, 28, 30, 31, 38, 45, 49, 51, 55, 57, 59.
    notes=13,
    # Line 1: 20:50 at +01:00.
    first_occurred_at=datetime(2025, 2, 10, 19, 50, tzinfo=UTC),
    # Line 59: 09:30 at +02:00.
    last_occurred_at=datetime(2025, 10, 14, 7, 30, tzinfo=UTC),
)

BROKEN_WINDOW = Expected(
    file="b_broken_window.jsonl",
    family_id="GEZIN-B-2025",
    # 18 up to the decision on the case, 28 up to the last word on an instalment, 9 to the end.
    lines=55,
    # 55 lines less 4 duplicates less 1 rejected. By type: 1 opening, 1 closing, 1 reference,
    # 1 lead, 1 agency in, 2 members, 1 + 1 concerns, 3 + 3 goals, 10 + 9 + 1 actions,
    # 1 incident, 1 report, 13 notes.
    accepted=50,
    # 17 repeats 3, 32 repeats 27, 52 repeats 45, 55 repeats 54 (the plan is closed by then, and
    # it is a duplicate all the same).
    duplicate_lines=(17, 32, 52, 55),
    # The municipality sets a goal two days before youth care lets it join (13).
    rejected_line=12,
    rejected_field="source",
    # 1, 2: no plan until 3. 15: agreed in 16. 19: Wim is added in 20. 39: mother is added in 40.
    # 44: the sixth instalment is agreed in 46.
    held_lines=(1, 2, 15, 19, 39, 44),
    # 30 is of 27 January below a line of 6 May; 46 is of 11 March below one of 2 September.
    late_lines=(30, 46),
    # Closed in 54 with a reason.
    status=PlanStatus.CLOSED,
    # Assigned in 5; closing does not end the lead.
    lead="hanneke-zijlstra",
    # Four at the opening (3), the municipality in 13.
    parties=frozenset({"youth-care", "prosecution", "probation", "school", "municipality"}),
    # Two at the opening (3), Wim in 20, mother in 40.
    members=frozenset({"milan", "greet", "wim", "tineke"}),
    # All three have ended.
    open_goals=frozenset(),
    # 47, 49, 50.
    ended_goals={
        "D-SCHADE": GoalResult.REACHED,
        "D-MOEDER": GoalResult.PARTLY_REACHED,
        "D-GELD": GoalResult.REACHED,
    },
    # The talk (15), six instalments (27, 28, 34, 37, 41, 44), pay day (38) and calling (48) are
    # completed; the group training is cancelled (31).
    open_actions=frozenset(),
    # Z-SPANNING (9) resolved in 51.
    open_concerns=frozenset(),
    # The window (1).
    incidents={IncidentKind.PROPERTY: 1},
    # The school's complaint (2).
    reports=1,
    # 6, 7, 8, 10, 18, 19, 29, 30, 33, 35, 39, 45, 53.
    notes=13,
    # Line 1: 15:40 at +01:00.
    first_occurred_at=datetime(2025, 1, 21, 14, 40, tzinfo=UTC),
    # Line 54: 09:00 Z.
    last_occurred_at=datetime(2025, 10, 21, 9, 0, tzinfo=UTC),
)

CUSTODY_FIGHT = Expected(
    file="c_custody_fight.jsonl",
    family_id="GEZIN-C-2025",
    # 39 up to the closing, 4 while it is closed, 26 from the reopening.
    lines=69,
    # 69 lines less 4 duplicates less 1 rejected. By type: 1 opening, 1 closing, 1 reopening,
    # 4 references, 2 leads, 1 release, 1 member in, 1 out, 2 agencies in, 3 + 1 concerns,
    # 4 + 2 goals, 7 + 5 + 1 actions, 8 incidents, 5 reports, 14 notes.
    accepted=64,
    # 20 repeats 11, 35 repeats 23, 41 repeats 39 (while the plan is closed), 67 repeats 54 with
    # its keys in another order: the same body.
    duplicate_lines=(20, 35, 41, 67),
    # Child protection assigns a lead the day after youth care did (46).
    rejected_line=47,
    rejected_field="data.lead",
    # 1, 2, 3: no plan until 4. 16: the incident comes in 17. 29: Linda is added in 30.
    # 32: agreed in 33. 40, 42, 43: the plan is closed until 44, and 42 then waits for the
    # incident of 43 as well. 57: the goal is set in 58.
    held_lines=(1, 2, 3, 16, 29, 32, 40, 42, 43, 57),
    # 51 (19 February), 52 (4 March) and 53 (27 March) below a line of 29 July; 66 (21 June) below
    # one of 9 October.
    late_lines=(51, 52, 53, 66),
    # Closed in 39, reopened in 44.
    status=PlanStatus.OPEN,
    # Petra (8) released in 45, Samira assigned in 46.
    lead="samira-el-idrissi",
    # Four at the opening (4), police in 21, victim support in 49.
    parties=frozenset(
        {"veilig-thuis", "child-protection", "youth-care", "school", "police", "victim-support"}
    ),
    # Four at the opening (4); Linda came in 30 and went in 65.
    members=frozenset({"esther", "paul", "noor", "tijn"}),
    # D-RUST (13), D-VEILIG (24), D-OUDERS (27), D-NOOR (58); two of them ended.
    open_goals=frozenset({"D-VEILIG", "D-NOOR"}),
    # 38, 61.
    ended_goals={"D-RUST": GoalResult.PARTLY_REACHED, "D-OUDERS": GoalResult.DROPPED},
    # Agreed: A-OVERDRACHT, A-KINDGESPREK, A-MENTOR, A-CURSUS, A-MEDIATION, A-TELEFOON,
    # A-ALIMENTATIE. Completed in 31, 32, 36, 62, 63; A-CURSUS cancelled in 60.
    open_actions=frozenset({"A-ALIMENTATIE"}),
    # Z-STRIJD (12), Z-NOOR (37), Z-CONTROLE (56); Z-NOOR resolved in 64.
    open_concerns=frozenset({"Z-STRIJD", "Z-CONTROLE"}),
    incidents={
        IncidentKind.OTHER: 1,  # 1, the quarrel at the door
        IncidentKind.PSYCHOLOGICAL: 2,  # 6, by and against unknown; 29, Esther against Linda
        IncidentKind.PHYSICAL: 1,  # 17, the arm
        IncidentKind.COERCIVE_CONTROL: 3,  # 23, the car; 52, the alimony; 66, Linda's phone
        IncidentKind.UNKNOWN: 1,  # 43, Noor outside at night
    },
    # Mother (2), father (3), doctor (7), mother (16), neighbour (42).
    reports=5,
    # 10, 11, 15, 18, 19, 34, 40, 48, 51, 53, 54, 55, 68, 69.
    notes=14,
    # Line 1: 17:10 at +01:00.
    first_occurred_at=datetime(2025, 1, 18, 16, 10, tzinfo=UTC),
    # Line 69: 15:00 Z.
    last_occurred_at=datetime(2025, 11, 12, 15, 0, tzinfo=UTC),
)

SCENARIOS = (SPREADING_STALKING, BROKEN_WINDOW, CUSTODY_FIGHT)
