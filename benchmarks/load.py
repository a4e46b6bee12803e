"""A seeded stream of agency events over many families, such that each of them is accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any, NamedTuple

import orjson

from services.intake.delivery import Delivery

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LEAD = {"person_id": "karim-benali", "name": "Karim Benali", "agency": "municipality"}
AGENCIES = ("police", "veilig-thuis", "municipality", "school", "youth-care")
MEMBERS = ("mother", "child", "oma")
DOMAINS = ("safety", "parenting", "development", "finances", "housing", "mental-health")
SENTENCES = (
    "Moeder vertelde hoe het ging en wie erbij was.",
    "Buren hoorden geschreeuw en belden de politie.",
    "Het kind is rustig op school, maar slaapt slecht.",
    "Vader stond weer bij de deur en wilde naar binnen.",
    "Er is afgesproken dat oma twee middagen opvangt.",
    "De schuldhulp is aangevraagd, de brief komt volgende week.",
    "Wat er daarna gebeurde is niet duidelijk; dat vragen we na.",
    "De afspraak van vorige keer is nagekomen.",
)

Said = tuple[str, dict[str, Any]]
OWNER = {"name": "Marieke Vos", "kind": "professional"}
NOTE = "note.added.v1"


class Closing(NamedTuple):
    """The event by which something that was open is closed."""

    type_: str
    id_field: str
    text_field: str


DONE = {
    "a": Closing("action.completed.v1", "action_id", "result"),
    "q": Closing("question.answered.v1", "question_id", "answer"),
    "c": Closing("concern.resolved.v1", "concern_id", "how"),
}
SHARES = {
    "incident.recorded.v2": 18,
    NOTE: 27,
    "conversation.held.v1": 15,
    "goal.set.v2": 4,
    "action.agreed.v2": 10,
    "action.completed.v1": 6,
    "question.asked.v1": 6,
    "question.answered.v1": 4,
    "concern.raised.v1": 6,
    "concern.resolved.v1": 4,
}
"""Kinds of events, and how often each comes in a hundred."""


class Family:
    """One family, and what in it can be completed, answered or resolved."""

    def __init__(self, family_id: str, rng: Random) -> None:
        self.id = family_id
        self._rng = rng
        self._count = 0
        self._open: dict[str, list[str]] = {"g": [], "a": [], "q": [], "c": []}

    def opening(self) -> Iterator[dict[str, Any]]:
        """The plan, and Karim of the municipality who leads it."""
        members = [
            {"member_id": "mother", "name": "Anna de Wit", "role": "parent"},
            {"member_id": "father", "name": "Rob de Wit", "role": "ex-partner"},
            {"member_id": "oma", "name": "Corrie de Wit", "role": "grandparent"},
            {"member_id": "child", "name": "Bram", "role": "child", "birth_date": "2015-05-01"},
        ]
        parties = [{"agency": one, "task": "betrokken"} for one in AGENCIES]
        data = {"reason": self._text(), "members": members, "parties": parties}
        yield self._event("plan.opened.v1", data, "veilig-thuis")
        yield self._event("lead.assigned.v1", {"lead": LEAD}, "municipality")

    def next(self) -> dict[str, Any]:
        """Something happened, or was said or done."""
        (type_,) = self._rng.choices(list(SHARES), list(SHARES.values()))
        agency = self._rng.choice(AGENCIES)
        return self._event(*self._said(type_, agency), agency)

    def _said(self, type_: str, agency: str) -> Said:
        """A note, where there is nothing yet that could be completed, answered or resolved."""
        makers: dict[str, Callable[[str, str], dict[str, Any]]] = {
            "incident.recorded.v2": self._incident,
            "conversation.held.v1": self._conversation,
            "goal.set.v2": self._goal,
            "question.asked.v1": self._question,
            "concern.raised.v1": self._concern,
        }
        if self._open["g"]:
            makers["action.agreed.v2"] = self._action
        for kind, done in DONE.items():
            if self._open[kind]:
                makers[done.type_] = partial(self._closing, kind)
        chosen = type_ if type_ in makers else NOTE
        return chosen, makers.get(type_, self._note)(self._text(), agency)

    def _note(self, text: str, _agency: str) -> dict[str, Any]:
        about = self._rng.sample(MEMBERS, self._rng.randint(1, 2))
        return {"note_id": f"n{self._count}", "about": about, "text": text}

    def _incident(self, text: str, _agency: str) -> dict[str, Any]:
        return {
            "incident_id": f"i{self._count}",
            "kind": self._rng.choice(("physical", "psychological", "stalking", "neglect")),
            "by": ["father"],
            "against": [self._rng.choice(MEMBERS)],
            "began_at": self._moment().isoformat(),
            "source": "victim",
            "certainty": "told",
            "gravity": self._rng.choice(("worrying", "serious", "severe")),
            "text": text,
        }

    def _conversation(self, text: str, agency: str) -> dict[str, Any]:
        return {
            "conversation_id": f"v{self._count}",
            "professional": "Noor Visser",
            "agency": agency,
            "manner": "home-visit",
            "about": text,
            "held_at": self._moment().isoformat(),
            "members": [{"member_id": "child", "heard": True, "words": "Ik wil rust."}],
        }

    def _goal(self, text: str, _agency: str) -> dict[str, Any]:
        return {
            "goal_id": self._new("g"),
            "life_domain": self._rng.choice(DOMAINS),
            "text": text,
            "measured_by": "Vier weken rust.",
            "target_date": "2026-12-01",
        }

    def _action(self, text: str, agency: str) -> dict[str, Any]:
        return {
            "action_id": self._new("a"),
            "goal_id": self._rng.choice(self._open["g"]),
            "owner": {**OWNER, "agency": agency},
            "text": text,
            "due": "2026-04-01",
        }

    def _question(self, text: str, agency: str) -> dict[str, Any]:
        owner = {**OWNER, "agency": agency}
        return {"question_id": self._new("q"), "text": text, "owner": owner, "due": "2026-03-20"}

    def _concern(self, text: str, _agency: str) -> dict[str, Any]:
        facts = {"life_domain": self._rng.choice(DOMAINS), "about": ["child"], "text": text}
        return {"concern_id": self._new("c"), **facts}

    def _closing(self, kind: str, text: str, _agency: str) -> dict[str, Any]:
        left = self._open[kind]
        done = DONE[kind]
        return {done.id_field: left.pop(self._rng.randrange(len(left))), done.text_field: text}

    def _event(self, type_: str, data: dict[str, Any], agency: str) -> dict[str, Any]:
        self._count += 1
        return {
            "specversion": "1.0",
            "id": f"{self.id}-{self._count}",
            "source": f"urn:oneplan:agency:{agency}",
            "type": f"nl.oneplan.{type_}",
            "subject": self.id,
            "time": self._moment().isoformat(),
            "data": data,
        }

    def _moment(self) -> datetime:
        return NOW - timedelta(minutes=self._rng.randint(1, 60 * 24 * 300))

    def _text(self) -> str:
        return " ".join(self._rng.choices(SENTENCES, k=self._rng.randint(1, 6)))

    def _new(self, kind: str) -> str:
        made = f"{kind}{self._count}"
        self._open[kind].append(made)
        return made


def events(count: int, families: int, seed: int = 1, prefix: str = "F") -> Iterator[dict[str, Any]]:
    """``count`` CloudEvents over so many families, mixed; each plan is opened first."""
    rng = Random(seed)
    there: list[Family] = []
    made = 0
    while made < count:
        # All families have come when a fifth has gone by: most events are about a known one.
        wanted = min(families, 1 + made * 5 * families // count)
        if len(there) < wanted:
            there.append(Family(f"{prefix}{len(there)}", rng))
            opening = list(there[-1].opening())[: count - made]
            made += len(opening)
            yield from opening
        else:
            made += 1
            yield rng.choice(there).next()


def one_family(family_id: str, count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """The first ``count`` events about one family."""
    family = Family(family_id, Random(seed))
    yield from list(family.opening())[:count]
    for _ in range(count - 2):
        yield family.next()


def subject(event: dict[str, Any]) -> str:
    """Where its agency publishes it."""
    agency = str(event["source"]).rsplit(":", 1)[-1]
    return f"agency.{agency}.{event['subject']}.{event['type']}"


def deliveries(made: Iterator[dict[str, Any]], first: int = 1) -> list[Delivery]:
    """The events as they come from the stream; ``first`` is the place of the first one."""
    return [
        Delivery(subject(event), orjson.dumps(event), place)
        for place, event in enumerate(made, start=first)
    ]
