"""Who is erased where families were merged: under each name they had."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.erasure import ErasureGround, ErasureScope, ErasureTarget
from services.audit.verify import verify
from services.bus.connect import connected
from services.erasure.desk import ErasureDesk
from services.erasure.survey import survey
from services.settings import Settings
from services.store.application import OnePlan
from tests.erasure.test_members_and_staff import by
from tests.intake.test_merging import about, merged, split, two_homes
from tests.support.bus import make_streams, running_bus
from tests.support.files import files_with
from tests.support.world import World, new_world

pytestmark = pytest.mark.anyio


def note(note_id: str, member_id: str, text: str) -> dict[str, object]:
    return {"note_id": note_id, "about": [member_id], "text": text}


def told(application: OnePlan) -> str:
    return repr([one.event for name in ("F1", "F2") for one in application.stream_of(name)])


async def erase(world: World, bus: Settings, target: ErasureTarget) -> None:
    desk = ErasureDesk(world.application, world.engine, bus)
    desk.request("e1", target, ErasureGround.UNLAWFUL, "Op verzoek.", by("dirk"))
    desk.approve("e1", by("eva"))
    async with connected(bus) as client:
        await desk.carry_out("e1", by("dirk"), client.jetstream())
    world.catch_up()


def member(family_id: str, member_id: str) -> ErasureTarget:
    return ErasureTarget(scope=ErasureScope.MEMBER, family_id=family_id, member_id=member_id)


@pytest.mark.parametrize("is_split", [False, True])
async def test_a_member_goes_from_both_plans(
    settings: Settings, application: OnePlan, tmp_path: Path, is_split: bool
) -> None:
    with running_bus(settings) as bus, new_world(settings, application) as world:
        await make_streams(bus)
        world.take(
            *two_homes(),
            about("F2", "note.added", note("n1", "child", "Marmot-vroeg"), "school"),
            merged(),
            about("F1", "note.added", note("n2", "daan", "Marmot-samen"), "school"),
            about("F1", "note.added", note("n3", "child", "Das-thuis")),
        )
        if is_split:
            world.take(split())
            await erase(world, bus, member("F2", "child"))
        else:
            with pytest.raises(LookupError, match="was merged into F1"):
                survey(application, member("F2", "child"))
            await erase(world, bus, member("F1", "daan"))
        assert "Marmot" not in told(application)
        assert "Das-thuis" in told(application)
        assert not files_with(tmp_path, "Marmot")
        assert verify(application, world.engine).findings == []


async def test_a_family_goes_with_those_that_are_part_of_it(
    settings: Settings, application: OnePlan
) -> None:
    with running_bus(settings) as bus, new_world(settings, application) as world:
        await make_streams(bus)
        world.take(
            *two_homes(),
            about("F2", "note.added", note("n1", "child", "Marmot-vroeg"), "school"),
            merged(),
        )
        await erase(world, bus, ErasureTarget(scope=ErasureScope.FAMILY, family_id="F1"))
        assert "Marmot" not in told(application)
        assert "Anna" not in told(application)
        assert verify(application, world.engine).findings == []
