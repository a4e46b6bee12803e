"""What the relay publishes, and that it publishes all of it whatever happens in between."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from cloudevents.http import from_json
from nats.js.errors import NotFoundError

from projections import current_plan
from projections.current_plan import PLAN
from services.access import open_access_log
from services.bus.connect import connected
from services.bus.streams import PARTY_VIEWS, PLAN_EVENTS
from services.relay import outbox, relay
from services.relay.service import open_relay
from tests.relay.support import contents, finish, messages
from tests.support.events import NOW, cloud_event
from tests.support.viewers import agency as viewer
from tests.support.world import World, left, two_families

pytestmark = pytest.mark.anyio
ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def note(number: int) -> dict[str, Any]:
    return cloud_event("note.added", {"note_id": f"n{number}", "text": "Belde terug."})


class LostError(Exception):
    """Something breaks in a test."""


async def test_each_event_is_published_once_as_a_cloud_event(world: World) -> None:
    world.take(*two_families())
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        found = await contents(client, PLAN_EVENTS)
        raw = await messages(client, PLAN_EVENTS)

    assert [subject for subject, _ in found] == [
        "plan.F1.PlanOpened",
        "plan.F1.LeadAssigned",
        "plan.F1.IncidentRecorded",
        "plan.F1.QuestionAsked",  # by itself: who did it is not known
        "plan.F2.PlanOpened",
        "plan.F2.LeadAssigned",
    ]
    event = world.application.events_of("F1")[2]
    _, body = found[2]
    data = body.pop("data")
    sequence = body.pop("sequence")
    assert body == {
        "specversion": "1.0",
        "id": f"{event.originator_id}-3",
        "source": "urn:oneplan:service",
        "type": "nl.oneplan.plan-event.incident-recorded.v2",
        "subject": "F1",
        "time": "2026-03-01T09:30:00Z",
        "datacontenttype": "application/json",
        "planversion": 3,
        "recordedat": "2026-03-02T12:00:00Z",
    }
    assert data["incident"]["incident_id"] == "i1"
    assert data["provenance"]["agency"] == "probation"
    assert "timestamp" not in data
    (position,) = [one.position for one in world.log.after(0, 100) if one.event == event]
    assert (len(sequence), int(sequence)) == (20, position)
    sequences = [body["sequence"] for _, body in found if "sequence" in body]
    assert sequences == sorted(sequences)
    for message in raw:
        parsed = from_json(message.data)
        assert message.headers is not None
        assert message.headers["Nats-Msg-Id"] == parsed["id"]
        assert message.headers["Content-Type"] == "application/cloudevents+json"


async def test_each_party_and_nobody_else_is_sent_the_plan_as_it_is(world: World) -> None:
    world.take(*two_families())
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        first = await contents(client, PARTY_VIEWS)
        world.take(note(1), note(2), note(3))
        await finish(one)
        second = await contents(client, PARTY_VIEWS)
        last = (await client.jetstream().stream_info(PARTY_VIEWS)).state.last_seq

    assert sorted(subject for subject, _ in first) == [
        "party.police.plan.F1",
        "party.school.plan.F2",
        "party.shelter.plan.F2",
        "party.veilig-thuis.plan.F1",
    ]
    now = world.views.family(PLAN, viewer("police"), "F1").model_dump(mode="json")
    for agency in ("police", "veilig-thuis"):
        assert dict(second)[f"party.{agency}.plan.F1"] == now
        assert dict(first)[f"party.{agency}.plan.F1"]["version"] == 4
    assert now["version"] == 7
    # Three changes in one batch are one view for each of the two parties.
    assert last == len(first) + 2


async def test_far_behind_it_sends_each_plan_once_and_all_events(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "BATCH", 5)
    monkeypatch.setattr(outbox, "PLANS_AT_ONCE", 1)
    world.take(*two_families(), *(note(number) for number in range(20)))
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        events = [int(body["sequence"]) for _, body in await contents(client, PLAN_EVENTS)]
        sent = (await client.jetstream().stream_info(PARTY_VIEWS)).state
        views = dict(await contents(client, PARTY_VIEWS))
    with open_access_log(world.settings) as log:
        looks = [len(log.of_family(family).entries) for family in ("F1", "F2")]
    assert (len(events), events) == (26, sorted(events))
    assert (sent.last_seq, sent.messages, looks) == (4, 4, [2, 2])
    assert views["party.veilig-thuis.plan.F1"]["version"] == 24


async def test_a_plan_that_went_on_since_a_crash_is_sent_as_it_is_by_then(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same events bring it about, so that the stream must tell the two apart by more."""
    monkeypatch.setattr(relay, "BATCH", 3)
    world.take(*two_families()[:1], note(1), note(2))

    def crash(_outbox: outbox.Outbox, _batch: outbox.Batch) -> None:
        raise LostError

    async with connected(world.settings) as client:
        with monkeypatch.context() as patched:
            patched.setattr(outbox.Outbox, "passed", crash)
            async with open_relay(world.settings) as one:
                with pytest.raises(LostError):
                    await one.step()
        world.take(note(3))
        async with open_relay(world.settings) as one:
            await finish(one)
        views = dict(await contents(client, PARTY_VIEWS))
    assert [len(one["notes"]) for one in views.values()] == [3, 3]


