"""What came to be known when: what changed between two moments, and what nobody had told yet."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest

from domain.family_plan import PlanEvent
from domain.need_to_know.audience import EVERYTHING
from domain.values import Note, Role
from projections.current_plan import PLAN
from services.audit.difference import (
    COMPARED,
    Difference,
    ItemDifference,
    compare,
    difference,
)
from services.audit.known import KnownThen, known_then
from services.read_model.source import RecordedEvent
from services.views.errors import NothingKnownYet
from services.views.past import AsOf, Past, past_of
from tests.cli.test_cli import Cli, cli
from tests.projections.support import at, context, events_of, opened
from tests.scenarios import simulate

__all__ = ["cli"]

STORY = Path(simulate.__file__).parent / "a_spreading_stalking.jsonl"
FAMILY = "GEZIN-A-2025"
END = datetime(2026, 6, 1, tzinfo=UTC)
Key = tuple[str, str, str, str]


@cache
def story() -> list[RecordedEvent]:
    plan = simulate.simulate(simulate.read(STORY)).plans[FAMILY]
    return [RecordedEvent(place, one) for place, one in enumerate(simulate.facts(plan), start=1)]


def past(moment: datetime | None) -> Past:
    return past_of(FAMILY, EVERYTHING, AsOf(moment), lambda _family: story(), END)


def day(month: int, number: int) -> datetime:
    return datetime(2025, month, number, tzinfo=UTC)


def items(found: Difference) -> dict[Key, ItemDifference]:
    return {
        (view.view, one.kind, one.item_id, one.how): one
        for view in found.views
        for one in view.items
    }


def changes(item: ItemDifference) -> dict[str, tuple[object, object]]:
    return {one.fact: (one.was, one.became) for one in item.changes}


def test_the_gap_is_what_had_happened_and_was_told_later() -> None:
    """As the story's own words say of what is "nagekomen"; read from the file by hand."""
    page = known_then(past(day(6, 1)), past(None))
    assert page.lead is not None
    assert (page.lead.name, page.lead.agency) == ("Anneke Postma", "municipality")
    assert page.plan == past(day(6, 1)).view(PLAN)
    assert [one.question_id for one in page.questions.open] == ["V-OMA"]
    gap = [(one.type, f"{one.happened_at:%m-%d}", f"{one.known_at:%m-%d}") for one in page.gap]
    assert gap == [
        ("ConversationHeld", "03-26", "09-24"),
        ("IncidentRecorded", "04-21", "08-21"),
        ("NoteAdded", "05-28", "08-29"),
    ]
    told = page.gap[1]
    assert (told.said_by.agency, told.against, told.days) == ("police", ("ria",), 121)
    # Once it was told there is no gap, and it stands in the plan.
    later = known_then(past(day(12, 1)), past(None))
    assert later.gap == ()
    assert "ria" in {who for one in later.plan.incidents for who in one.against}


def test_the_lead_is_the_one_of_that_day() -> None:
    first = past(day(3, 16))
    assert known_then(first, past(None)).lead is None
    with pytest.raises(NothingKnownYet):
        known_then(past(day(1, 1)), past(None))


def test_each_item_that_came_or_changed_is_told_from_what_to_what() -> None:
    found = items(difference(past(day(5, 20)), past(day(6, 1))))
    note = found["plan", "note", "VT-N-2025-1290", "came"]
    assert note.facts["text"].startswith("Onderzoek afgerond binnen tien weken.")
    term = changes(found["terms", "term", "t-7c2836e6e23f5ac0", "changed"])
    assert term["list"] == ("due", "met")
    assert term["state"] == ("running", "met")
    action = changes(found["plan", "goal", "D-VEILIG", "changed"])
    assert list(action) == ["actions.A-GESPREK-RICK"]
    assert ("questions", "question", "V-OMA", "came") in found
    assert changes(found["questions", "", "", "changed"]) == {"counts.open": (0, 1)}
    assert not [key for key in found if key[3] == "went"]


def test_time_alone_is_no_difference_and_from_nothing_all_came() -> None:
    # Nothing was recorded between them, while days passed.
    assert difference(past(END - timedelta(days=90)), past(END)).views == ()
    whole = items(difference(past(day(1, 1)), past(END)))
    assert {key[3] for key in whole if key[1]} == {"came"}
    plan = past(END).view(PLAN)
    came = {key[2] for key in whole if key[:2] == ("plan", "incident")}
    assert came == {one.incident_id for one in plan.incidents}


def test_what_two_moments_share_is_folded_once_and_makes_no_difference() -> None:
    moments = [day(1, 1), day(3, 16), day(5, 20), day(6, 1), day(6, 1), day(8, 30), END]
    for since, until in pairwise(moments):
        before, after = past(since), past(until)
        found = {one.view: one.items for one in difference(before, after).views}
        for view in COMPARED:
            was = past(since).view(view, until) if before.known else None
            apart = tuple(compare(was, past(until).view(view)))
            assert found.get(view.name, ()) == apart, (view.name, since)


def test_what_another_family_knew_is_known_here_from_the_merge_on() -> None:
    host, guest = opened("F1", at(2)), opened("F2", at(2))
    guest.add_note(Note(note_id="n1", text="Known to the others."), context(at(3)))
    same = {"anna": "anna", "bram": "bram"}
    administrator = context(at(9), role=Role.ADMINISTRATOR, agency=None, actor="admin")
    host.merge(guest, "One family.", administrator, same_as=same)
    streams = {
        one: [RecordedEvent(place, event) for place, event in enumerate(events, start=1)]
        for one, events in (("F1", events_of(host)), ("F2", events_of(guest)))
    }
    joined = cast("PlanEvent", streams["F1"][-1].event)

    def of_host(moment: datetime | None) -> Past:
        return past_of("F1", EVERYTHING, AsOf(moment), streams.__getitem__, END)

    page = known_then(of_host(at(4)), of_host(None))
    gap = [(one.item_ids, one.happened_at, one.known_at) for one in page.gap]
    assert gap[-1] == (("n1",), at(3), joined.recorded_at)
    assert page.plan.notes == ()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_both_on_the_command_line(cli: Cli) -> None:
    cli("plan", "note", "F1", "Stug contact.", "--id", "n1", "--at", "2026-03-01T12:00:00Z")
    span = ("F1", "2026-03-02T12:00:00Z", "2026-03-09T12:00:00Z")
    assert json.loads(cli("audit", "diff", *span, "--json").stdout)["views"] == []
    assert "nothing came to be known" in cli("audit", "diff", *span).stdout
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    page = cli("audit", "diff", *span[:2], now).stdout
    assert "+ note n1 Stug contact." in page
    assert "told by police" in page

    page = cli("audit", "known", "F1", span[1]).stdout
    assert "Lead then: Carla (police)" in page
    assert "Had happened, and was not known yet" in page
    told = json.loads(cli("audit", "known", "F1", span[1], "--json").stdout)
    assert [one["item_ids"] for one in told["gap"]] == [["n1"]]
    KnownThen.model_validate(told)

    looks = json.loads(cli("access", "list", "F1", "--json").stdout)["entries"]
    assert {"diff", "known-then"} <= {one["view"] for one in looks}
    for wrong, words in (
        (("audit", "diff", "F1", span[1], span[1]), "does not lie before the second"),
        (("audit", "diff", "F1", span[1], "2100-01-01T00:00:00Z"), "lies in the future"),
        (("audit", "known", "F1", "2020-01-01T00:00:00Z"), "nothing of this plan had been"),
        (("audit", "known", "F404", span[1]), "family F404 has no plan"),
    ):
        assert words in cli(*wrong, exit_code=1).stderr
