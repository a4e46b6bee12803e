"""One intake that is sent bad messages: what it makes of each, and that nothing is lost."""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr

import orjson

from domain.receipt import EventAccepted
from services.clock import utc_now
from services.contracts.receipt import ReceiptMessage, Status
from services.intake.dead_letters import subject_of
from services.intake.delivery import Delivery, Outcome
from services.intake.intake import Intake
from services.logs import configure_logs
from services.monitor.tracing import carrier_of
from services.settings import Settings
from tests.contracts.test_contracts import example
from tests.contracts.test_examples_over_nats import ORDER
from tests.fuzz.events import FAMILY, NEW, Sent
from tests.fuzz.odd import CANARY
from tests.support.world import World

STORY = tuple(
    type_
    for type_ in ORDER[: ORDER.index("nl.oneplan.investigation.completed.v1")]
    if not re.search(
        r"plan\.closed|reopened|look-back|case-reference|signal\.|decided|cancelled|dropped", type_
    )
)
"""What a family begins with: most kinds of items, in an open plan with a lead."""
NO_ENGLISH = re.compile(
    r"Traceback|<class|object at 0x|\w+(Error|Exception)\b|\b(None|True|False)\b|__\w+__"
    r"|instance of|\b[Tt]uple\b|\bdict(ionary)?\b|\bpydantic\b|a fault on our side"
)
"""What only a programmer reads, or what only a fault of ours says."""


def bytes_of(event: object, family: str, number: int) -> bytes:
    """The event as bytes, of this family and with what is new in it numbered."""
    body = event if isinstance(event, bytes) else orjson.dumps(event)
    return body.replace(FAMILY.encode(), family.encode()).replace(
        NEW.encode(), f"n{number}".encode()
    )


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """All that is logged in the block, down to the last detail."""
    with redirect_stderr(io.StringIO()) as text:
        configure_logs(Settings(log_format="json", log_level="DEBUG"))
        yield text


class Fates:
    """Sends one message after the other, and keeps count."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.intake = Intake(world.application, world.settings.agency_of_source)
        self.counts: Counter[str] = Counter()
        self.sequence = itertools.count(1)
        self.families: list[str] = []
        self.sent = 0

    @property
    def family(self) -> str:
        """The family that things happen to now."""
        return self.families[-1]

    def new_family(self) -> None:
        """A family with a story, all of it good events; from now on things happen to it."""
        family = f"GEZIN-F{len(self.families) + 1}"
        self.families.append(family)
        for type_ in STORY:
            event = {**example(type_), "id": NEW, "subject": family}
            outcome = self._take(event, event["source"].rsplit(":", 1)[-1])
            assert outcome.status is Status.ACCEPTED, outcome

    def send(self, one: Sent) -> Outcome:
        """Send one message, and look at what became of it."""
        self.sent += 1
        outcome = self._take(one.body, one.agency, one.headers)
        check_fate(outcome)
        return outcome

    def send_together(self, messages: Sequence[Sent]) -> None:
        """Send many in one batch, as the stream gives them; each has a fate of its own."""
        self.sent += len(messages)
        deliveries = [self._delivery(one.body, one.agency, one.headers) for one in messages]
        while deliveries:
            outcomes = self.intake.take(deliveries, utc_now())
            assert outcomes
            for outcome, delivery in zip(outcomes, deliveries, strict=False):
                assert outcome.delivery.sequence == delivery.sequence
                check_fate(outcome)
                self.counts[outcome.status.value] += 1
            deliveries = deliveries[len(outcomes) :]

    def _delivery(
        self, event: object, agency: str, headers: dict[str, str] | None = None
    ) -> Delivery:
        number = next(self.sequence)
        body = bytes_of(event, self.family, number)
        return Delivery(f"agency.{agency}.x.y", body, number, carrier_of(headers))

    def _take(self, event: object, agency: str, headers: dict[str, str] | None = None) -> Outcome:
        (outcome,) = self.intake.take([self._delivery(event, agency, headers)], utc_now())
        self.counts[outcome.status.value] += 1
        return outcome

    def accepted_in_store(self) -> int:
        """How many events the store has a receipt of."""
        log, found, place = self.world.log, 0, 0
        while events := log.after(place, 1000):
            found += sum(isinstance(one.event, EventAccepted) for one in events)
            place = events[-1].position
        return found


def check_fate(outcome: Outcome) -> None:
    """It is one of four, and who sent it can read which and why."""
    receipt = ReceiptMessage.model_validate_json(
        outcome.receipt(utc_now()).model_dump_json(exclude_none=True)
    )
    assert receipt.status in set(Status)
    if not outcome.is_kept:
        return
    assert receipt.field, outcome
    assert receipt.reason, outcome
    assert subject_of(outcome).startswith("deadletter."), outcome
    assert CANARY not in receipt.reason, receipt.reason
    assert NO_ENGLISH.search(receipt.reason) is None, receipt.reason
    assert len(receipt.reason.split()) > 1, receipt.reason
    assert bool(outcome.waits_for) is (outcome.status is Status.HELD), outcome