async def test_it_never_gets_ahead_of_the_views(world: World) -> None:
    world.take(*two_families()[:1])
    world.take(note(1), catch_up=False)
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        assert [subject for subject, _ in await contents(client, PLAN_EVENTS)] == [
            "plan.F1.PlanOpened"
        ]
        world.catch_up()
        await finish(one)
        assert [subject for subject, _ in await contents(client, PLAN_EVENTS)] == [
            "plan.F1.PlanOpened",
            "plan.F1.NoteAdded",
        ]


async def test_a_crash_before_the_place_is_saved_leaves_no_gap_and_no_double(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "BATCH", 5)
    world.take(*two_families()[:1], *(note(number) for number in range(10)))
    save = outbox.Outbox.passed

    def crash(_outbox: outbox.Outbox, _batch: outbox.Batch) -> None:
        raise LostError

    async with connected(world.settings) as client:
        for _ in range(3):
            monkeypatch.setattr(outbox.Outbox, "passed", crash)
            with pytest.raises(LostError):
                async with open_relay(world.settings) as one:
                    await one.step()
            monkeypatch.setattr(outbox.Outbox, "passed", save)
            async with open_relay(world.settings) as one:
                await one.step()
        async with open_relay(world.settings) as one:
            await finish(one)
        found = await contents(client, PLAN_EVENTS)
        views = dict(await contents(client, PARTY_VIEWS))

    assert [body["planversion"] for _, body in found] == list(range(1, 12))
    assert views["party.police.plan.F1"]["version"] == 11


@ON_SQLITE
async def test_what_was_not_acknowledged_is_published_again(world: World) -> None:
    world.take(*two_families()[:1])
    async with connected(world.settings) as client:
        js = client.jetstream()
        full = (await js.stream_info(PARTY_VIEWS)).config
        await js.delete_stream(PARTY_VIEWS)
        async with open_relay(world.settings) as one:
            with pytest.raises(Exception, match="no response from stream"):
                await one.step()
            await js.add_stream(full)
            await finish(one)
        assert len(await contents(client, PLAN_EVENTS)) == 1
        assert len(await contents(client, PARTY_VIEWS)) == 2


async def test_who_left_can_no_longer_read_what_was_sent(world: World) -> None:
    world.take(*two_families())
    direct = "$JS.API.DIRECT.GET.PARTY_VIEWS.party.veilig-thuis.plan.F1"
    async with (
        open_relay(world.settings) as one,
        connected(world.settings) as client,
        connected(world.settings, "veilig-thuis") as agency,
    ):
        await finish(one)
        assert b'"F1"' in (await agency.request(direct, b"")).data

        world.take(left("veilig-thuis"), note(1), now=NOW + timedelta(days=1))
        await finish(one)
        gone = await agency.request(direct, b"")
        assert gone.headers is not None
        assert gone.headers["Status"] == "404"
        assert sorted(subject for subject, _ in await contents(client, PARTY_VIEWS)) == [
            "party.police.plan.F1",
            "party.school.plan.F2",
            "party.shelter.plan.F2",
        ]

        back = cloud_event("agency.joined", {"agency": "veilig-thuis", "task": "onderzoek"})
        world.take(back, now=NOW + timedelta(days=2))
        await finish(one)
        assert b'"F1"' in (await agency.request(direct, b"")).data


@ON_SQLITE
async def test_who_left_and_came_back_within_a_batch_keeps_its_view(world: World) -> None:
    world.take(*two_families()[:1])
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        joined = {"agency": "veilig-thuis", "task": "onderzoek"}
        world.take(left("veilig-thuis"), cloud_event("agency.joined", joined))
        await finish(one)
        views = dict(await contents(client, PARTY_VIEWS))
    assert views["party.veilig-thuis.plan.F1"]["version"] == 3


@ON_SQLITE
async def test_what_is_too_large_for_a_message_says_where_to_read_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.take(*two_families()[:1])
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        monkeypatch.setattr(one, "_largest", 600)
        await finish(one)
        ((_, event),) = await contents(client, PLAN_EVENTS)
        views = dict(await contents(client, PARTY_VIEWS))

    assert "data" not in event
    assert event["dataref"] == "/api/v1/families/F1/timeline"
    assert views["party.police.plan.F1"] == {
        "family_id": "F1",
        "version": 1,
        "changed_at": "2026-03-02T12:00:00Z",
        "dataref": "/api/v1/families/F1/plan",
    }


@ON_SQLITE
async def test_a_view_built_by_other_code_is_not_published_from(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.take(*two_families()[:1])
    monkeypatch.setattr(current_plan.projection, "version", 99)
    async with open_relay(world.settings) as one:
        assert await one.step() == 0


@ON_SQLITE
async def test_steps_after_the_end_do_nothing(world: World) -> None:
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        assert await one.step() == 0
        await asyncio.to_thread(world.take, *two_families())
        await finish(one)
        before = await messages(client, PLAN_EVENTS)
        assert await one.step() == 0
        assert len(await messages(client, PLAN_EVENTS)) == len(before) == 6
        with pytest.raises(NotFoundError):
            await client.jetstream().get_last_msg(PARTY_VIEWS, "party.halt.plan.F1")
