"""Bad agency events: bytes that are no JSON, JSON that is no event, events with a fault in them.

Most of them begin as one of the examples that agencies are shown, and are then changed with an eye
for their structure. ``FAMILY`` and ``NEW`` stand for what whoever sends them fills in.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from hypothesis import strategies as st

from services.contracts.data import DATA_BY_TYPE
from tests.contracts.test_contracts import example
from tests.fuzz.odd import (
    CANARY,
    odd_ids,
    odd_moments,
    odd_numbers,
    odd_texts,
    telling_texts,
    values,
)

FAMILY = "GEZIN-0001"
"""The family of the examples."""
NEW = "NIEUW-0000"
"""An id that nothing had before."""
TYPES = sorted(DATA_BY_TYPE)
AGENCIES = ("police", "veilig-thuis", "municipality", "school", "halt", "shelter")

MOMENTS = ("_at", "_until", "_from", "date", "due", "_on")
"""How the names of moments and days end."""

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Sent:
    """One message as an agency publishes it."""

    body: bytes
    agency: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """An event before it is made into bytes."""

    event: Any
    agency: str


def places(node: Any, place: Place = ()) -> Iterator[Place]:
    """The place of everything in it, itself included."""
    yield place
    pairs: Any = ()
    if isinstance(node, dict):
        pairs = node.items()
    elif isinstance(node, list):
        pairs = enumerate(node)
    for name, value in pairs:
        yield from places(value, (*place, name))


def at(node: Any, place: Place) -> Any:
    """What stands there."""
    for name in place:
        node = node[name]
    return node


def put(node: Any, place: Place, value: Any) -> None:
    """Put this there."""
    at(node, place[:-1])[place[-1]] = value


def fits(name: str | int, value: Any) -> st.SearchStrategy[Any]:
    """Something odd of the same kind."""
    called = str(name)
    if called == "time" or called.endswith(MOMENTS):
        return odd_moments
    if called in {"id", "other", "subject"} or called.endswith("_id"):
        return odd_ids | st.just(NEW)
    by_kind = {bool: st.booleans(), int: odd_numbers, float: odd_numbers}
    by_kind[str] = telling_texts | odd_texts
    return by_kind.get(type(value), values)


@st.composite
def told(draw: st.DrawFn) -> Told:
    """An example that may well be accepted: it says something new, in odd texts."""
    event = copy.deepcopy(example(draw(st.sampled_from(TYPES))))
    agency = event["source"].rsplit(":", 1)[-1]
    event["id"] = NEW
    data = event["data"]
    own = f"{event['type'].split('.')[2].replace('-', '_')}_id"
    if own in data and draw(st.booleans()):
        data[own] = NEW
    for place in list(places(data)):
        if place and place[-1] in {"text", "name", "reason", "words", "answer", "result", "about"}:
            value = at(data, place)
            if isinstance(value, str) and draw(st.integers(0, 2)) == 0:
                put(data, place, draw(telling_texts))
    return Told(event, agency)


@st.composite
def faulty(draw: st.DrawFn) -> Told:
    """An example with one to four changes in it."""
    one = draw(told())
    event = one.event
    for _ in range(draw(st.integers(1, 4))):
        # The whole event is no place to change; most of what there is to change is in its data.
        inside = list(places(event))[1:]
        if not inside:
            break
        place = draw(st.sampled_from(inside))
        _change(draw, event, place)
    agency = draw(st.sampled_from(AGENCIES)) if draw(st.integers(0, 9)) == 0 else one.agency
    return Told(event, agency)


def _change(draw: st.DrawFn, event: Any, place: Place) -> None:
    parent, name = at(event, place[:-1]), place[-1]
    how = draw(st.integers(0, 7))
    if how <= 1:
        parent[name] = draw(fits(name, parent[name]))
    elif how == 2:
        parent[name] = draw(values)
    elif how == 3:
        del parent[name]
    elif how == 4 and isinstance(parent, dict):
        parent[draw(telling_texts | st.sampled_from(NAMES))] = draw(values)
    elif how == 4:
        parent.extend([copy.deepcopy(parent[name])] * draw(st.sampled_from((1, 2, 300))))
    elif how == 5:
        parent[name] = copy.deepcopy(at(event, draw(st.sampled_from(list(places(event))[1:]))))
    elif how == 6:
        other = example(draw(st.sampled_from(TYPES)))
        parent[name] = at(other, draw(st.sampled_from(list(places(other))[1:])))
    else:
        parent[name] = [parent[name]] if draw(st.booleans()) else {"value": parent[name]}


NAMES = (
    "traceparent", "tracestate", "correlationid", "sequence", "dataschema", "datacontenttype",
    "data_base64", "specversion", "bsn", "class_version", "originator_id", "__class__", "",
)  # fmt: skip
TRACEPARENTS = (
    "",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-00000000000000000000000000000000-0000000000000000-00",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-zz",
    "00-" + "a" * 4000,
    CANARY,
)
BYTES = (
    b"", b" ", b"\xef\xbb\xbf", b"\xff\xfe{\x00", b"\xff", b"\x00", b"NaN", b"Infinity", b"-",
    b"1e999", b"9" * 400, b'"\\ud800"', b"\\u0000", b"\\ud83d", b'{"id":1,"id":2}',
    b"[" * 3000, b'{"a":' * 3000, b",", b"}", b"]", b'"', b"\\", b"/*x*/", b"'", b"\xc0\xaf",
    b"\xed\xa0\x80", b"null", b"0x10",
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The bytes of an event with odd ones among them."""
    body = bytearray(orjson.dumps(draw(told()).event))
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(body)))
        end = begin + draw(st.sampled_from((0, 0, 1, 2, 10, 10_000)))
        body[begin:end] = draw(st.sampled_from(BYTES) | st.binary(max_size=8))
    return bytes(body)


