"""No BSN gets in: an event that holds one is refused, and only the rest of it is kept.

What counts as one: whatever stands in a field that is named after it, a number that a text calls
so, and in a description of a person any text that is nothing but such a number. Other numbers are
left alone, since one in eleven of any nine digits passes the eleven-test (our working agreement).
Source: Uitvoeringswet AVG, article 46: a BSN is processed only where a law says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson

from domain.persons.bsn import bare, bsns_in, is_bsn, names_bsn
from services.intake.delivery import Delivery

REMOVED = "removed"
REASON = (
    "a BSN has no place in an event, and was removed from what we keep; ask for its pseudonyms "
    "on persons.<agency>.pseudonym and send those in data.pseudonyms"
)
DESCRIBED = "nl.oneplan.person.described."

_DIGITS = re.compile(r"\d(?:[ .-]?\d){7,8}")
_CALLED_SO = re.compile(rb"(?i)bsn|burgerservice|sofinummer|citizenservice")


@dataclass(frozen=True)
class Found:
    """Where a BSN was, and what may be kept of the message."""

    field: str
    kept: Delivery


def look(delivery: Delivery, raw: dict[str, Any]) -> Found | None:
    """Look for a BSN in an event; None when there is none."""
    whole_texts = str(raw.get("type", "")).startswith(DESCRIBED)
    places = [*_places(raw, "", whole_texts=whole_texts)]
    token = delivery.subject.split(".")[2] if delivery.subject.count(".") > 1 else ""
    if whole_texts and is_bsn(token):
        places.append(("subject", token))
    if not places:
        return None
    numbers = {bare(number) for _, number in places if bare(number)}
    scrubbed = orjson.dumps(_scrubbed(raw, numbers))
    subject = ".".join(
        REMOVED if bare(part) in numbers else part for part in delivery.subject.split(".")
    )
    field = _DIGITS.sub(REMOVED, places[0][0])
    return Found(field, replace(delivery, body=scrubbed, subject=subject))


def without_body(delivery: Delivery) -> Delivery | None:
    """What may be kept of a message that cannot be read and speaks of a BSN; None when not."""
    if _CALLED_SO.search(delivery.body) is None:
        return None
    return replace(delivery, body=b"(removed: it cannot be read, and may hold a BSN)")


def readable(delivery: Delivery) -> dict[str, Any]:
    """The event in what was kept; empty when there is none."""
    try:
        raw = orjson.loads(delivery.body)
    except orjson.JSONDecodeError:
        return {}
    return raw if isinstance(raw, dict) else {}


def _places(node: Any, path: str, *, whole_texts: bool) -> Iterator[tuple[str, str]]:
    """The fields that hold a BSN, and the number; an empty one where the name alone says so."""
    if isinstance(node, dict):
        for key, value in node.items():
            where = f"{path}.{key}" if path else key
            if names_bsn(key):
                found = (*_numbers(value), *_DIGITS.findall(key))
                yield from ((where, number) for number in found)
            else:
                yield from _places(value, where, whole_texts=whole_texts)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _places(value, f"{path}[{place}]", whole_texts=whole_texts)
    elif isinstance(node, str):
        if whole_texts and is_bsn(node):
            yield path, node
        yield from ((path, number) for number in bsns_in(node))
    elif whole_texts and isinstance(node, int) and is_bsn(f"{node:09d}"):
        yield path, str(node)


def _numbers(value: Any) -> list[str]:
    """All numbers below a field that is named after a BSN, whether they pass the test or not."""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return _DIGITS.findall(text) or [""]


def _scrubbed(node: Any, numbers: set[str]) -> Any:
    if isinstance(node, dict):
        return {
            _text(key, numbers): None if names_bsn(key) else _scrubbed(value, numbers)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_scrubbed(value, numbers) for value in node]
    if isinstance(node, str):
        return _text(node, numbers)
    return None if str(node) in numbers else node


def _text(text: str, numbers: set[str]) -> str:
    for number in numbers:
        text = re.sub(r"[ .-]?".join(number), REMOVED, text)
    return text
