"""Bad questions over NATS: each has one answer, which names the field."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import orjson
from hypothesis import strategies as st

from services.bus.agencies import AgencyRegister
from services.persons.pseudonyms import Pseudonyms
from services.persons.service import answer_question
from services.views.service import TOPICS, Desk, Topic
from tests.fuzz.events import BYTES
from tests.fuzz.fates import NO_ENGLISH, logged
from tests.fuzz.odd import CANARY, NUMBERS, odd_ids, odd_moments, odd_places, telling_texts, values
from tests.fuzz.served import AGENCIES, FAMILY, Served
from tests.fuzz.trying import Fuzz

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "family_id": st.just(FAMILY) | st.just(FAMILY) | odd_ids,
    "known_at": odd_moments,
    "happened_until": odd_moments,
    "limit": st.sampled_from((1, 100, *NUMBERS)),
    "after": telling_texts | odd_ids | odd_places,
    "person_id": odd_ids | st.just("kbakker"),
    "bsn": st.sampled_from(("123456782", "111222333", "12345678")) | telling_texts,
}
questions = st.one_of(
    st.fixed_dictionaries({}, optional=FIELDS).map(orjson.dumps),
    st.fixed_dictionaries({}, optional=FIELDS)
    .map(lambda one: {**one, "family_id": FAMILY})
    .map(orjson.dumps),
    st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, values)).map(orjson.dumps),
    values.map(orjson.dumps),
    st.sampled_from(BYTES),
    st.binary(max_size=30),
)


def test_each_question_has_one_answer(served: Served, fuzz: Fuzz) -> None:
    began = time.monotonic()
    desk = Desk()
    desk.views, desk.largest = served.fates.world.views, 8_000_000
    desk.register = AgencyRegister(served.settings)
    pseudonyms = Pseudonyms(served.settings)
    found: Counter[str] = Counter()

    def check(asked: tuple[Topic[Any] | None, str, bytes]) -> None:
        topic, agency, body = asked
        if topic is None:
            told = answer_question(pseudonyms, agency, body).model_dump_json().encode()
        else:
            told = asyncio.run(desk.answer(topic, agency, body))
        answer = orjson.loads(told)
        found[answer["status"]] += 1
        if answer["status"] == "ok":
            return
        assert answer["field"]
        assert CANARY not in answer["reason"]
        assert NO_ENGLISH.search(answer["reason"]) is None, answer["reason"]
        assert len(answer["reason"].split()) > 1

    asked = st.tuples(
        st.sampled_from((*TOPICS, None)), st.sampled_from((*AGENCIES, "no-agency")), questions
    )
    with logged() as lines:
        fuzz.each(asked, fuzz.inputs(few=150, share=0.05), check)
    assert CANARY not in lines.getvalue()
    assert found["ok"] > 3
    fuzz.tell("questions", began, inputs=found.total(), answers=dict(found))
