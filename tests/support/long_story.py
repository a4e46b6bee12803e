"""A family with a long history: some five hundred events of all kinds, as agencies send them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.support.events import cloud_event, lead, plan_opened

Said = tuple[str, dict[str, Any]]
EVENTS = 500
DOMAINS = ("safety", "parenting", "development", "finances", "housing", "mental-health")
KINDS = ("physical", "psychological", "stalking", "neglect")
TEXT = "Moeder vertelde hoe het ging, wie erbij was en wat er daarna gebeurde. "
OWNER = {"name": "Marieke Vos", "kind": "professional", "agency": "veilig-thuis"}


def long_story(family: str = "F1") -> list[dict[str, Any]]:
    """All events, in order; Karim of the municipality leads the plan."""
    opened = plan_opened(family)
    opened["data"]["parties"].append({"agency": "municipality", "task": "regie"})
    opened["data"]["members"] += [
        {"member_id": "father", "name": "Rob de Wit", "role": "ex-partner"},
        {"member_id": "oma", "name": "Corrie de Wit", "role": "grandparent"},
    ]
    karim = cloud_event(
        "lead.assigned",
        {"lead": lead("karim-benali", "municipality")},
        agency="municipality",
        subject=family,
    )
    events = [opened, karim]
    for number in range(EVENTS):
        for type_, data in _said(number):
            name, _, version = type_.rpartition(".v")
            kind = f"nl.oneplan.{name}.v{version}"
            events.append(cloud_event(name, data, agency="veilig-thuis", subject=family, type=kind))
    return events[:EVENTS]


def _said(number: int) -> Iterator[Said]:
    life_domain = DOMAINS[number % len(DOMAINS)]
    yield (
        "incident.recorded.v2",
        {
            "incident_id": f"i{number}",
            "kind": KINDS[number % len(KINDS)],
            "by": ["father"],
            "against": [("mother", "child", "oma")[number % 3]],
            "began_at": f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}T20:00:00Z",
            "source": "victim",
            "certainty": "told",
            "gravity": ("worrying", "serious", "severe")[number % 3],
            "text": TEXT * 2,
        },
    )
    yield "note.added.v1", {"note_id": f"n{number}", "about": ["mother"], "text": TEXT * 3}
    if number % 3 == 0:
        goal = {"goal_id": f"g{number}", "life_domain": life_domain, "text": TEXT}
        yield (
            "goal.set.v2",
            {**goal, "measured_by": "Vier weken rust.", "target_date": "2026-12-01"},
        )
    action = {"action_id": f"a{number}", "goal_id": f"g{number - number % 3}", "owner": OWNER}
    yield "action.agreed.v2", {**action, "text": TEXT, "due": "2026-03-20"}
    if number % 4:
        yield "action.completed.v1", {"action_id": f"a{number}", "result": "Gedaan. " + TEXT}
    question = {"question_id": f"q{number}", "text": TEXT, "owner": OWNER, "due": "2026-01-20"}
    yield "question.asked.v1", question
    if number % 5:
        yield "question.answered.v1", {"question_id": f"q{number}", "answer": TEXT}
    concern = {"concern_id": f"c{number}", "life_domain": life_domain, "about": ["child"]}
    yield "concern.raised.v1", {**concern, "text": TEXT}
    if number % 2:
        yield "concern.resolved.v1", {"concern_id": f"c{number}", "how": "Het gaat goed."}
    held = {"professional": "Noor Visser", "manner": "home-visit", "about": TEXT}
    yield (
        "conversation.held.v1",
        {
            **held,
            "conversation_id": f"v{number}",
            "agency": "veilig-thuis",
            "held_at": f"2026-02-{number % 28 + 1:02}T10:00:00Z",
            "members": [{"member_id": "child", "heard": True, "words": "Ik wil rust."}],
        },
    )
