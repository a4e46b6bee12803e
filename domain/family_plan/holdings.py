"""Holdings: what a plan remembers of items, in a form that another plan can take over.

Texts are not in it: they stay in the events of the family that recorded them.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, Self

from domain.family_plan.addresses import Addresses
from domain.family_plan.conferences import Conferences
from domain.family_plan.emergency import Emergencies
from domain.family_plan.goals import Goals
from domain.family_plan.incidents import Incidents, Involved
from domain.family_plan.measures import Measures
from domain.family_plan.names import STEP, Item, Names
from domain.family_plan.reports import Reports, ReportState
from domain.family_plan.signals import Signals, Standing
from domain.family_plan.terms import OpenTerm
from domain.values import (
    AgencyCode,
    AgendaItem,
    EmergencyAccess,
    FeedbackStage,
    IncidentFact,
    ItemId,
    Line,
    MemberId,
    Shield,
    Term,
    Token,
    TriageOutcome,
    UtcDateTime,
    Value,
)

NOT_HERE = "(see the event)"


class HeldItem(Value):
    """An item, and whether it is still open."""

    kind: str
    item_id: Line
    is_open: bool


class HeldIncident(Value):
    """Who is involved in an incident, as far as is known."""

    incident_id: ItemId
    by: tuple[MemberId, ...]
    against: tuple[MemberId, ...]


class HeldQuestions(Value):
    """The questions that a fact of an incident raised by itself."""

    incident_id: ItemId
    fact: IncidentFact
    raised: tuple[ItemId, ...]


class HeldReport(Value):
    """Who received a report, who is to hear of it, and how far it is."""

    report_id: ItemId
    agency: AgencyCode
    reporter_agency: AgencyCode | None
    owes_feedback: bool
    triage: TriageOutcome | None
    concluded: bool
    told: tuple[FeedbackStage, ...]


class HeldTerm(Value):
    """A term that was not met yet."""

    term: Term
    known_at: UtcDateTime
    expired: bool


class HeldSignal(Value):
    """The last signal of a rule about a key."""

    signal_id: ItemId
    rule: Line
    key: Line
    number: int
    level: int


class HeldAgendaItem(AgendaItem):
    """An item of an agenda, and whether something was decided on it."""

    decided: bool


class HeldAgenda(Value):
    """The agenda of a conference that is not closed."""

    conference_id: ItemId
    lines: tuple[HeldAgendaItem, ...]


class HeldMeasure(Value):
    """On which day a measure that has not ended begins."""

    measure_id: ItemId
    begins_on: date


class HeldAction(Value):
    """On which day an open action has to be done."""

    action_id: ItemId
    due: date


class HeldAddress(Shield):
    """From whom an address is hidden, and the agency that recorded it."""

    address_id: ItemId
    source: AgencyCode | None


class HeldEmergency(Value):
    """Who looked in an emergency, and until when they may."""

    access_id: ItemId
    agency: AgencyCode
    person_id: Token | None
    until: UtcDateTime


class Holdings(Value):
    """All that is remembered of some items, by the part of the plan that needs it."""

    items: tuple[HeldItem, ...] = ()
    incidents: tuple[HeldIncident, ...] = ()
    questions: tuple[HeldQuestions, ...] = ()
    reports: tuple[HeldReport, ...] = ()
    terms: tuple[HeldTerm, ...] = ()
    signals: tuple[HeldSignal, ...] = ()
    agendas: tuple[HeldAgenda, ...] = ()
    measures: tuple[HeldMeasure, ...] = ()
    actions: tuple[HeldAction, ...] = ()
    addresses: tuple[HeldAddress, ...] = ()
    emergencies: tuple[HeldEmergency, ...] = ()

    def under(self, names: Names) -> Self:
        """The same under the names of the other family."""
        return self.model_validate(names.apply(self.model_dump(mode="json"))) if names else self

    def refs(self) -> tuple[Item, ...]:
        """The items, each with its kind."""
        return tuple((one.kind, one.item_id) for one in self.items)


class Holder(Goals, Incidents, Signals, Measures, Reports, Conferences, Addresses, Emergencies):
    """The parts of a plan that remember more of an item than whether it is open."""

    def held_items(self) -> set[Item]:
        """All items, and each suspicion that steps of the reporting code were taken on."""
        held = {(kind, one) for kind, ids in self.items.items() for one in ids}
        return held | {_suspicion(one) for one in self.items[STEP]}

    def hold(self, wanted: AbstractSet[Item]) -> Holdings:
        """What is remembered of these items."""

        def of(kind: str, known: dict[str, Any]) -> list[tuple[str, Any]]:
            return [(one, state) for one, state in known.items() if (kind, one) in wanted]

        return Holdings(
            items=tuple(
                HeldItem(kind=kind, item_id=one, is_open=is_open)
                for kind, ids in self.items.items()
                for one, is_open in ids.items()
                if _is_wanted(kind, one, wanted)
            ),
            incidents=tuple(
                HeldIncident(incident_id=one, by=who.by, against=who.against)
                for one, who in of("incident", self.involved)
            ),
            questions=tuple(
                HeldQuestions(incident_id=one, fact=fact, raised=tuple(ids))
                for (one, fact), ids in self.raised.items()
                if ("incident", one) in wanted
            ),
            reports=tuple(
                HeldReport(
                    report_id=one,
                    **{**vars(state), "told": tuple(sorted(state.told))},
                )
                for one, state in of("report", self.reports)
            ),
            terms=tuple(
                HeldTerm(term=one.term, known_at=one.known_at, expired=one.expired)
                for one in self.terms.values()
                if ("report", one.term.report_id) in wanted
            ),
            signals=tuple(
                HeldSignal(rule=rule, key=key, **vars(one))
                for (rule, key), one in self.standings.items()
                if ("signal", one.signal_id) in wanted
            ),
            agendas=tuple(
                HeldAgenda(
                    conference_id=one,
                    lines=tuple(
                        HeldAgendaItem(**dict(line), decided=lines[line])
                        for line in lines
                        if (line.kind, line.item_id) in wanted
                    ),
                )
                for one, lines in of("conference", self.agendas)
            ),
            measures=tuple(
                HeldMeasure(measure_id=one, begins_on=day)
                for one, day in of("measure", self.measures_begin)
            ),
            actions=tuple(
                HeldAction(action_id=one, due=due) for one, due in of("action", self.action_due)
            ),
            addresses=tuple(
                HeldAddress(address_id=one, source=self.address_sources.get(one), **dict(shield))
                for one, shield in of("address", self.shields)
            ),
            emergencies=tuple(
                HeldEmergency(
                    access_id=one, agency=it.agency, person_id=it.person_id, until=it.until
                )
                for one, it in of("emergency-access", self.emergencies)
            ),
        )

    def take_over(self, holdings: Holdings) -> None:
        """Remember these items too, or as they are by now.

        Where both families have a signal of the same rule about the same key, one's own goes on.
        """
        standings = self.standings
        self.let_go(set(holdings.refs()))
        self.standings = standings
        for item in holdings.items:
            self.items[item.kind][item.item_id] = item.is_open
        for incident in holdings.incidents:
            self.involved[incident.incident_id] = Involved(incident.by, incident.against)
        for asked in holdings.questions:
            self.raised[asked.incident_id, asked.fact] = list(asked.raised)
        for report in holdings.reports:
            facts = {name: one for name, one in dict(report).items() if name != "report_id"}
            self.reports[report.report_id] = ReportState(**{**facts, "told": set(report.told)})
        for held in holdings.terms:
            self.terms[held.term.term_id] = OpenTerm(held.term, held.known_at, held.expired)
        theirs = {one.item_id for one in holdings.items if one.kind == "signal"}
        for signal in holdings.signals:
            own = self.standings.get((signal.rule, signal.key))
            if own is None or own.signal_id in theirs:
                self.standings[signal.rule, signal.key] = Standing(
                    signal.signal_id, signal.number, signal.level
                )
        for agenda in holdings.agendas:
            self.agendas[agenda.conference_id] = {
                AgendaItem(kind=one.kind, item_id=one.item_id): one.decided for one in agenda.lines
            }
        self.measures_begin |= {one.measure_id: one.begins_on for one in holdings.measures}
        self.action_due |= {one.action_id: one.due for one in holdings.actions}
        self._take_over_access(holdings)

    def _take_over_access(self, holdings: Holdings) -> None:
        for address in holdings.addresses:
            facts = {name: getattr(address, name) for name in Shield.model_fields}
            self.shields[address.address_id] = Shield(**facts)
            self.address_sources[address.address_id] = address.source
        for one in holdings.emergencies:
            # Why stands in the event: the plan asks who and until when.
            self.emergencies[one.access_id] = EmergencyAccess(**dict(one), reason=NOT_HERE)

    def let_go(self, gone: AbstractSet[Item]) -> None:
        """Forget these items."""

        def without(kind: str, known: dict[str, Any]) -> dict[str, Any]:
            return {one: state for one, state in known.items() if (kind, one) not in gone}

        for kind, ids in self.items.items():
            self.items[kind] = {
                one: is_open for one, is_open in ids.items() if not _is_wanted(kind, one, gone)
            }
        self.involved = without("incident", self.involved)
        self.raised = {
            place: ids for place, ids in self.raised.items() if ("incident", place[0]) not in gone
        }
        self.reports = without("report", self.reports)
        self.terms = {
            one: held
            for one, held in self.terms.items()
            if ("report", held.term.report_id) not in gone
        }
        self.standings = {
            place: one
            for place, one in self.standings.items()
            if ("signal", one.signal_id) not in gone
        }
        self.agendas = {
            one: {
                line: done for line, done in lines.items() if (line.kind, line.item_id) not in gone
            }
            for one, lines in without("conference", self.agendas).items()
        }
        self.measures_begin = without("measure", self.measures_begin)
        self.action_due = without("action", self.action_due)
        self.shields = without("address", self.shields)
        self.address_sources = without("address", self.address_sources)
        self.emergencies = without("emergency-access", self.emergencies)


def _suspicion(step_key: str) -> Item:
    return "meldcode", step_key.rpartition(".")[0]


def _is_wanted(kind: str, item_id: str, wanted: AbstractSet[Item]) -> bool:
    return (kind, item_id) in wanted or (kind == STEP and _suspicion(item_id) in wanted)
