"""No BSN gets in: where it may be in an event, and what is kept of that."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from stdnum.nl import bsn

from domain.persons.bsn import bsns_in, is_bsn, may_speak_of_bsn, names_bsn
from services.contracts.receipt import Status
from services.intake.delivery import Delivery, Outcome
from services.intake.reading import AgencyEvent, read
from services.settings import Settings
from tests.persons.events import described, noted

BSN = "123456782"
AGENCY_OF_SOURCE = Settings().agency_of_source

BSNS = st.integers(1_000_000, 99_999_999).map(
    lambda number: (
        next(text for last in range(11) if bsn.is_valid(text := f"{number * 10 + last:09d}"))
        if any(bsn.is_valid(f"{number * 10 + last:09d}") for last in range(10))
        else BSN
    )
)


def taken(event: dict[str, Any] | bytes, subject: str = "agency.police.x.y") -> Any:
    body = event if isinstance(event, bytes) else orjson.dumps(event)
    return read(Delivery(subject, body, 41), AGENCY_OF_SOURCE)


def everything_in(outcome: Outcome) -> str:
    kept = outcome.delivery
    parts = (kept.subject, kept.body.decode(), outcome.event_id, outcome.field, outcome.reason)
    return " ".join(str(part) for part in parts)


def with_data(event: dict[str, Any], **data: Any) -> dict[str, Any]:
    return {**event, "data": {**event["data"], **data}}


@pytest.mark.parametrize(
    "event",
    [
        with_data(described(), bsn=BSN),
        with_data(described(), bsn=int(BSN)),
        with_data(described(), BSN="1234.56.782"),
        with_data(described(), burgerservicenummer=[{"nummer": BSN}]),
        with_data(described(), extra={"persoon": {"bsn-nummer": BSN}}),
        with_data(noted(1), bsn=BSN, text=f"Kent zichzelf als {BSN} of 1234 56 782."),
        with_data(noted(1), text=f"Zijn BSN is {BSN}, zei hij."),
        with_data(described(), person_reference=BSN),
        with_data(described(), family_name=BSN),
        with_data({**described(subject=BSN), "id": BSN}, bsn=BSN),
        {**noted(1), "bsn": BSN},
        with_data(described(), **{f"bsn {BSN}": True}),
    ],
)
def test_a_bsn_is_refused_and_nothing_that_is_kept_has_it(event: dict[str, Any]) -> None:
    outcome = taken(event)
    assert isinstance(outcome, Outcome)
    assert (outcome.status, outcome.erase) == (Status.REJECTED, True)
    assert outcome.reason is not None
    assert "has no place in an event" in outcome.reason
    kept = everything_in(outcome)
    for spelling in (BSN, "1234.56.782", "1234 56 782"):
        assert spelling not in kept
    # The rest is there for whoever has to mend it, and it is refused again.
    assert orjson.loads(outcome.delivery.body)["type"] == event["type"]


def test_the_subject_of_the_message_is_scrubbed_too() -> None:
    event = with_data(described(subject=BSN), bsn=BSN)
    outcome = taken(event, f"agency.police.{BSN}.nl.oneplan.person.described.v1")
    assert isinstance(outcome, Outcome)
    assert outcome.delivery.subject == "agency.police.removed.nl.oneplan.person.described.v1"
    assert outcome.delivery.agency == "police"


@pytest.mark.parametrize("body", [b'{"data": {"bsn": 123456782,', b"\xffBSN 123456782"])
def test_what_cannot_be_read_and_speaks_of_a_bsn_is_not_kept(body: bytes) -> None:
    outcome = taken(body)
    assert isinstance(outcome, Outcome)
    assert outcome.erase
    assert BSN not in everything_in(outcome)


@pytest.mark.parametrize(
    "event",
    [
        with_data(noted(1), note_id="123456782", text="Zaak 123456782 op 12-03-2026."),
        with_data(noted(1), text="Zijn BSN is niet bekend; telefoon 0612345678."),
        with_data(noted(1), text="BSN 123456789 klopt niet."),
        described("P-123456782"),
        described(birth_date="1951-03-02", subject=BSN),
    ],
)
def test_other_numbers_are_left_alone(event: dict[str, Any]) -> None:
    assert isinstance(taken(event), AgencyEvent)


def test_a_message_that_cannot_be_read_for_another_reason_is_kept_as_it_is() -> None:
    outcome = taken(b'{"id": ')
    assert isinstance(outcome, Outcome)
    assert not outcome.erase
    assert outcome.delivery.body == b'{"id": '


@given(number=BSNS, key=st.sampled_from(["bsn", "Bsn_nr", "burgerServiceNummer", "x-bsn"]))
def test_whatever_the_number_and_the_field(number: str, key: str) -> None:
    assert is_bsn(number)
    outcome = taken(with_data(noted(1), **{key: number, "text": f"nummer {number}"}))
    assert isinstance(outcome, Outcome)
    assert number not in everything_in(outcome)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (BSN, True),
        ("1234.56.782", True),
        ("10000008", True),
        ("123456789", False),
        ("000000000", False),
        ("12345678", False),
        ("", False),
        ("twaalf", False),
    ],
)
def test_the_eleven_test(text: str, valid: bool) -> None:
    assert is_bsn(text) is valid


WORDS = ("bsn", "B.S", "n", "s", "burgerserv", "i", "ce", "nummer", "sof", "citizenserv", BSN)
SIGNS = ("\u017f", "\u0130", "\u0131", "\u00df", "\u00e9", "\u212a", "\n", '"', "\\", " ", "-")
PIECES = st.sampled_from([*WORDS, *SIGNS])


@settings(max_examples=150, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    st.dictionaries(
        st.lists(PIECES, max_size=6).map("".join), st.lists(PIECES, max_size=6).map("".join)
    )
)
def test_where_it_is_not_worth_looking_for_a_bsn_none_is_found(held: dict[str, str]) -> None:
    if any(map(names_bsn, held)) or any(found for text in held.values() for found in bsns_in(text)):
        assert may_speak_of_bsn(orjson.dumps(held))
        assert may_speak_of_bsn(json.dumps(held).encode())


def test_most_events_are_not_worth_looking_for_a_bsn() -> None:
    event = with_data(noted(1), text="ruzie over het geld, né 20260301 om 9:30")
    assert not may_speak_of_bsn(orjson.dumps(event))
