"""The part of a family's story that somebody chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.calendar import dutch_day
from projections.story_model import Happening, Story
from services.web.pages.timeline.choice import Choice, Span, span_of
from services.web.pages.timeline.telling import Telling


@dataclass(frozen=True)
class Timeline:
    """What was chosen, the words for it, and the days to show."""

    choice: Choice
    telling: Telling
    told: Sequence[Happening]
    span: Span

    @property
    def story(self) -> Story:
        """The whole story."""
        return self.telling.story

    def said(self) -> list[str]:
        """What was chosen, in words; the period is said elsewhere."""
        choice, telling = self.choice, self.telling
        words = telling.words
        found = []
        if choice.known_at is not None:
            moment = words.moment(choice.known_at)
            found.append(words.gettext("As it was known on %(moment)s.", moment=moment))
        if choice.agency is not None:
            found.append(f"{words.gettext('Said by')}: {telling.agency_name(choice.agency)}")
        if choice.kind is not None:
            found.append(words.label(choice.kind))
        if choice.member is not None:
            found.append(f"{words.gettext('About')}: {telling.name(choice.member)}")
        if choice.gravity is not None:
            found.append(f"{words.gettext('At least')}: {words.label(choice.gravity)}")
        return found


def timeline_of(choice: Choice, telling: Telling) -> Timeline:
    """What is chosen of a story."""
    story = telling.story
    told = [one for one in story.happenings if choice.holds(one)]
    return Timeline(choice, telling, told, span_of(choice, told, dutch_day(story.now)))
