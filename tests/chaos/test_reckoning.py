"""The reckoning finds nothing wrong with a run that went well, and finds each kind of fault."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from services.contracts.receipt import Status
from tests.chaos.facts import Facts, Letter
from tests.chaos.publisher import Ledger
from tests.chaos.reckoning import FEW, Kind, reckon
from tests.chaos.stage import Stage

pytestmark = pytest.mark.xdist_group("chaos")


@dataclass
class Run:
    """What was sent and what there is; a fault changes them in place."""

    ledger: Ledger
    facts: Facts

    def kinds(self) -> set[Kind]:
        found = reckon(self.ledger.sent, self.ledger.acknowledged, self.facts)
        return {one.kind for one in found}

    def place(self, status: Status) -> int:
        """Of the last receipt that says so."""
        found = (n for n, (_, one) in enumerate(self.facts.receipts) if one.status is status)
        return max(found)

    def change_receipt(self, status: Status, to: Status) -> None:
        agency, one = self.facts.receipts[self.place(status)]
        self.facts.receipts[self.place(status)] = agency, one.model_copy(update={"status": to})

    def drop_receipts(self, of: Status, but: Status | None = None) -> None:
        """All receipts for an event that has one with this status."""
        sequence = self.facts.receipts[self.place(of)][1].stream_sequence
        self.facts.receipts[:] = [
            one
            for one in self.facts.receipts
            if one[1].stream_sequence != sequence or one[1].status is but
        ]


@pytest.fixture(scope="module")
def sound(small_stage: Stage) -> Run:
    """A run without a fault, with copies, events that came too early, and poison."""
    seen = small_stage.play("nothing", small_stage.load(), patience=20)
    assert seen.findings == []
    assert {receipt.status for _, receipt in seen.facts.receipts} == set(Status)
    assert {one.fault for one in small_stage.ledger.sent} - {
        one.field for one in seen.facts.letters
    } == {None}
    assert seen.facts.party_views
    return Run(copy.deepcopy(small_stage.ledger), seen.facts)


def lost_after_its_acknowledgement(run: Run) -> None:
    del run.facts.stream[run.facts.accepted[0].sequence]


def lost_at_the_end_of_the_stream(run: Run) -> None:
    run.facts.stream.pop(run.facts.last_sequence)
    run.facts.last_sequence -= 1


def never_acknowledged(run: Run) -> None:
    del run.ledger.acknowledged[3]


def of_nobody(run: Run) -> None:
    run.facts.last_sequence += 1
    run.facts.stream[run.facts.last_sequence] = "something else"


def two_receipts_that_differ(run: Run) -> None:
    agency, one = run.facts.receipts[run.place(Status.ACCEPTED)]
    run.facts.receipts.append((agency, one.model_copy(update={"status": Status.DUPLICATE})))


def receipt_for_another_agency(run: Run) -> None:
    place = run.place(Status.ACCEPTED)
    run.facts.receipts[place] = "somebody", run.facts.receipts[place][1]


def stored_and_never_sent(run: Run) -> None:
    run.facts.accepted.append(replace(run.facts.accepted[5], event_id="made-up"))


def out_of_order(run: Run) -> None:
    first = run.facts.accepted[0]
    last = next(one for one in reversed(run.facts.accepted) if one.family == first.family)
    run.facts.accepted.remove(last)
    run.facts.accepted.insert(0, last)


def kept_without_a_reason(run: Run) -> None:
    run.facts.letters[0] = replace(run.facts.letters[0], reason=None)


def kept_and_accepted(run: Run) -> None:
    one = run.facts.accepted[5]
    run.facts.letters.append(Letter(one.sequence, Status.REJECTED, one.event_id, "data", "why"))


def an_older_view(run: Run) -> None:
    run.facts.streamed[next(iter(run.facts.streamed))] = "older"


FAULTS: tuple[tuple[Callable[[Run], object], Kind], ...] = (
    (lost_after_its_acknowledgement, Kind.PUBLISHED),
    (lost_at_the_end_of_the_stream, Kind.PUBLISHED),
    (never_acknowledged, Kind.PUBLISHED),
    (of_nobody, Kind.STRANGER),
    (lambda run: run.drop_receipts(Status.ACCEPTED), Kind.RECEIPT),
    (lambda run: run.drop_receipts(Status.REJECTED), Kind.RECEIPT),
    (lambda run: run.drop_receipts(Status.HELD, but=Status.HELD), Kind.RECEIPT),
    (two_receipts_that_differ, Kind.RECEIPT),
    (receipt_for_another_agency, Kind.RECEIPT),
    (lambda run: run.change_receipt(Status.ACCEPTED, Status.REJECTED), Kind.FATE),
    (lambda run: run.change_receipt(Status.REJECTED, Status.ACCEPTED), Kind.FATE),
    (lambda run: run.change_receipt(Status.DUPLICATE, Status.ACCEPTED), Kind.STORED),
    (lambda run: run.change_receipt(Status.ACCEPTED, Status.DUPLICATE), Kind.STORED),
    (lambda run: run.facts.accepted.pop(5), Kind.STORED),
    (lambda run: run.facts.accepted.append(run.facts.accepted[5]), Kind.STORED),
    (stored_and_never_sent, Kind.STORED),
    (lambda run: run.facts.effects.pop(run.facts.accepted[5].receipt_id), Kind.EFFECT),
    (out_of_order, Kind.ORDER),
    (lambda run: run.facts.letters.pop(), Kind.LETTER),
    (lambda run: run.facts.letters.append(run.facts.letters[0]), Kind.LETTER),
    (kept_without_a_reason, Kind.LETTER),
    (kept_and_accepted, Kind.LETTER),
    (lambda run: run.facts.standings.update(current_plan=1), Kind.BEHIND),
    (lambda run: run.facts.differing.append("plan"), Kind.VIEW),
    (lambda run: run.facts.relayed.pop(7), Kind.PLAN_EVENT),
    (lambda run: run.facts.relayed.append(run.facts.relayed[7]), Kind.PLAN_EVENT),
    (lambda run: run.facts.relayed.reverse(), Kind.PLAN_EVENT),
    (an_older_view, Kind.PARTY_VIEW),
    (lambda run: run.facts.streamed.popitem(), Kind.PARTY_VIEW),
    (lambda run: run.facts.party_views.popitem(), Kind.PARTY_VIEW),
    (lambda run: run.facts.audit.append("a finding"), Kind.AUDIT),
)


def test_each_kind_of_loss_and_doubling_is_found(sound: Run) -> None:
    assert sound.kinds() == set()
    for fault, kind in FAULTS:
        run = copy.deepcopy(sound)
        fault(run)
        assert kind in run.kinds(), (fault, kind)
    assert {kind for _, kind in FAULTS} == set(Kind)


def test_of_each_kind_a_few_are_named(sound: Run) -> None:
    run = copy.deepcopy(sound)
    run.facts.relayed.clear()
    found = reckon(run.ledger.sent, run.ledger.acknowledged, run.facts)
    assert len(found) == FEW + 1
    assert str(found[-1]) == f"{Kind.PLAN_EVENT}: and {len(run.facts.plan_events) - FEW} more"
