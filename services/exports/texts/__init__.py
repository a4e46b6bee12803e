"""The words of the exports, in Dutch and in English, behind Python's own ``gettext`` interface.

Compiled catalogues can take the place of the tables: whatever has ``gettext`` and ``pgettext``
will do, so :func:`texts` may as well return ``gettext.translation(...)``.
"""

from __future__ import annotations

from enum import StrEnum
from gettext import NullTranslations

from domain.patterns import RULES as PATTERNS
from services.exports.texts.dutch import EVENTS, FIELDS, MESSAGES, RULES
from services.exports.texts.dutch_words import WORDS


class Language(StrEnum):
    """A language in which exports are made (ISO 639-1)."""

    DUTCH = "nl"
    ENGLISH = "en"


class _Dutch(NullTranslations):
    def gettext(self, message: str) -> str:
        return MESSAGES.get(message, message)

    def pgettext(self, context: str, message: str) -> str:
        return _BY_CONTEXT.get((context, message), message)


_BY_CONTEXT: dict[tuple[str, str], str] = {
    **{(kind.__name__, one.value): word for kind, all_of in WORDS.items() for one, word in all_of},
    **{("event", name): word for name, word in EVENTS.items()},
    **{("rule", rule.name): rule.title_nl for rule in PATTERNS},
    **{("rule", name): word for name, word in RULES.items()},
    **{("field", name): word for name, word in FIELDS.items()},
}


class Texts:
    """The words of one language.

    Args:
        catalogue: anything with ``gettext`` and ``pgettext``.
    """

    def __init__(self, language: Language, catalogue: NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, message: str, /, **facts: object) -> str:
        """A message, with facts in the place of its ``{names}``."""
        found = self._catalogue.gettext(message)
        return found.format(**facts) if facts else found

    def word(self, of: StrEnum) -> str:
        """What a word of ours is called."""
        found = self._catalogue.pgettext(type(of).__name__, of.value)
        return found.replace("-", " ") if self.language is Language.ENGLISH else found

    def event(self, name: str) -> str:
        """What a kind of event is called, by the name of its class."""
        found = self._catalogue.pgettext("event", name)
        return _spaced(name) if found == name else found

    def field(self, name: str) -> str:
        """What a fact is called, by the name of its field."""
        found = self._catalogue.pgettext("field", name)
        return name.replace("_", " ") if self.language is Language.ENGLISH else found

    def rule(self, name: str) -> str:
        """What a rule looks for, by its name."""
        found = self._catalogue.pgettext("rule", name)
        english = {rule.name: rule.title for rule in PATTERNS}
        return english.get(name, name.replace("-", " ").capitalize()) if found == name else found

    def agency(self, code: str) -> str:
        """What an agency is called: one that is the only one of its kind bears that kind's name."""
        found = self._catalogue.pgettext("AgencyKind", code)
        return code.replace("-", " ").capitalize() if found == code else found


def texts(language: Language = Language.DUTCH) -> Texts:
    """The words of a language."""
    dutch = language is Language.DUTCH
    return Texts(language, _Dutch() if dutch else NullTranslations())


def _spaced(name: str) -> str:
    """``GoalSet`` as ``Goal set``."""
    return name[0] + "".join(f" {one.lower()}" if one.isupper() else one for one in name[1:])
