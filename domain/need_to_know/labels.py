"""Labels: what each event of a family holds, whom it is about, and what it cannot do without.

An event inherits from every item it names what was said when that item was made: how a health
goal ended is health too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.family_plan.conferences import ConferenceDecided
from domain.family_plan.core import PlanEvent
from domain.family_plan.goals import ActionAgreed
from domain.need_to_know.categories import Category, categories_of
from domain.need_to_know.naming import ItemKey, Named, named_in
from domain.need_to_know.standing import Standing


@dataclass(frozen=True)
class Label:
    """What is to be known of an event to decide who sees it.

    Args:
        about: the members it is about, those its items are about included.
        agencies: who said it, to whom it is addressed, and who made or owns its items.
        needs: the items made before that it names: whoever does not see one of them does not
            see this event.
        makes: the items it names for the first time.
    """

    categories: frozenset[Category]
    about: frozenset[str]
    agencies: frozenset[str]
    needs: frozenset[ItemKey]
    makes: frozenset[ItemKey]


@dataclass(frozen=True)
class _Item:
    categories: frozenset[Category]
    about: frozenset[str]
    agencies: frozenset[str]


Labelled = tuple[PlanEvent, Label]
"""An event of a family with its label."""


class Labels:
    """Labels a family's events in their order, and keeps what holds."""

    def __init__(self) -> None:
        self.standing = Standing()
        self._items: dict[ItemKey, _Item] = {}
        self._decided: dict[str, Label] = {}

    def label(self, event: PlanEvent) -> Label:
        """The label of the family's next event."""
        named = named_in(event)
        self.standing.take(event)
        known = {key for key in (*named.items, *named.evidence) if key in self._items}
        label = self._inherited(event, named, known)
        made = named.items - known
        for key in made:
            kept = label.agencies - (named.addressed - named.agencies)
            self._items[key] = _Item(label.categories, label.about, kept)
        if isinstance(event, ConferenceDecided):
            self._decided[event.decision.decision_id] = label
        return label

    def _inherited(self, event: PlanEvent, named: Named, known: set[ItemKey]) -> Label:
        sources: list[_Item | Label] = [self._items[key] for key in known]
        needs = set(known)
        for decision in self._behind(event):
            # The decision's words are the action's, so what that was on must be seen here too.
            sources.append(decision)
            needs |= {key for key in decision.needs if key[0] != "conference"}
        return Label(
            categories=categories_of(event).union(*(one.categories for one in sources)),
            about=frozenset(named.people).union(*(one.about for one in sources)),
            agencies=frozenset(named.agencies | named.addressed).union(
                *(one.agencies for one in sources)
            ),
            needs=frozenset(needs),
            makes=frozenset(named.items - known),
        )

    def _behind(self, event: PlanEvent) -> Iterator[Label]:
        """The decision of a conference that made this action."""
        if isinstance(event, ActionAgreed) and event.action.action_id in self._decided:
            yield self._decided[event.action.action_id]


def labelled(events: Iterable[PlanEvent]) -> list[Labelled]:
    """A family's history with the label of each event."""
    labels = Labels()
    return [(event, labels.label(event)) for event in events]
