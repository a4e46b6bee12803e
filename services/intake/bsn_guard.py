"""No BSN gets in: an event that holds one is refused, and only the rest of it is kept.

What counts as one: whatever stands in a field that is named after it, a number that a text calls
so, and in the data of a described person any text that is nothing but such a number. Other numbers
are left alone, since one in eleven of any nine digits passes the eleven-test, and so does many a
date (our working agreement).
Source: Uitvoeringswet AVG, article 46: a BSN is processed only where a law says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson

from domain.persons.bsn import bare, bsns_in, is_bsn, may_speak_of_bsn, names_bsn
from services.intake.delivery import Delivery

REMOVED = "removed"
REASON = (
    "a BSN has no place in an event, and was removed from what we keep; ask for its pseudonyms "
    "on persons.<agency>.pseudonym and send those in data.pseudonyms. If it is a reference of "
    "your own that looks like a BSN, put a letter before it"
)
DESCRIBED = "nl.oneplan.person.described."
NO_BSN = {"birth_date"}
"""What a date is made of may pass the eleven-test: 1951-03-02 does."""

_DIGITS = re.compile(r"\d(?:[ .-]?\d){7,8}")
_CALLED_SO = re.compile(rb"(?i)bsn|burgerservice|sofinummer|citizenservice")


@dataclass(frozen=True)
class Found:
    """Where a BSN was, and what may be kept of the message."""

    field: str
    kept: Delivery


def look(delivery: Delivery, raw: dict[str, Any]) -> Found | None:
    """Look for a BSN in an event, which is ``raw`` and the delivery's body; None without one."""
    describes = str(raw.get("type", "")).startswith(DESCRIBED)
    places = [
        *(_places(raw, "") if may_speak_of_bsn(delivery.body) else ()),
        *(_whole_texts(raw.get("data")) if describes else ()),
    ]
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


def _whole_texts(data: Any) -> Iterator[tuple[str, str]]:
    """The fields of a description that are nothing but a BSN."""
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        text = f"{value:09d}" if isinstance(value, int) else value
        if isinstance(text, str) and key not in NO_BSN and is_bsn(text):
            yield f"data.{key}", text


def _places(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """The fields that hold a BSN, and the number; an empty one where the name alone says so."""
    if isinstance(node, dict):
        for key, value in node.items():
            where = f"{path}.{key}" if path else key
            if names_bsn(key):
                found = (*_numbers(value), *_DIGITS.findall(key))
                yield from ((where, number) for number in found)
            else:
                yield from _places(value, where)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _places(value, f"{path}[{place}]")
    elif isinstance(node, str):
        yield from ((path, number) for number in bsns_in(node))


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