@st.composite
def written_oddly(draw: st.DrawFn) -> bytes:
    """The same event, spelled as another library would: escapes, a BOM, another encoding."""
    one = draw(told() | faulty())
    ascii_only = json.dumps(one.event, indent=draw(st.sampled_from((None, 1))))
    how = draw(st.integers(0, 4))
    if how == 0:
        return b"\xef\xbb\xbf" + ascii_only.encode()
    if how == 1:
        return ascii_only.encode(draw(st.sampled_from(("utf-16", "utf-32", "utf-7", "cp037"))))
    if how == 2:
        # A key twice: which one counts is the reader's own choice.
        return ascii_only.replace("{", '{"id": "eerst", "data": {"text": "eerst"},', 1).encode()
    if how == 3:
        return ascii_only.replace('": "', '": "\\ud800', 1).encode()
    return ascii_only.encode() + draw(st.sampled_from(BYTES))


def sent() -> st.SearchStrategy[Sent]:
    """Any bad message; some are good."""
    headers: st.SearchStrategy[dict[str, str]] = st.one_of(
        st.just({}), st.sampled_from(TRACEPARENTS).map(lambda one: {"traceparent": one})
    )
    structured = st.one_of(told(), faulty(), faulty(), faulty())
    agencies = st.sampled_from(AGENCIES)
    raw = st.one_of(st.binary(max_size=60), damaged(), written_oddly(), values.map(orjson.dumps))
    return st.one_of(
        st.builds(
            lambda one, given: Sent(orjson.dumps(one.event), one.agency, given), structured, headers
        ),
        st.builds(
            lambda one, given: Sent(orjson.dumps(one.event), one.agency, given), structured, headers
        ),
        st.builds(Sent, raw, agencies, headers),
    )


def damaged_by(chance: random.Random) -> Sent:
    """An example with a few odd bytes in it, or a piece of it gone; by the ten thousand."""
    event = WRITTEN[chance.choice(TYPES)]
    body = bytearray(event.body)
    for _ in range(chance.randint(1, 3)):
        begin = chance.randrange(len(body) + 1)
        gone = chance.choice((0, 0, 1, 1, 2, 5, 40, 10_000))
        new = chance.choice((*BYTES, *LITERALS, chance.randbytes(chance.randint(1, 6))))
        body[begin : begin + gone] = new
    agency = chance.choice(AGENCIES) if chance.random() < ELSEWHERE else event.agency
    return Sent(bytes(body), agency)


ELSEWHERE = 0.05
"""How many come from another agency than they say."""
LITERALS = (
    b'"Kanarie de Vogel"',
    b"true",
    b"[]",
    b"{}",
    b"0",
    b"-1",
    b"1.5",
    b'"id"',
    b":",
    b"a",
    b"1",
)


def _written(type_: str) -> Sent:
    event = {**example(type_), "id": NEW}
    return Sent(orjson.dumps(event), event["source"].rsplit(":", 1)[-1])


WRITTEN = {type_: _written(type_) for type_ in TYPES}
