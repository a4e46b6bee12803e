"""The pages: whatever is asked or typed, a page says what is wrong, and nothing is lost."""

from __future__ import annotations

import html
import re
import time
from collections import Counter
from urllib.parse import urlencode

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from hypothesis import strategies as st
from markupsafe import escape

from services.web.app import create_app
from tests.fuzz.pages import HEADERS, OF_SESSIONS, Route, filled, paths, queries, routes
from tests.fuzz.served import FAMILY, PEOPLE, Served, say_oddly
from tests.fuzz.trying import Fuzz
from tests.pages.reading import FormReader, Typed

HTML = {"Accept": "text/html"}
OWNERS = {"/our-plan": "moeder", "/my/": "els", "/audit": "vera", "/families": "kbakker"}
"""Whose pages begin so."""
TYPED = {"text", "textarea"}
WHITE = re.compile(r"\s+")

Asked = tuple[str, str, list[tuple[str, str]], dict[str, str]]


class Tried:
    """Everybody's browser, and what came of what they asked."""

    def __init__(self, served: Served, fuzz: Fuzz) -> None:
        self.served = served
        self.fuzz = fuzz
        self.app = create_app(served.settings)
        self.browsers = {one.id: served.browser(one.id).http for one in PEOPLE}
        self.browsers[""] = served.browser("").http
        self._say_what_for()
        self.statuses: Counter[int] = Counter()
        self.forms: dict[tuple[str, str], dict[str, Typed]] = {}
        self.asked = self.requests("GET")
        self.sent = self.requests("POST")

    def _say_what_for(self) -> None:
        """The auditor is shown nothing before they say what they look for."""
        fields = FormReader(self.browsers["vera"].get("/audit", headers=HTML).text).filled("")
        sent = self.browsers["vera"].post("/audit", data={**fields, "family_id": [FAMILY]})
        assert sent.status_code == 303, sent.text

    def form_at(self, who: str, path: str) -> dict[str, Typed]:
        """The fields of the form there, as it was opened last; none where there is no form."""
        if (who, path) not in self.forms:
            page = self.browsers[who].get(path, headers=HTML)
            there = page.status_code == 200
            self.forms[who, path] = FormReader(page.text).fields if there else {}
        return self.forms[who, path]

    def real(self) -> dict[str, list[str]]:
        """What is there, by its name in a path."""
        family = self.served.fates.family
        plan = self.served.fates.world.application.plan(family)
        assert plan is not None
        items = {f"{kind}_id": list(found) for kind, found in plan.items.items() if found}
        return {
            "family_id": [family, FAMILY],
            "item_id": [one for found in plan.items.values() for one in found],
            **{name.replace("-", "_"): found for name, found in items.items()},
        }

    def requests(self, method: str) -> st.SearchStrategy[tuple[str, Route, str]]:
        """Who asks, of which route, and its path."""
        real, found = self.real(), []
        for route in routes(self.app, method):
            own = next(
                (who for begin, who in OWNERS.items() if route.path.startswith(begin)), "els"
            )
            everybody = (own, own, own, *self.browsers)
            who = st.sampled_from(("",) if route.path in OF_SESSIONS else everybody)
            found.append(st.tuples(who, st.just(route), paths(route, real)))
        return st.one_of(found)

    def answered(self, answer: httpx.Response) -> None:
        """No fault of ours, and a page for whoever asked for one."""
        self.statuses[answer.status_code] += 1
        assert answer.status_code < 500, answer.text[:2000]
        assert "content-security-policy" in answer.headers
        if answer.status_code >= 400 and "hx-request" not in answer.request.headers:
            assert answer.headers["content-type"].startswith("text/html"), answer.headers

    def new_family(self) -> None:
        """A family to whom nothing ended yet."""
        self.served.fates.new_family()
        say_oddly(self.served.fates, self.fuzz)
        self.served.fates.world.catch_up()
        self.forms.clear()
        self.sent = self.requests("POST")


