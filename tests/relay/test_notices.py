"""What agencies are told on their own subjects: results of conferences, and feedback."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from projections.conferences import CONFERENCES
from services.bus.connect import connected
from services.bus.streams import PARTY_NOTICES
from services.contracts.schemas import all_schemas
from services.relay import outbox
from services.relay.service import open_relay
from tests.relay.support import contents, finish, messages
from tests.support.events import NOW, cloud_event
from tests.support.viewers import agency as viewer
from tests.support.world import World, left, two_families

pytestmark = pytest.mark.anyio
ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
TOLD = "Wij hebben met het gezin gesproken en helpen hen."


class LostError(Exception):
    """Something breaks in a test."""


def conference(conference_id: str = "c1", family: str = "F1", agency: str = "police") -> list[Any]:
    """A conference on the question that the incident of F1 raised; called, decided, closed."""
    return [
        cloud_event(
            "conference.called",
            {
                "conference_id": conference_id,
                "begins_at": "2026-03-01T13:00:00Z",
                "agencies": [agency],
            },
            subject=family,
            agency=agency,
        ),
        cloud_event(
            "conference.decided",
            {
                "decision_id": f"d-{conference_id}",
                "conference_id": conference_id,
                "text": "De wijkagent gaat langs.",
                "owner": {"name": "Sanne", "kind": "professional", "agency": agency},
                "due": "2026-03-09",
            },
            subject=family,
            agency=agency,
        ),
        cloud_event(
            "conference.closed",
            {
                "conference_id": conference_id,
                "present": ["Anna, moeder", "Sanne, wijkagent"],
                "summary": "Eerst rust in huis.",
            },
            subject=family,
            agency=agency,
        ),
    ]


def report(family: str = "F1", **facts: Any) -> dict[str, Any]:
    """A report to Veilig Thuis."""
    data = {
        "report_id": "r1",
        "reporter": "juf Els",
        "reporter_kind": "professional",
        "text": "Komt vaak te laat.",
        **facts,
    }
    return cloud_event(
        "report.received",
        data,
        agency="veilig-thuis",
        subject=family,
        type="nl.oneplan.report.received.v2",
    )


def feedback(stage: str, family: str = "F1") -> dict[str, Any]:
    data = {"report_id": "r1", "stage": stage, "text": TOLD}
    return cloud_event("feedback.given", data, agency="veilig-thuis", subject=family)


def valid(name: str, notice: dict[str, Any]) -> bool:
    """Whether it is as the exported schema says."""
    schema = all_schemas()[name]
    return Draft202012Validator(schema, format_checker=FormatChecker()).is_valid(notice)


@ON_SQLITE
async def test_who_cannot_read_here_is_told_by_who_received_the_report(world: World) -> None:
    world.take(*two_families(), report(reporter_agency="general-practice"), feedback("received"))
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        found = await contents(client, PARTY_NOTICES)
    assert [subject for subject, _ in found] == ["party.veilig-thuis.feedback.r1"]


async def test_each_party_and_nobody_else_is_sent_the_one_page_result(world: World) -> None:
    world.take(*two_families(), *conference())
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        found = await contents(client, PARTY_NOTICES)

    assert [subject for subject, _ in found] == [
        "party.police.conference.F1.c1",
        "party.veilig-thuis.conference.F1.c1",
    ]
    (expected,) = world.views.family(CONFERENCES, viewer("police"), "F1").conferences
    for _, result in found:
        assert result == expected.model_dump(mode="json")
        assert valid("conference-result", result)
    (asked,) = found[0][1]["agenda"]
    assert (asked["kind"], asked["decisions"]) == ("question", [])
    assert found[0][1]["other_decisions"][0]["text"] == "De wijkagent gaat langs."
    assert found[0][1]["result"]["summary"] == "Eerst rust in huis."


async def test_nothing_is_sent_before_it_is_closed(world: World) -> None:
    world.take(*two_families(), *conference()[:2])
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        assert await contents(client, PARTY_NOTICES) == []


async def test_who_left_can_no_longer_read_that_familys_results(world: World) -> None:
    world.take(
        *two_families(),
        cloud_event(
            "agency.joined", {"agency": "veilig-thuis", "task": "x"}, agency="school", subject="F2"
        ),
        *conference(),
        *conference(family="F2", agency="school"),
        report(),
        feedback("received"),
    )
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        before = {subject for subject, _ in await contents(client, PARTY_NOTICES)}
        world.take(left("veilig-thuis"), now=NOW + timedelta(days=1))
        await finish(one)
        after = {subject for subject, _ in await contents(client, PARTY_NOTICES)}

    assert before - after == {"party.veilig-thuis.conference.F1.c1"}
    # What it was told about another family, and as the one who took the report, it keeps.
    assert {one for one in after if one.startswith("party.veilig-thuis.")} == {
        "party.veilig-thuis.conference.F2.c1",
        "party.veilig-thuis.feedback.r1",
    }


@ON_SQLITE
async def test_who_left_before_it_could_be_sent_is_not_sent_it(world: World) -> None:
    world.take(*two_families(), *conference(), left("veilig-thuis"))
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        found = [subject for subject, _ in await contents(client, PARTY_NOTICES)]
    assert found == ["party.police.conference.F1.c1"]


async def test_the_reporters_agency_hears_what_came_of_it_and_not_about_whom(world: World) -> None:
    world.take(*two_families(), report(reporter_agency="school"), feedback("received"))
    world.take(feedback("triaged"))
    async with (
        open_relay(world.settings) as one,
        connected(world.settings) as client,
        connected(world.settings, "school") as school,
    ):
        await finish(one)
        found = await messages(client, PARTY_NOTICES)
        own = await school.jetstream().pull_subscribe_bind("school", PARTY_NOTICES)
        read = [(await own.fetch(1, timeout=5))[0] for _ in range(2)]

    # The school takes no part in F1. Both stages come, in order.
    assert [message.subject for message in found] == ["party.school.feedback.r1"] * 2
    notices = [json.loads(message.data) for message in read]
    assert notices[0] == {
        "report_id": "r1",
        "stage": "received",
        "text": TOLD,
        "from_agency": "veilig-thuis",
        "occurred_at": "2026-03-01T09:30:00Z",
    }
    assert notices[1] == {**notices[0], "stage": "triaged"}
    assert all(valid("feedback-notice", notice) for notice in notices)
    plan = world.application.events_of("F1")[0].originator_id
    for message in found:
        said = f"{message.subject} {message.data!r} {message.headers}"
        assert "F1" not in said
        assert str(plan) not in said


@ON_SQLITE
async def test_a_person_is_told_by_the_agency_that_took_the_report(world: World) -> None:
    world.take(*two_families(), report(reporter_kind="neighbour"), feedback("received"))
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        ((subject, notice),) = await contents(client, PARTY_NOTICES)
    assert subject == "party.veilig-thuis.feedback.r1"
    assert notice["from_agency"] == "veilig-thuis"


@ON_SQLITE
async def test_the_same_words_on_two_families_reports_are_two_notices(world: World) -> None:
    for family in ("F1", "F2"):
        world.take(
            cloud_event(
                "plan.opened",
                {
                    "reason": "x",
                    "members": [],
                    "parties": [{"agency": "veilig-thuis", "task": "onderzoek"}],
                },
                agency="veilig-thuis",
                subject=family,
            ),
            report(family, reporter_agency="school"),
            feedback("received", family),
        )
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        await finish(one)
        found = await messages(client, PARTY_NOTICES)
    assert [message.subject for message in found] == ["party.school.feedback.r1"] * 2


async def test_a_crash_before_the_place_is_saved_leaves_no_gap_and_no_double(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.take(*two_families(), *conference(), report(reporter_agency="school"))
    world.take(feedback("received"))
    save = outbox.Outbox.passed

    def crash(_outbox: outbox.Outbox, _batch: outbox.Batch) -> None:
        raise LostError

    async with connected(world.settings) as client:
        monkeypatch.setattr(outbox.Outbox, "passed", crash)
        for _ in range(2):
            with pytest.raises(LostError):
                async with open_relay(world.settings) as one:
                    await one.step()
        sent = await contents(client, PARTY_NOTICES)
        monkeypatch.setattr(outbox.Outbox, "passed", save)
        async with open_relay(world.settings) as one:
            await finish(one)
        assert await contents(client, PARTY_NOTICES) == sent
    assert sorted(subject for subject, _ in sent) == [
        "party.police.conference.F1.c1",
        "party.school.feedback.r1",
        "party.veilig-thuis.conference.F1.c1",
    ]


@ON_SQLITE
async def test_what_is_not_taken_by_the_stream_comes_again(world: World) -> None:
    world.take(*two_families(), *conference())
    async with connected(world.settings) as client:
        js = client.jetstream()
        full = (await js.stream_info(PARTY_NOTICES)).config
        await js.delete_stream(PARTY_NOTICES)
        async with open_relay(world.settings) as one:
            with pytest.raises(Exception, match="no response from stream"):
                await one.step()
            await js.add_stream(full)
            await finish(one)
        assert len(await contents(client, PARTY_NOTICES)) == 2


@ON_SQLITE
async def test_a_result_too_large_for_a_message_says_where_to_read_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.take(*two_families(), *conference())
    async with open_relay(world.settings) as one, connected(world.settings) as client:
        monkeypatch.setattr(one, "_largest", 600)
        await finish(one)
        found = dict(await contents(client, PARTY_NOTICES))
    notice = found["party.police.conference.F1.c1"]
    assert notice == {
        "family_id": "F1",
        "conference_id": "c1",
        "dataref": "/api/v1/families/F1/conferences",
    }
    assert valid("conference-result", notice)
    assert not valid("feedback-notice", notice)
