"""A family of which each reader may know another part, with a mark in each part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.events import NOW, cloud_event, lead
from tests.support.world import World

LATER = NOW + timedelta(days=3)
BEFORE = NOW - timedelta(days=30)
FAMILY = "F7"

ALL_MARKS = {
    "penalty": "zq00000000000000000001qz",
    "treatment": "zq00000000000000000002qz",
    "help": "zq00000000000000000003qz",
    "reporter": "zq00000000000000000004qz",
    "report": "zq00000000000000000005qz",
    "note": "zq00000000000000000006qz",
    "own words of anna": "zq00000000000000000007qz",
    "words of bram": "zq00000000000000000008qz",
    "street": "zq00000000000000000009qz",
    "agreement with anna": "zq00000000000000000010qz",
    "health goal": "zq00000000000000000011qz",
    "health action": "zq00000000000000000012qz",
    "incident": "zq00000000000000000013qz",
    "feedback": "zq00000000000000000014qz",
    "decision on the health goal": "zq00000000000000000015qz",
    "meldcode": "zq00000000000000000016qz",
    "objection of carl": "zq00000000000000000017qz",
    "consent": "zq00000000000000000019qz",
    "outcome": "zq00000000000000000020qz",
    "hiding": "zq00000000000000000021qz",
}
M = ALL_MARKS


def said(type_: str, data: dict[str, Any], agency: str = "veilig-thuis", version: int = 1) -> Any:
    return cloud_event(
        type_, data, agency=agency, subject=FAMILY, type=f"nl.oneplan.{type_}.v{version}"
    )


def measure(measure_id: str, agency: str, what: tuple[str, str], member: str, mark: str) -> Any:
    data = {
        "measure_id": measure_id,
        "kind": what[0],
        "form": what[1],
        "name": mark,
        "agency": agency,
        "for_members": [member],
        "aim": mark,
        "why_it_fits": mark,
        "begins_on": "2026-02-01",
    }
    return said("measure.started", data)


def story() -> list[Any]:
    """Anna and Bram live together; Carl is the ex-partner. Police, school and others help."""
    parties = ("veilig-thuis", "police", "school", "prosecution", "health-care")
    people = [
        {"member_id": "anna", "name": "Anna", "role": "parent", "birth_date": "1990-02-03"},
        {"member_id": "bram", "name": "Bram", "role": "child", "birth_date": "2016-04-05"},
        {"member_id": "carl", "name": "Carl", "role": "ex-partner", "birth_date": "1988-06-07"},
    ]
    opening = {
        "reason": "Melding.",
        "members": people,
        "parties": [{"agency": one, "task": "helpt"} for one in parties],
    }
    conversation = {
        "conversation_id": "c1",
        "agency": "veilig-thuis",
        "professional": "Els",
        "manner": "home-visit",
        "held_at": "2026-02-20T10:00:00Z",
        "members": [
            {"member_id": "anna", "heard": True},
            {"member_id": "bram", "heard": True, "words": M["words of bram"]},
        ],
        "about": "Hoe het gaat.",
    }
    owner = {"name": "Els", "kind": "professional", "agency": "veilig-thuis"}
    return [
        said("plan.opened", opening),
        said("lead.assigned", {"lead": lead("els", "veilig-thuis")}),
        measure("m1", "prosecution", ("penalty", "fine"), "carl", M["penalty"]),
        measure("m2", "health-care", ("help", "treatment"), "anna", M["treatment"]),
        measure("m3", "school", ("help", "training"), "bram", M["help"]),
        said(
            "outcome.recorded",
            {"outcome_id": "o1", "measure_id": "m1", "effect": "helped", "text": M["outcome"]},
            agency="school",
        ),
        said(
            "report.received",
            {
                "report_id": "r1",
                "reporter": M["reporter"],
                "reporter_kind": "neighbour",
                "about": ["anna", "bram"],
                "text": M["report"],
            },
            version=2,
        ),
        said("feedback.given", {"report_id": "r1", "stage": "received", "text": M["feedback"]}),
        said("note.added", {"note_id": "n1", "text": M["note"], "about": ["anna"]}),
        said("goal.set", {"goal_id": "g0", "life_domain": "safety", "text": "Rust."}),
        said(
            "own-words.recorded",
            {"goal_id": "g0", "member_id": "anna", "words": M["own words of anna"]},
        ),
        said("conversation.held", conversation),
        said(
            "safety-agreement.made",
            {
                "agreement_id": "a1",
                "text": M["agreement with anna"],
                "with_members": ["anna"],
                "watched_by": owner,
                "begins_on": "2026-02-01",
            },
        ),
        said(
            "goal.set",
            {"goal_id": "g1", "life_domain": "addiction", "text": M["health goal"]},
        ),
        said(
            "action.agreed",
            {"action_id": "x1", "goal_id": "g1", "owner": "Els", "text": M["health action"]},
        ),
        said(
            "review.held",
            {
                "review_id": "v1",
                "held_on": "2026-02-25",
                "present": ["Els"],
                "text": "Verder zo.",
                "decisions": [
                    {
                        "decision_id": "d1",
                        "goal_id": "g1",
                        "text": M["decision on the health goal"],
                    }
                ],
            },
        ),
        said(
            "incident.recorded",
            {
                "incident_id": "i1",
                "kind": "physical",
                "by": ["carl"],
                "against": ["anna"],
                "began_at": "2026-02-10T22:00:00Z",
                "source": "child",
                "certainty": "told",
                "gravity": "serious",
                "text": M["incident"],
            },
            agency="police",
            version=2,
        ),
        said(
            "meldcode-step.taken",
            {"meldcode_id": "mc1", "step": "map-signals", "text": M["meldcode"]},
            agency="school",
        ),
        said(
            "objection.made",
            {"objection_id": "ob1", "member_id": "carl", "against": M["objection of carl"]},
        ),
        said(
            "address.recorded",
            {
                "address_id": "ad1",
                "member_id": "anna",
                "with_members": ["bram"],
                "kind": "home",
                "street": M["street"],
                "city": "Utrecht",
                "hidden_from_all": False,
                "shown_to": ["carl"],
            },
        ),
    ]


def consent() -> Any:
    """Anna agrees that the school and the police see what is about her."""
    data = {
        "consent_id": "co1",
        "member_id": "anna",
        "to": M["consent"],
        "agencies": ["school", "police"],
    }
    return said("consent.given", data)


def hiding() -> Any:
    """Carl may no longer know where Anna lives."""
    data = {"address_id": "ad1", "hidden_from": ["carl"], "reason": M["hiding"]}
    return said("address.hidden", data)


def tell(world: World) -> None:
    """Take the story, all of it known since NOW."""
    world.take(*story())
