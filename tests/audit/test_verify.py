"""The verifier on what one agency event may bring about: once, however many events that is."""

from __future__ import annotations

from domain.context import Context
from domain.values import Note
from services.audit.verify import verify
from services.settings import Settings
from services.store.application import OnePlan
from services.store.plans import change_plan
from tests.support.events import cloud_event, incident, plan_opened
from tests.support.world import new_world


def test_one_command_may_record_several_events(settings: Settings, application: OnePlan) -> None:
    report = {"report_id": "r1", "reporter": "Buurvrouw", "text": "Hoort elke avond ruzie."}
    with new_world(settings, application) as world:
        # The incident raises a question, and with each report begin two terms.
        world.take(
            plan_opened(),
            cloud_event("incident.recorded", incident("i1")),
            cloud_event("report.received", report),
            cloud_event("report.received", {**report, "report_id": "r2"}),
        )
        found = verify(application, world.engine)
    assert (found.findings, found.receipts, found.events) == ([], 4, 4 + 1 + 2 + 3 + 3)


def test_an_effect_that_came_twice_is_found(settings: Settings, application: OnePlan) -> None:
    with new_world(settings, application) as world:
        world.take(plan_opened(), cloud_event("note.added", {"note_id": "n1", "text": "Stug."}))
        first = application.events_of("F1")[-1]
        again = Context(
            provenance=first.provenance,
            occurred_at=first.occurred_at,
            recorded_at=first.recorded_at,
        )
        change_plan(application, "F1", lambda plan: plan.add_note(note("n2"), again))
        world.catch_up()
        found = verify(application, world.engine)
    receipt = first.provenance.causation_id
    assert found.findings == [f"receipt {receipt} has 2 effects, not 1"]


def test_an_effect_that_came_again_later_is_found(settings: Settings, application: OnePlan) -> None:
    with new_world(settings, application) as world:
        world.take(
            plan_opened(),
            cloud_event("incident.recorded", incident("i1")),
            cloud_event("plan.closed", {"reason": "Klaar."}),
        )
        _, recorded, _, _ = application.events_of("F1")
        change_plan(
            application,
            "F1",
            lambda plan: plan.reopen(
                "again",
                Context(
                    provenance=recorded.provenance,
                    occurred_at=recorded.occurred_at,
                    recorded_at=recorded.recorded_at,
                ),
            ),
        )
        world.catch_up()
        found = verify(application, world.engine)
    assert found.findings == [f"receipt {recorded.provenance.causation_id} has 2 effects, not 1"]


def note(note_id: str) -> Note:
    return Note(note_id=note_id, text="Nog een keer.")
