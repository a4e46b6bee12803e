"""A happening in words: for the table, and for who has the picture read to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from domain.values import UNKNOWN, Role
from projections.story_model import Happening, Story
from services.exports.texts import Language, texts
from services.web.pages.event_words import EVENT_LABELS
from services.web.pages.words import Words

ARROW = "→"


@dataclass(frozen=True)
class Telling:
    """The words for one family's story."""

    words: Words
    story: Story
    agency_name: Callable[[str], str]

    def name(self, member_id: str) -> str:
        """A member's name."""
        if member_id == UNKNOWN:
            return self.words.gettext("Unknown")
        return self._names.get(member_id, member_id)

    def names(self, member_ids: Iterable[str]) -> str:
        """Several of them."""
        return self.words.listed(map(self.name, member_ids))

    def who(self, one: Happening) -> str:
        """Who said it: an agency, the lead, or the service itself."""
        if one.role is Role.SYSTEM:
            return self.words.gettext("One Plan itself")
        if one.agency is None:
            return one.actor
        return self.agency_name(one.agency)

    def title(self, one: Happening) -> str:
        """What it is."""
        gettext, label = self.words.gettext, self.words.label
        if one.deed is not None:
            return f"{gettext('Incident')}: {label(one.deed.kind).lower()}"
        if one.measure is not None:
            return f"{label(one.measure.kind)}: {one.measure.name}"
        return gettext(EVENT_LABELS.get(one.type, one.type))

    def between(self, one: Happening) -> str:
        """Who did it to whom, or whom it is about."""
        if one.by or one.against:
            return f"{self.names(one.by)} {ARROW} {self.names(one.against)}"
        return self.names(one.about)

    def qualities(self, one: Happening) -> list[str]:
        """How grave and how certain an incident is, or how a measure stands and what it did."""
        label = self.words.label
        if one.deed is not None:
            said = (one.deed.gravity, one.deed.certainty)
            return [label(value) for value in said if value is not None]
        if one.measure is not None:
            effects = dict.fromkeys(one.measure.effects)
            how = () if one.measure.how is None else (one.measure.how,)
            return [label(value) for value in (*how, *effects)]
        if one.rule is not None:
            return [texts(Language(self.words.language)).rule(one.rule)]
        return [] if one.word is None else [label(one.word)]

    def late(self, one: Happening) -> str:
        """That it became known late; empty when it did not."""
        if not one.late_days:
            return ""
        return self.words.gettext("known %(days)s later", days=self.words.days(one.late_days))

    def sentence(self, one: Happening) -> str:
        """All of it but what was said, in one line."""
        parts = (
            f"{self.words.day(one.happened_at, 'medium')}: {self.title(one)}",
            self.between(one),
            *self.qualities(one),
            self.who(one),
            self.late(one),
        )
        return ", ".join(part for part in parts if part)

    def about(self, told: Sequence[Happening]) -> str:
        """What a picture of these shows, for who does not see it."""
        words = self.words
        deeds = [one for one in told if one.deed is not None]
        said = [
            words.gettext(
                "%(events)s, with incidents: %(incidents)s, help and penalties: %(measures)s.",
                events=words.ngettext("%(num)s event", "%(num)s events", len(told)),
                incidents=len(deeds),
                measures=sum(one.measure is not None for one in told),
            )
        ]
        victims = dict.fromkeys(person for one in deeds for person in one.against)
        if victims:
            names = self.names(victims)
            said.append(words.gettext("It befell, in this order: %(names)s.", names=names))
        said.append(words.gettext("The table below says the same."))
        return " ".join(said)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {one.member_id: one.name for one in self.story.people}