@pytest.fixture(scope="module")
def tried(served: Served, fuzz: Fuzz) -> Tried:
    """The browsers, signed in."""
    return Tried(served, fuzz)


def test_every_route_is_described_or_is_a_page(tried: Tried) -> None:
    described = set(tried.app.openapi()["paths"])
    pages = {one.path for method in ("GET", "POST") for one in routes(tried.app, method)}
    known = described | pages
    live = {"/caseload/live", "/families/{family_id}/live"}
    assets = {"/static", "/static-offline-docs", "/static-asyncapi", "/openapi.json"}
    assets |= {"/docs", "/docs/oauth2-redirect", "/redoc"}
    all_paths = {str(one.path) for one in iter_route_contexts(tried.app.routes)}
    assert all_paths == known | live | assets
    for path in all_paths:
        assert path.startswith("/api/") <= (path in described), path


def test_any_page_can_be_asked_oddly(tried: Tried, fuzz: Fuzz) -> None:
    began, before = time.monotonic(), tried.statuses.total()
    stored = tried.served.stored()

    def check(asked: tuple[tuple[str, Route, str], list[tuple[str, str]], dict[str, str]]) -> None:
        (who, _route, path), query, headers = asked
        url = f"{path}?{urlencode(query, errors='surrogatepass')}"
        sent = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
        answer = tried.browsers[who].get(url, headers={b"Accept": b"text/html", **sent})
        tried.answered(answer)

    asked = tried.asked.flatmap(lambda one: st.tuples(st.just(one), queries(one[1]), HEADERS))
    fuzz.each(asked, fuzz.inputs(few=60, share=0.03), check, at_once=400)
    assert tried.served.stored() == stored
    fuzz.tell("pages", began, inputs=tried.statuses.total() - before)


def test_any_form_can_be_filled_in_oddly(tried: Tried, fuzz: Fuzz) -> None:
    began, before = time.monotonic(), Counter(tried.statuses)

    def check(data: st.DataObject) -> None:
        who, _route, path = data.draw(tried.sent, label="request")
        sent = data.draw(filled(tried.form_at(who, path)), label="fields")
        body = urlencode(sent, errors="surrogatepass").encode()
        if data.draw(st.integers(0, 20)) == 0:
            body = data.draw(st.binary(max_size=50)) + body
        content = data.draw(st.sampled_from(CONTENT), label="content type")
        stored = tried.served.stored()
        answer = tried.browsers[who].post(
            path, content=body, headers={**HTML, "Content-Type": content}
        )
        tried.answered(answer)
        if answer.status_code < 400:
            # It was taken: what is sent next is another form.
            tried.forms.pop((who, path), None)
        else:
            assert tried.served.stored() == stored
        if answer.status_code == 422 and content == FORM:
            _typed_is_shown(answer.text, sent)

    fuzz.each(
        st.data(),
        fuzz.inputs(few=60, share=0.03),
        check,
        at_once=100,
        between=tried.new_family,
    )
    found = tried.statuses - before
    assert found[422] > 5
    for who, one in tried.browsers.items():
        still = one.get("/auth/me").json()
        assert who == (still["viewer"]["person_id"] if who else ""), still
    told = {str(status): count for status, count in sorted(found.items())}
    fuzz.tell("forms", began, inputs=found.total(), statuses=told)


FORM = "application/x-www-form-urlencoded"
CONTENT = (
    *[FORM] * 30,
    "multipart/form-data",
    "text/plain",
    f"{FORM}; charset=utf-16",
    "application/json",
)


def _typed_is_shown(page: str, sent: list[tuple[str, str]]) -> None:
    """All that was typed in a field of the form stands there again, and none of it runs."""
    form = FormReader(page)
    assert form.scripts() == []
    for name, field in form.fields.items():
        typed = [value for one, value in sent if one == name]
        if field.kind not in TYPED or len(typed) != 1:
            continue
        shown = html.unescape(str(escape(typed[0])))
        assert _bare(shown) == _bare("".join(field.values)), name


def _bare(text: str) -> str:
    return WHITE.sub("", text.replace("\x00", ""))
