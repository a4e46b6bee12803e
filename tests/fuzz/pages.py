"""Odd requests of the pages: any route with anything in its path and query, and forms filled oddly.

The fields of a form are read from its own page, so that a new form is tried without a line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute, iter_route_contexts
from hypothesis import strategies as st

from services.web.pages.work.command import Command
from services.web.pages.work.registry import COMMANDS
from tests.fuzz.odd import odd_ids, odd_moments, odd_places, odd_texts, telling_texts
from tests.pages.reading import Typed

ITEM_KINDS = {
    "question_id": "question",
    "action_id": "action",
    "goal_id": "goal",
    "consent_id": "consent",
    "conference_id": "conference",
}
OF_SESSIONS = {
    "/auth/callback",
    "/auth/sign-in",
    "/auth/sign-out",
    "/auth/role",
    "/calendar",
    "/language",
}
"""Those that change the session, which all that follows needs: they are tried without one."""


@dataclass(frozen=True)
class Route:
    """One route of the application: its path, and the names it reads from the query."""

    path: str
    names: tuple[str, ...]

    @property
    def places(self) -> list[str]:
        """The names in its path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def is_on_item(self) -> bool:
        """Whether it names an item of a family."""
        return "item_id" in self.places


def routes(app: FastAPI, method: str) -> list[Route]:
    """All routes of this method that are no part of the described API; no endless ones."""
    found = []
    for one in iter_route_contexts(app.routes):
        route: Any = one.original_route
        if (
            not isinstance(route, APIRoute)
            or one.include_in_schema
            or method not in (route.methods or ())
        ):
            continue
        path = str(one.path)
        if one.include_in_schema or path.endswith("/live"):
            continue
        names = [param.alias for param in get_flat_params(route.dependant)]
        found.append(Route(path, tuple(names)))
    return found


values = st.one_of(
    odd_texts,
    telling_texts,
    odd_moments,
    odd_ids,
    odd_places,
    st.sampled_from(
        ("true", "-1", "0", "9" * 30, "1e3", "9" * 5000, "٣", "²", "member:", ":", "::")
    ),
)
"""What may be typed."""


def paths(route: Route, real: dict[str, list[str]]) -> st.SearchStrategy[str]:
    """The route with something in its path: most often what is there.

    Args:
        real: the ids that are there, by their name in a path (``goal_id``).
    """
    if "name" in route.places:
        chosen = [one for one in COMMANDS.values() if (one.on is not None) is route.is_on_item]
        return st.sampled_from(chosen).flatmap(lambda one: _paths(route, real, one))
    return _paths(route, real, None)


def _paths(
    route: Route, real: dict[str, list[str]], command: Command | None
) -> st.SearchStrategy[str]:
    places: dict[str, st.SearchStrategy[str]] = {}
    for place in route.places:
        there = real.get(place, [])
        if command is not None and place == "name":
            places[place] = st.just(command.name)
            continue
        if command is not None and place == "item_id":
            there = real.get(f"{command.on}_id".replace("-", "_"), [])
        odd = odd_ids | st.sampled_from(("1", "-1", "9" * 24))
        # One in ten is not there.
        places[place] = st.one_of(*[st.sampled_from(there)] * 9, odd) if there else odd
    return st.fixed_dictionaries(places).map(lambda chosen: _filled(route.path, chosen))


def _filled(path: str, chosen: dict[str, str]) -> str:
    for name, value in chosen.items():
        # A dot alone would be taken for another folder by the client itself.
        path = path.replace(f"{{{name}}}", quote(value, safe="") or "%20")
    return path


def queries(route: Route) -> st.SearchStrategy[list[tuple[str, str]]]:
    """What stands behind the question mark."""
    name = st.sampled_from((*route.names, *route.names, "x", "role", "known_at", "[]"))
    return st.lists(st.tuples(name, values), max_size=4)


LATIN = st.characters(codec="latin-1", min_codepoint=32, exclude_characters="\x7f")
HEADERS = st.dictionaries(
    st.sampled_from(
        ("Accept-Language", "Cookie2", "traceparent", "Range", "If-None-Match", "HX-Request",
         "HX-Current-URL", "HX-Target", "Oneplan-Correlation-Id", "X-Forwarded-For", "Origin",
         "Last-Event-ID", "Accept-Encoding", "Sec-Fetch-Site", "Content-Language")
    ),
    st.text(LATIN, max_size=40).map(str.strip)
    | st.sampled_from(("nl", "xx-klingon;q=9", "gzip;q=0", "true", "http://[", "bytes=9-1", "")),
    max_size=3,
)  # fmt: skip


@st.composite
def filled(draw: st.DrawFn, fields: dict[str, Typed]) -> list[tuple[str, str]]:
    """A form with its fields filled in oddly: wrong, missing, doubled, of another form."""
    sent: list[tuple[str, str]] = []
    for name, field in fields.items():
        # Without these two nothing else is looked at.
        kept = name in {"form", "csrf_token"} and draw(st.sampled_from(range(20))) > 0
        how = 9 if kept else draw(st.integers(0, 9))
        usual = (field.values or field.options or ["Iets gewoons."])[0]
        if how == 0:
            continue
        if how == 1:
            sent += [(name, usual), (name, draw(values))]
        elif how <= 4:
            sent.append((name, draw(values)))
        elif field.options:
            sent += [
                (name, one) for one in draw(st.lists(st.sampled_from(field.options), max_size=3))
            ]
        else:
            sent.append((name, usual or "2026-12-01"))
    for _ in range(draw(st.integers(0, 2)) if draw(st.booleans()) else 0):
        sent.append((draw(st.sampled_from(OTHER_FIELDS)), draw(values)))
    return sent


OTHER_FIELDS = (
    "owner", "owner.", "owner.name", "owner.member_id", ".", "..", "form.x", "text.x", "beside",
    "seen", "about", "members", "decisions", "decisions.x", "words-moeder", "words-", "heard",
    "class_version", "csrf_token", "next", "role", "language", "", "\u202e",
)  # fmt: skip
