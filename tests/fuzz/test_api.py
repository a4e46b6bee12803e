"""The API by its own description: schemathesis asks what it says may be asked, and what may not."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from typing import Any

import requests
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.generation.modes import GenerationMode
from schemathesis.openapi import from_dict

from tests.fuzz.served import AGENCIES, FAMILY, OTHER, PEOPLE, Served
from tests.fuzz.trying import Fuzz

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
]
PROBLEM = "application/problem+json"
NOBODY = ""
REAL = {
    "family_id": st.sampled_from((FAMILY, OTHER, "GEZIN-F9")),
    "person_id": st.sampled_from(("kbakker", "mvries")),
}


def sessions(served: Served) -> dict[str, requests.Session]:
    """Everybody who may ask, each with what lets them in."""
    found = {NOBODY: requests.Session()}
    for agency in AGENCIES:
        found[agency] = requests.Session()
        found[agency].headers["Authorization"] = f"Bearer {served.token(agency)}"
    for person in PEOPLE:
        found[person.id] = requests.Session()
        found[person.id].cookies.update(dict(served.browser(person.id).http.cookies))
    return found


def cases(description: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Requests of all operations: good ones, bad ones, and good ones about who is there."""
    schema = from_dict(description)
    found = []
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]
        found.append(operation.as_strategy(GenerationMode.POSITIVE))
        found.append(operation.as_strategy(GenerationMode.NEGATIVE))
        places = {name: choice for name, choice in REAL.items() if f"{{{name}}}" in operation.path}
        if places:
            found += [st.fixed_dictionaries(places).flatmap(partial(_about, operation))] * 2
    return st.one_of(found)


def _about(operation: Any, places: dict[str, str]) -> st.SearchStrategy[Any]:
    strategy: st.SearchStrategy[Any] = operation.as_strategy(
        GenerationMode.POSITIVE, path_parameters=places
    )
    return strategy


def test_all_that_the_description_allows(served: Served, fuzz: Fuzz) -> None:
    began = time.monotonic()
    asking = sessions(served)
    description = requests.get(f"{served.url}/openapi.json", timeout=10).json()
    statuses: Counter[int] = Counter()
    before = served.stored()

    def check(given: tuple[str, Any]) -> None:
        who, case = given
        response = case.call(base_url=served.url, session=asking[who])
        statuses[response.status_code] += 1
        # Without a nats-server it is not ready, and says so.
        unready = response.status_code == 503 and case.path == "/health/ready"
        case.validate_response(response, checks=CHECKS[1:] if unready else CHECKS)
        if response.status_code >= 400 and not unready:
            assert response.headers["content-type"] == [PROBLEM], (who, response.headers)
            problem = response.json()
            assert problem["reason"]
            assert problem["status"] == response.status_code

    # Most often who may see something.
    who = st.sampled_from(("police", "kbakker", "moeder", "vera", *sorted(asking)))
    strategy = st.tuples(who, cases(description))
    fuzz.each(strategy, fuzz.inputs(few=60, share=0.06), check, at_once=500)
    assert statuses[200]
    assert sum(count for status, count in statuses.items() if status >= 400)
    # Nothing but emergency access is given here.
    assert (served.stored() > before) is (statuses[201] > 0)
    told = {str(status): count for status, count in sorted(statuses.items())}
    fuzz.tell("API", began, inputs=statuses.total(), statuses=told)
