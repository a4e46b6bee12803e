"""Reading a form of a page as a browser does: its fields, their types and what can be chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.identity.support import Browser


@dataclass
class Typed:
    """One field: its kind (``text``, ``radio``, ``textarea``, ...), what stands in it, choices."""

    kind: str
    values: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    required: bool = False


class FormReader(HTMLParser):
    """The fields of the first form in the main part of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, Typed] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._select: str | None = None
        self._area: str | None = None
        self.feed(page.partition("<main")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input":
            self._input(given.get("type") or "text", name, value, given)
        elif tag in {"select", "textarea"}:
            self.fields[name] = Typed(tag, required="required" in given)
            self._select = name if tag == "select" else None
            self._area = name if tag == "textarea" else None
        elif tag == "option" and self._select is not None and value:
            self.fields[self._select].options.append(value)
            if "selected" in given:
                self.fields[self._select].values = [value]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"select", "textarea"}:
            self._select = self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area].values = [data.removeprefix("\n")]

    def _input(self, kind: str, name: str, value: str, given: dict[str, str | None]) -> None:
        one = self.fields.setdefault(name, Typed(kind, required="required" in given))
        if kind not in {"radio", "checkbox"}:
            one.values = [value]
            return
        one.options.append(value)
        if "checked" in given:
            one.values.append(value)

    @property
    def hidden(self) -> dict[str, list[str]]:
        """What nobody types."""
        return {name: one.values for name, one in self.fields.items() if one.kind == "hidden"}

    def filled(self, text: str) -> dict[str, list[str]]:
        """Everything filled in: this text wherever one can be typed, the first of what can be
        chosen, and what stands there already.
        """
        return {name: _filled(one, text) for name, one in self.fields.items()}

    def scripts(self) -> list[str]:
        """What could run: elements of scripts, and attributes that are programs."""
        found = [tag for tag, _ in self.tags if tag == "script"]
        return found + [name for _, given in self.tags for name in given if name.startswith("on")]


def _filled(one: Typed, text: str) -> list[str]:
    match one.kind:
        case "text" | "textarea":
            return [text]
        case "date":
            return one.values if one.values != [""] else ["2031-03-04"]
        case "datetime-local":
            return one.values if one.values != [""] else ["2026-03-04T10:30"]
        case "radio" | "select" | "checkbox":
            return one.values or one.options[:1]
        case _:
            return one.values


def say_purpose(browser: Browser, family_id: str) -> str:
    """Say as an auditor that one looks because of a complaint; where that leads."""
    page = browser.http.get("/audit", headers={"Accept": "text/html"}).text
    token = FormReader(page).fields["csrf_token"].values
    sent = {
        "csrf_token": token,
        "purpose": "audit-complaint",
        "family_id": family_id,
        "next": "/",
    }
    answer = browser.http.post("/audit", data=sent)
    assert answer.status_code == 303
    return answer.headers["location"]
