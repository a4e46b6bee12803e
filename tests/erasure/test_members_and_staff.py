"""One member or one professional is erased: the others stay readable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from nats.aio.client import Client

from domain.context import Provenance
from domain.erasure import ErasureGround, ErasureScope, ErasureTarget, Obstacle
from domain.errors import Refused
from domain.personal import ERASED
from domain.values import FamilyMember, Role
from projections.current_plan import PLAN
from services.audit.verify import verify
from services.bus.connect import connected
from services.bus.streams import DEAD_LETTERS
from services.bus.subjects import rejected_subject
from services.clock import utc_now
from services.erasure.desk import ErasureDesk
from services.erasure.hold import hold_data, release_data
from services.erasure.preview import preview
from services.relay.service import open_relay
from services.settings import Settings
from services.store.application import OnePlan
from services.views.past import AsOf
from tests.relay.support import contents, finish
from tests.support.bus import make_streams, running_bus
from tests.support.events import NOW, cloud_event, incident, lead, plan_opened
from tests.support.files import files_with
from tests.support.viewers import AUDITOR
from tests.support.world import World, new_world

pytestmark = pytest.mark.anyio

BRAM = ErasureTarget(scope=ErasureScope.MEMBER, family_id="F1", member_id="child")


class Scene:
    """A family whose story has been published, and a desk that erases."""

    def __init__(self, world: World, bus: Settings, client: Client) -> None:
        self.world, self.bus, self.client = world, bus, client
        self.application: OnePlan = world.application
        self.desk = ErasureDesk(world.application, world.engine, bus)

    async def publish(self) -> None:
        async with open_relay(self.bus) as relay:
            await finish(relay)

    async def erase(self, target: ErasureTarget, ground: ErasureGround, name: str) -> None:
        self.desk.request(name, target, ground, "Op verzoek.", by("dirk"))
        self.desk.approve(name, by("eva"))
        await self.desk.carry_out(name, by("dirk"), self.client.jetstream())
        self.world.catch_up()
        await self.publish()


def by(actor: str) -> Provenance:
    return Provenance(actor=actor, role=Role.ADMINISTRATOR, correlation_id="t", causation_id="t")


@pytest.fixture
async def scene(settings: Settings, application: OnePlan) -> AsyncIterator[Scene]:
    with running_bus(settings) as bus, new_world(settings, application) as world:
        await make_streams(bus)
        async with connected(bus) as client:
            played = Scene(world, bus, client)
            concern = {"concern_id": "c1", "life_domain": "safety", "about": ["child"]}
            world.take(
                plan_opened(),
                cloud_event("lead.assigned", {"lead": lead()}),
                cloud_event("concern.raised", {**concern, "text": "Zorg-Bever om hem."}),
                cloud_event("concern.resolved", {"concern_id": "c1", "how": "Opgelost-Bever."}),
                cloud_event("incident.recorded", incident("i1", text="Over-Moeder-Das.")),
                cloud_event("incident.recorded", incident("i2", against=["child"], text="Bever.")),
                cloud_event("phase.entered", {"phase": "acquaintance", "text": "Bram doet mee."}),
            )
            await played.publish()
            yield played


async def test_a_member_goes_and_the_other_stays(scene: Scene, tmp_path: Path) -> None:
    js = scene.client.jetstream()
    headers = {"Oneplan-Subject": "agency.police.F1.t"}
    for number, about in enumerate(["child", "mother"], start=1):
        body = orjson.dumps({"subject": "F1", "data": {"about": [about], "text": f"L-{about}"}})
        await js.publish(rejected_subject("police", number), body, headers=headers)
    shown, _ = preview(scene.application, BRAM, scene.bus, utc_now())
    assert shown.mentions == ("F1:9",), "a text about the family that names him"
    assert shown.obstacles == (Obstacle.PLAN_IS_OPEN, Obstacle.TERM_RUNS)

    moments = [AsOf(NOW), AsOf()]
    then = scene.world.views.past(AUDITOR, "F1", "test", moments)
    assert all("Zorg-Bever" in repr(past.view(PLAN)) for past in then)

    await scene.erase(BRAM, ErasureGround.UNLAWFUL, "e1")

    for past in scene.world.views.past(AUDITOR, "F1", "test", moments):
        assert "Bever" not in repr((past.told, past.view(PLAN), past.entries()))
    told = repr(scene.application.events_of("F1"))
    assert "Bever" not in told
    assert "Over-Moeder-Das" in told
    assert {one.name for one in _members(scene.application)} == {"Anna", ERASED}
    assert _birth_dates(scene.application) == {None}
    assert not files_with(tmp_path, "Bever")
    assert files_with(tmp_path, "Over-Moeder-Das")
    letters = [body["data"]["text"] for _, body in await contents(scene.client, DEAD_LETTERS)]
    assert letters == ["L-mother"]
    assert verify(scene.application, scene.world.engine).findings == []


async def test_what_is_said_later_of_who_was_erased_is_not_kept(
    scene: Scene, tmp_path: Path
) -> None:
    await scene.erase(BRAM, ErasureGround.UNLAWFUL, "e1")
    scene.world.take(
        cloud_event("incident.recorded", incident("i3", against=["child"], text="Nog-Otter."))
    )
    assert "Otter" not in repr(scene.application.events_of("F1"))
    assert not files_with(tmp_path / "data", "Otter", but=["nats"])


async def test_a_professional_goes_once_somebody_else_leads(scene: Scene) -> None:
    carla = ErasureTarget(scope=ErasureScope.STAFF, agency="police", person_id="lead-1")
    with pytest.raises(Refused, match="leads-a-plan stands against"):
        scene.desk.request("e1", carla, ErasureGround.AT_REQUEST, "Uit dienst.", by("dirk"))
    handover = {"outgoing": "lead-1", "incoming": lead("lead-2"), "reason": "Nieuwe baan."}
    handover["incoming"] = {**lead("lead-2"), "name": "Dirk"}
    scene.world.take(cloud_event("lead.handed-over", handover))
    await scene.erase(carla, ErasureGround.AT_REQUEST, "e2")
    told = repr(scene.application.events_of("F1"))
    assert "Carla" not in told
    assert "'Dirk'" in told
    assert "Zorg-Bever" in told
    assert verify(scene.application, scene.world.engine).findings == []


async def test_a_legal_hold_keeps_the_data(scene: Scene) -> None:
    family = ErasureTarget(scope=ErasureScope.FAMILY, family_id="F1")
    scene.world.take(cloud_event("plan.closed", {"reason": "Klaar."}))
    scene.desk.request("e1", family, ErasureGround.AT_REQUEST, "Verzoek.", by("dirk"))
    hold_data(scene.application, "F1", "Klacht.", by("eva"))
    with pytest.raises(Refused, match="legal-hold stands against"):
        scene.desk.approve("e1", by("eva"))
    release_data(scene.application, "F1", "Afgehandeld.", by("eva"))
    assert scene.desk.approve("e1", by("eva")).approved_by == "eva"


async def test_after_a_backup_it_is_carried_out_again(scene: Scene, tmp_path: Path) -> None:
    await scene.erase(BRAM, ErasureGround.UNLAWFUL, "e1")
    js = scene.client.jetstream()
    body = orjson.dumps({"subject": "F1", "data": {"about": ["child"], "text": "Terug-Bever."}})
    await js.publish(
        rejected_subject("police", 9), body, headers={"Oneplan-Subject": "agency.police.F1.t"}
    )
    done, _ = await scene.desk.reapply(js)
    assert done == ["e1"]
    assert not files_with(tmp_path, "Bever")


def _members(application: OnePlan) -> list[FamilyMember]:
    plan = application.plan("F1")
    assert plan is not None
    return list(plan.members.values())


def _birth_dates(application: OnePlan) -> set[object]:
    plan = application.plan("F1")
    assert plan is not None
    return {one.birth_date for one in plan.members.values()}
