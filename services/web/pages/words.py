"""The languages of the pages: gettext's catalogs, read by Babel, and dates as they are written.

In the code and the templates stands English; ``locale/nl`` has the Dutch, ``make messages`` brings
it up to date. The catalogs are compiled when the service starts: there is nothing to forget.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, negotiate_locale
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from domain.values import FeedbackStage, Phase, Variant, utc
from services.web.pages.labels import LABELS
from services.web.pages.reasons import found_in

LANGUAGES = {"nl": "Nederlands", "en": "English"}
"""Those that there are, the first one for who asks for none of them."""
COOKIE = "oneplan-language"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WORDS_OF: dict[str, type[StrEnum]] = {"phase": Phase, "variant": Variant, "stage": FeedbackStage}
"""What stands as a word of ours in a reason."""
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_PACKAGED = Path(__file__).with_name("locale")
_IN_THE_REPOSITORY = Path(__file__).parents[3] / "locale"


class Words:
    """One language. A moment is shown in Dutch time, a calendar day as it is."""

    def __init__(self, language: str, catalog: Translations) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self.catalog = catalog

    def gettext(self, text: str, **values: object) -> str:
        """The text in this language; ``%(name)s`` in it is replaced."""
        found: str = self.catalog.gettext(text)
        return found % values if values else found

    def ngettext(self, one: str, more: str, count: int, **values: object) -> str:
        """The text for this number; ``%(num)s`` in it is the number."""
        found: str = self.catalog.ngettext(one, more, count)
        return found % {"num": count, **values}

    def said(self, reason: str) -> str:
        """A reason of the domain, a sentence in English, as a reader of forms sees it."""
        found = found_in(reason.removeprefix("Value error, "))
        if found is None:
            return self.gettext(reason)
        sentence, values = found
        told = {name: self._value(name, value) for name, value in values.items()}
        return _as_sentence(self.gettext(sentence, **told))

    def _value(self, name: str, value: str) -> str:
        kind = WORDS_OF.get(name.rstrip("2"))
        if kind is not None and value in LABELS[kind]:
            return self.gettext(LABELS[kind][value])
        return self.day(date.fromisoformat(value), "medium") if DAY.fullmatch(value) else value

    def label(self, value: StrEnum) -> str:
        """How a word of ours is called in this language."""
        return self.gettext(LABELS[type(value)][value.value])

    def day(self, day: date | None, style: str = "long") -> str:
        """A day: ``3 maart 2026``; ``medium`` gives ``3 mrt 2026``. A moment gives its day."""
        if day is None:
            return ""
        own = _there(day).date() if isinstance(day, datetime) else day
        return _written(own, style, self.locale)

    def moment(self, moment: datetime, style: str = "medium") -> str:
        """A moment: ``3 mrt 2026, 14:05``."""
        day = _written(_there(moment).date(), style, self.locale)
        return f"{day}, {self.time(moment)}"

    def time(self, moment: datetime) -> str:
        """A time of day: ``14:05``."""
        return format_time(_there(moment), "HH:mm", locale=self.locale)

    def weekday(self, moment: date) -> str:
        """A day with the day of the week: ``dinsdag 3 maart``."""
        own = _there(moment).date() if isinstance(moment, datetime) else moment
        return format_date(own, "EEEE d MMMM", locale=self.locale)

    def written(self, day: date, pattern: str) -> str:
        """A day in another way (Unicode's date patterns): ``MMMM yyyy`` gives ``maart 2026``."""
        return format_date(day, pattern, locale=self.locale)

    def ago(self, moment: datetime, now: datetime) -> str:
        """How long ago, or in how long: ``3 weken geleden``."""
        return format_timedelta(utc(moment) - utc(now), add_direction=True, locale=self.locale)

    def days(self, count: int) -> str:
        """A number of days: ``3 dagen``."""
        return self.ngettext("%(num)s day", "%(num)s days", count)

    def listed(self, things: Iterable[object]) -> str:
        """``een, twee en drie``."""
        return format_list([str(one) for one in things], locale=self.locale)


@lru_cache(maxsize=4096)
def _written(day: date, style: str, locale: Locale) -> str:
    """A page has the same days many times."""
    return format_date(day, style, locale=locale)


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _there(moment: datetime) -> datetime:
    return utc(moment).astimezone(AMSTERDAM)


def language_for(cookie: str | None, accepted: str | None) -> str:
    """The language to use: what somebody chose, else the first their browser asks for."""
    if cookie in LANGUAGES:
        return str(cookie)
    first = next(iter(LANGUAGES))
    found = negotiate_locale(_asked(accepted or ""), list(LANGUAGES), sep="-")
    return found or first


def _asked(accepted: str) -> list[str]:
    """The languages of an Accept-Language header (RFC 9110, section 12.5.4), the best first."""
    weighed = []
    for place, one in enumerate(accepted.split(",")[:20]):
        name, _, weight = one.partition(";q=")
        try:
            weighed.append((-float(weight or 1), place, name.strip().split("-")[0]))
        except ValueError:
            continue
    return [name for _, _, name in sorted(weighed)]


@cache
def words_in(language: str) -> Words:
    """A language, compiled once. Raises OSError when its catalog is not there."""
    source = locale_folder() / language / "LC_MESSAGES" / "messages.po"
    with source.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Words(language, Translations(compiled))


def locale_folder() -> Path:
    """Where the catalogs lie: in the package once it is installed, else in the repository."""
    return _PACKAGED if _PACKAGED.exists() else _IN_THE_REPOSITORY
