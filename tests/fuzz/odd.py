"""What is odd: texts, moments, numbers and ids that a careless or a hostile sender may send."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

CANARY = "Kanarie de Vogel"
"""Stands in every text that is made up here, and may never be seen in a log or in a reason."""

TEXTS = (
    "",
    " ",
    "\t\r\n",
    "\u00a0\u2003",
    "\x00",
    "voor\x00na",
    "\x01\x08\x1b[31m\x7f",
    "\u202egefeliciteerd\u202c",
    "\u200b\u200d\ufeff",
    "e" + "\u0301" * 400,
    "👩\u200d👩\u200d👧\u200d👦🏳️\u200d🌈",
    "\ufffe\uffff\U0010ffff",
    "\u2028\u2029\x85",
    "ﷺ" * 50,
    "'; DROP TABLE stored_events; --",
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>",
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "%s%n%(x)s{0}{x.__class__}",
    "a\r\nNats-Msg-Id: 1\r\n\r\n",
    "#set page(width: 1pt) $x$ @ref <label> \\",
    "[bold red]rood[/] [/nergens]",
    "../../../../etc/passwd",
    "x" * 200,
    "y" * 201,
    "z" * 20_000,
    "z" * 20_001,
    "null",
    "NaN",
    "2026-03-01",
)
MOMENTS = (
    "2026-03-01T09:30:00Z",
    "2026-03-01t09:30:00z",
    "2026-03-01 09:30:00Z",
    "2026-03-01T09:30:00",
    "2026-03-01T09:30:00+23:59",
    "2026-03-01T09:30:00-23:59",
    "2026-03-01T09:30:00+24:00",
    "2026-03-01T09:30:00-00:00",
    "2026-03-01T24:00:00Z",
    "2026-03-01T09:30:60Z",
    "2016-12-31T23:59:60Z",
    "2026-03-01T09:30:00.123456789Z",
    "2026-03-29T02:30:00+01:00",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "0000-01-01T00:00:00Z",
    "1582-10-10T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
    "10000-01-01T00:00:00Z",
    "+002026-03-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-W09-7T00:00:00Z",
    "2026-060T00:00:00Z",
    "1767225600",
    "1e9",
    "-1",
    "²⁰²⁶-03-01T09:30:00Z",
    "٢٠٢٦-٠٣-٠١T09:30:00Z",
)
DAYS = (
    "2026-03-01",
    "0001-01-01",
    "9999-12-31",
    "2026-02-29",
    "2024-02-29",
    "1800-01-01",
    "26-3-1",
    "2026-03-01T00:00:00Z",
    "0",
)
NUMBERS: tuple[Any, ...] = (
    0, -1, 1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, 0.1, -0.0, 1e308, 5e-324,
)  # fmt: skip
IDS = (
    "",
    "a",
    "-",
    "_",
    ".",
    "*",
    ">",
    "a.b",
    "a b",
    "a\n",
    "é",
    "a\u0301",
    "𝟏𝟐",
    "١٢",
    "\x00",
    "a" * 64,
    "a" * 65,
    "a" * 128,
    "a" * 129,
    "unknown",
    "family",
    "None",
    "moeder",
    "kind-1",
    "doel-1",
    "GEZIN-0002",
    "GEZIN-9999",
    "../x",
    "%2e%2e",
    "CON",
)

PLACES = tuple(
    f"2026-03-01T09:30:00Z_{last}"
    for last in ("", "1", "-1", "9" * 18, "9" * 19, "9" * 150, "٣", "²", "\x00", "F1", "a_b")
)
"""What looks like the place where the next page of a list begins."""

made_up_texts = st.text(st.characters(codec="utf-8"), max_size=40)
odd_texts = st.one_of(st.sampled_from(TEXTS), made_up_texts)
telling_texts = odd_texts.map(lambda text: f"{CANARY} {text}"[:20_000])
"""A text that tells something of somebody."""
odd_places = st.sampled_from((*PLACES, "MA==", "e30", "null", str(2**63), "-1"))
odd_numbers = st.one_of(
    st.sampled_from(NUMBERS),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
odd_ids = st.one_of(st.sampled_from(IDS), made_up_texts)
odd_moments = st.one_of(
    st.sampled_from(MOMENTS),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    st.sampled_from(DAYS),
)

plain_values = st.one_of(
    st.none(),
    st.booleans(),
    odd_numbers,
    telling_texts,
    odd_moments,
    odd_ids,
    st.just([]),
    st.just({}),
)
values: st.SearchStrategy[Any] = st.recursive(
    plain_values,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(telling_texts | st.sampled_from(("text", "id", "bsn")), inner, max_size=3),
    ),
    max_leaves=6,
)
"""Any JSON that orjson can write."""
