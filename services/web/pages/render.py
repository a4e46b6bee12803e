"""Templates, made into pages in one language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.web.pages.words import LANGUAGES, Words, words_in

TEMPLATES = Path(__file__).with_name("templates")


def rendered(template: str, words: Words, **context: Any) -> str:
    """A page, or a part of one.

    Raises:
        jinja2.TemplateNotFound, jinja2.UndefinedError: when the template is not whole.
    """
    found = _environment(words.language).get_template(template)
    return found.render(words=words, languages=LANGUAGES, **context)


@cache
def _environment(language: str) -> Environment:
    """Templates are compiled once a language."""
    words = words_in(language)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    # The extension brings these with it, and does not tell mypy.
    environment.install_gettext_translations(words.catalog, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        label=words.label,
        options=lambda values: [(one.value, words.label(one)) for one in values],
        day=words.day,
        moment=words.moment,
        time=words.time,
        weekday=words.weekday,
        written=words.written,
        ago=words.ago,
        days=words.days,
        listed=words.listed,
    )
    return environment
