"""Intake on a real store: one fate a message, the effect exactly once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import orjson
import pytest

from services.contracts.receipt import Status
from services.intake.delivery import Delivery, Outcome
from services.intake.intake import Intake
from services.settings import Settings
from services.store.application import OnePlan
from services.store.plans import change_plan
from tests.domain.test_family_plan import context
from tests.support.events import NOW, cloud_event, delivery, incident, lead, plan_opened


class WholeBatches(Intake):
    """An intake whose caller comes back until the batch is finished, as the desk does."""

    def take(
        self,
        deliveries: Sequence[Delivery],
        now: datetime,
        awaited: Collection[str] = (),
    ) -> list[Outcome]:
        outcomes: list[Outcome] = []
        while len(outcomes) < len(deliveries):
            outcomes += super().take(deliveries[len(outcomes) :], now, awaited)
        return outcomes


@pytest.fixture
def intake(application: OnePlan, settings: Settings) -> Intake:
    return WholeBatches(application, settings.agency_of_source)


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [str(outcome.status) for outcome in outcomes]


def test_a_batch_is_taken_in_order_and_its_effect_is_in_the_store(
    intake: Intake, application: OnePlan
) -> None:
    outcomes = intake.take(
        [
            delivery(plan_opened()),
            delivery(cloud_event("lead.assigned", {"lead": lead()})),
            delivery(cloud_event("incident.recorded", incident("i1"), agency="school")),
        ],
        NOW,
    )

    assert statuses(outcomes) == ["accepted"] * 3
    plan = application.plan("F1")
    assert plan is not None
    assert plan.lead is not None
    # Opened, assigned, recorded, and the question by whom it was done.
    assert (plan.version, plan.lead.person_id, list(plan.items["incident"])) == (
        4,
        "lead-1",
        ["i1"],
    )
    assert [event.recorded_at for event in application.events_of("F1")] == [NOW] * 4
    assert [event.provenance.agency for event in application.events_of("F1")] == [
        "police",
        "police",
        "school",
        "school",
    ]


def test_a_second_delivery_of_the_same_message_is_accepted_again_without_effect(
    intake: Intake, application: OnePlan
) -> None:
    opened = delivery(plan_opened())

    assert statuses(intake.take([opened, opened], NOW)) == ["accepted"] * 2
    assert statuses(intake.take([opened], NOW)) == ["accepted"]
    assert len(application.events_of("F1")) == 1


def test_the_same_event_sent_twice_is_a_duplicate_and_another_body_is_rejected(
    intake: Intake, application: OnePlan
) -> None:
    event = plan_opened()
    other_spelling = orjson.dumps(dict(reversed(event.items())), option=orjson.OPT_INDENT_2)
    other_body = {**event, "time": "2026-03-01T09:31:00Z"}

    outcomes = intake.take(
        [delivery(event), delivery(other_spelling, agency="police"), delivery(other_body)], NOW
    )

    assert statuses(outcomes) == ["accepted", "duplicate", "rejected"]
    assert outcomes[2].field == "id"
    assert len(application.events_of("F1")) == 1


def test_what_comes_too_early_is_held_for_what_it_waits_for(intake: Intake) -> None:
    early = [
        delivery(cloud_event("incident.recorded", incident("i1"))),
        delivery(cloud_event("note.added", {"note_id": "n", "text": "x"}, subject="PL-7")),
    ]
    outcomes = intake.take(early, NOW)
    assert statuses(outcomes) == ["held", "held"]
    assert outcomes[0].waits_for == ("plan:F1", "reference:police:F1")
    assert outcomes[1].waits_for == ("plan:PL-7", "reference:police:PL-7")

    later = intake.take(
        [
            delivery(plan_opened()),
            delivery(cloud_event("case-reference.linked", {"reference": "PL-7"})),
            delivery(cloud_event("action.completed", {"action_id": "a1", "result": "klaar"})),
            *early,
        ],
        NOW,
    )
    assert statuses(later) == ["accepted", "accepted", "held", "accepted", "accepted"]
    assert "plan:F1" in later[0].made_known
    assert later[1].made_known == ("reference:police:PL-7",)
    assert later[2].waits_for == ("action:F1:a1",)


def test_nothing_changes_on_a_closed_plan_but_its_reopening(intake: Intake) -> None:
    outcomes = intake.take(
        [
            delivery(plan_opened()),
            delivery(cloud_event("plan.closed", {"reason": "Doelen bereikt."})),
            delivery(cloud_event("note.added", {"note_id": "n1", "text": "x"})),
            delivery(cloud_event("plan.reopened", {"reason": "Nieuwe melding."})),
            delivery(cloud_event("note.added", {"note_id": "n2", "text": "x"})),
        ],
        NOW,
    )
    assert statuses(outcomes) == ["accepted", "accepted", "held", "accepted", "accepted"]
    assert outcomes[2].waits_for == outcomes[3].made_known == ("open-plan:F1",)


def bad(change: dict[str, Any]) -> Delivery:
    event = cloud_event("incident.recorded", incident("i9"))
    for path, value in change.items():
        target: Any = event
        *way, last = path.split(".")
        for step in way:
            target = target[step]
        target[last] = value
    return delivery(event, agency="police")


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        (Delivery("agency.police.F1.x", b'{"id": ', 9001), "(message)", "not JSON"),
        (Delivery("agency.police.F1.x", b"\xff\xfe", 9002), "(message)", "not JSON"),
        (Delivery("agency.police.F1.x", b"[1, 2]", 9003), "(message)", "not a JSON object"),
        (bad({"specversion": "0.3"}), "specversion", "1.0"),
        (bad({"type": "nl.oneplan.incident.recorded.v9"}), "type", "not an event type we take"),
        (bad({"type": "com.example.thing"}), "type", "pattern"),
        (bad({"source": "urn:oneplan:agency:school"}), "source", "not the source of police"),
        (bad({"source": "urn:nld:oin:00000001234567890000"}), "source", "not the source of police"),
        (bad({"id": "with a blank"}), "id", "pattern"),
        (bad({"subject": "two.tokens"}), "subject", "pattern"),
        (bad({"time": "yesterday"}), "time", "valid datetime"),
        (bad({"time": "2026-03-01T09:30:00"}), "time", "timezone"),
        (bad({"time": "2027-01-01T00:00:00Z"}), "time", "lies in the future"),
        (bad({"data.began_at": "2027-01-01T00:00:00Z"}), "data.began_at", "lies in the future"),
        (bad({"data.ended_at": "2026-02-28T21:00:00Z"}), "data.ended_at", "before began_at"),
        (bad({"data.text": "x" * 1_000_000}), "data.text", "at most 20000 characters"),
        (bad({"data.kind": "robbery"}), "data.kind", "Input should be"),
        (bad({"data.by": []}), "data.by", "at least 1 item"),
        (bad({"data.surprise": 1}), "data.surprise", "no such field"),
        (bad({"data": None}), "data", "an object"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_message_is_rejected_with_the_field_and_sinks_nothing(
    intake: Intake, application: OnePlan, wrong: Delivery, field: str, words: str
) -> None:
    good = delivery(cloud_event("note.added", {"note_id": "n1", "text": "goed"}))

    outcomes = intake.take([delivery(plan_opened()), wrong, good], NOW)

    assert statuses(outcomes) == ["accepted", "rejected", "accepted"]
    assert outcomes[1].field == field
    assert words in str(outcomes[1].reason)
    assert len(application.events_of("F1")) == 2


def test_only_parties_change_the_plan_and_everybody_may_report(intake: Intake) -> None:
    outcomes = intake.take(
        [
            delivery(plan_opened()),
            delivery(
                cloud_event(
                    "goal.set",
                    {"goal_id": "g1", "life_domain": "safety", "text": "rust"},
                    agency="school",
                )
            ),
            delivery(
                cloud_event(
                    "concern.raised",
                    {"concern_id": "c1", "life_domain": "safety", "text": "moe"},
                    agency="school",
                )
            ),
        ],
        NOW,
    )
    assert statuses(outcomes) == ["accepted", "rejected", "accepted"]
    assert outcomes[1].field == "source"


def test_a_plan_that_another_process_changed_is_seen_as_it_is(
    application: OnePlan, settings: Settings
) -> None:
    here = Intake(application, settings.agency_of_source)
    there = Intake(application, settings.agency_of_source)
    here.take([delivery(plan_opened())], NOW)
    there.take([delivery(cloud_event("plan.closed", {"reason": "x"}))], NOW)
    there.take([delivery(cloud_event("plan.reopened", {"reason": "y"}))], NOW)
    there.take([delivery(cloud_event("lead.assigned", {"lead": lead()}))], NOW)

    # `here` remembers a plan without a lead: both of these must be decided on the stored one.
    outcomes = here.take(
        [
            delivery(cloud_event("lead.released", {"person_id": "lead-1", "reason": "ziek"})),
            delivery(cloud_event("lead.assigned", {"lead": lead("lead-2")})),
        ],
        NOW,
    )
    assert statuses(outcomes) == ["accepted", "accepted"]

    conflict = there.take([delivery(cloud_event("note.added", {"note_id": "n", "text": "x"}))], NOW)
    assert statuses(conflict) == ["accepted"]
    assert [event.originator_version for event in application.events_of("F1")] == [
        1,
        2,
        3,
        4,
        5,
        6,
        7,
    ]


def test_a_fault_of_our_own_rejects_one_message_and_takes_the_others(
    intake: Intake, application: OnePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from domain.family_plan import NoteAdded  # noqa: PLC0415

    def explode(self: NoteAdded, plan: object) -> None:
        if self.note.note_id == "poison":
            raise ZeroDivisionError

    intake.take([delivery(plan_opened())], NOW)
    monkeypatch.setattr(NoteAdded, "apply", explode)
    outcomes = intake.take(
        [
            delivery(cloud_event("note.added", {"note_id": "a", "text": "x"})),
            delivery(cloud_event("note.added", {"note_id": "poison", "text": "x"})),
            delivery(cloud_event("note.added", {"note_id": "b", "text": "x"})),
        ],
        NOW,
    )
    assert statuses(outcomes) == ["accepted", "rejected", "accepted"]
    assert "fault on our side" in str(outcomes[1].reason)
    assert len(application.events_of("F1")) == 3


def test_the_lead_changes_the_plan_through_the_same_domain(
    intake: Intake, application: OnePlan
) -> None:
    intake.take([delivery(plan_opened())], NOW)
    seen = []
    change_plan(application, "F1", lambda plan: seen.append(plan.version))
    assert seen == [1]


def test_receipts_name_status_family_and_reason(intake: Intake) -> None:
    accepted, rejected = intake.take([delivery(plan_opened()), bad({"time": "gisteren"})], NOW)
    assert accepted.receipt(NOW).model_dump(mode="json", exclude_none=True) == {
        "event_id": accepted.event_id,
        "status": "accepted",
        "stream_sequence": accepted.delivery.sequence,
        "received_at": "2026-03-02T12:00:00Z",
        "family_id": "F1",
    }
    assert rejected.receipt(NOW).status is Status.REJECTED
    assert rejected.receipt(NOW).field == "time"


def test_a_batch_stops_where_something_older_on_hold_becomes_due(
    application: OnePlan, settings: Settings
) -> None:
    intake = Intake(application, settings.agency_of_source)
    batch = [
        delivery(cloud_event("note.added", {"note_id": "n", "text": "x"})),
        delivery(plan_opened()),
        delivery(cloud_event("plan.closed", {"reason": "klaar"})),
    ]
    assert statuses(intake.take(batch, NOW)) == ["held", "accepted"]
    assert statuses(intake.take(batch[2:], NOW, awaited={"goal:F1:g1"})) == ["accepted"]


def test_what_another_writer_saved_between_two_batches_is_no_conflict(
    intake: Intake, application: OnePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake.take([delivery(plan_opened())], NOW)
    change_plan(application, "F1", lambda plan: plan.close("klaar", context()))
    tries: list[object] = []
    save = application.save

    def counted(*aggregates: Any) -> Any:
        tries.append(aggregates)
        return save(*aggregates)

    monkeypatch.setattr(application, "save", counted)
    reopened = cloud_event("plan.reopened", {"reason": "Toch niet klaar."})
    assert statuses(intake.take([delivery(reopened)], NOW)) == ["accepted"]
    assert len(tries) == 1
