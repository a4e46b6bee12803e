"""What the sections of a dossier are made from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from domain.calendar import dutch_day
from domain.family_plan.core import PlanEvent
from domain.need_to_know.categories import Category
from projections.current_plan import PLAN
from projections.plan_model import PlanView, Said
from services.exports.dossier.model import Badge, Group, Line, Section, Source
from services.exports.dossier.stories import ITEM_OF, Stories
from services.exports.dossier.telling import Telling
from services.exports.texts import Texts
from services.views.past import Past


@dataclass(frozen=True)
class Context:
    """A family as its reader may see it, and how it is told."""

    family: Past
    texts: Texts
    plan: PlanView
    telling: Telling
    stories: Stories

    @property
    def today(self) -> date:
        """The Dutch calendar day of what counts as now."""
        return dutch_day(self.family.now)

    def story(
        self,
        told: Sequence[PlanEvent],
        *,
        badge: Badge | None = None,
        more: tuple[tuple[str, str], ...] = (),
        beside: tuple[Line, ...] = (),
        but: Collection[str] = (),
    ) -> Line:
        """What was said of one item as a line, with all that followed; ``beside`` comes first.

        Args:
            but: fields that stand around it already.
        """
        first, *later = told
        known = {f"{ITEM_OF[type(first)][0]}_id", *but}
        follow = (*beside, *(self.telling.line(one, but=known) for one in later))
        return self.telling.line(first, badge=badge, more=more, follow=follow, but=but)

    def lines(self, events: Sequence[PlanEvent]) -> tuple[Line, ...]:
        """Each event as a line."""
        return tuple(map(self.telling.line, events))

    def source_of(self, said: Said) -> Source:
        """The source of something that a view shows: the event with its speaker and its times."""
        for event in self.family.events:
            who = event.provenance
            if (event.occurred_at, event.recorded_at, who.actor, who.agency) == (
                said.occurred_at,
                said.recorded_at,
                said.said_by.actor,
                said.said_by.agency,
            ):
                return self.telling.source(event)
        raise LookupError("a view shows what no event says")

    def worked_out(self, sources: Sequence[Source]) -> Source:
        """The source of what was worked out here, from the events behind it."""
        return Source(
            who=self.texts(
                "worked out by One Plan on {moment}", moment=self.telling.moment(self.family.now)
            ),
            happened="",
            known="",
            event=", ".join(dict.fromkeys(one.event for one in sources)),
        )

    def section(
        self, title: str, groups: Sequence[Group], *categories: Category, compact: bool = False
    ) -> Section:
        """A section, and what is kept from the reader of the categories it holds."""
        kept = tuple(one for one in groups if one.lines)
        return Section(self.texts(title), kept, self._note(kept, categories), compact=compact)

    def group(self, title: str, lines: Sequence[Line], note: str | None = None) -> Group:
        """A group under a title of ours."""
        return Group(self.texts(title), tuple(lines), None if note is None else self.texts(note))

    def _note(self, groups: Sequence[Group], categories: Sequence[Category]) -> str | None:
        withheld = [one for one in categories if one in self.family.audience.withheld]
        if categories and len(withheld) == len(categories):
            return self.texts("This is withheld from this reader.")
        partly = [one for one in categories if one in {*self.family.audience.partly, *withheld}]
        said = []
        if not groups:
            said.append(self.texts("Nothing that this reader may see has been recorded."))
        if partly:
            names = ", ".join(map(self.texts.word, partly))
            said.append(self.texts("Not all is shown to this reader: {names}.", names=names))
        return " ".join(said) or None


Builder = Callable[[Context], Section]


def context_of(family: Past, texts: Texts) -> Context:
    """The context for a family and a language."""
    plan = family.view(PLAN)
    everybody = (*plan.former_members, *plan.members)
    names = {one.member_id: one.name for one in everybody}
    telling = Telling(texts, names, family.events)
    return Context(family, texts, plan, telling, Stories(family.events))
