"""Parts of a page that are brought up to date by themselves.

Each part carries a digest of what it shows. The page sends the digests it has, and is given the
parts that are different now. So what did not change keeps its focus and what was opened in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from services.web.pages.page import Page
from services.web.pages.render import rendered

Have = Annotated[list[str], Query(max_length=50, description="The parts a page has.")]


@dataclass(frozen=True)
class Part:
    """One part, as it is now."""

    name: str
    html: Markup
    digest: str

    @property
    def have(self) -> str:
        """How a page says that it has it."""
        return f"{self.name}:{self.digest}"


def parts_of(page: Page, folder: str, names: Iterable[str], **context: Any) -> tuple[Part, ...]:
    """The parts with these names, from the templates of a folder."""
    return tuple(_part(page, folder, name, context) for name in names)


def changed_parts(page: Page, parts: Iterable[Part], have: Iterable[str]) -> HTMLResponse:
    """Those that are different from what the page has."""
    had = set(have)
    changed = [one for one in parts if one.have not in had]
    return page.render("changed.html", parts=changed)


def _part(page: Page, folder: str, name: str, context: dict[str, Any]) -> Part:
    html = rendered(f"{folder}/{name}.html", page.words, page=page, **context)
    # The parts are made by templates, which escape.
    return Part(name, Markup(html), sha256(html.encode()).hexdigest()[:16])  # noqa: S704
