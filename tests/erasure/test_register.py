"""Who is erased as a member goes from the person register too, with what was asked about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.erasure import ErasureGround, ErasureScope, ErasureTarget
from domain.personal import ERASED
from projections.person_index import BlockRow, MatchRow, PersonRow
from projections.sql import SqlReader
from services.audit.verify import verify
from services.read_model.engine import reading
from tests.erasure.test_members_and_staff import Scene, scene
from tests.persons.events import described
from tests.persons.people import PSEUDONYM
from tests.support.events import plan_opened
from tests.support.files import files_with

__all__ = ["scene"]
pytestmark = pytest.mark.anyio

ANNA = ErasureTarget(scope=ErasureScope.MEMBER, family_id="F1", member_id="mother")
NAME = "Bevertanger"


def is_anna(
    subject: str = "F1", member_id: str | None = "mother", **facts: str
) -> dict[str, object]:
    told = {"given_names": "Anna", "family_name": NAME, **facts}
    return described("P-9", subject=subject, member_id=member_id, pseudonyms=[PSEUDONYM], **told)


def rows(scene: Scene) -> tuple[list[PersonRow], list[BlockRow], list[MatchRow]]:
    with reading(scene.world.engine) as connection:
        reader = SqlReader(connection)
        return (
            reader.select(PersonRow, where={}),
            reader.select(BlockRow, where={}),
            reader.select(MatchRow, where={}),
        )


async def test_a_member_goes_from_the_register_too(scene: Scene, tmp_path: Path) -> None:
    scene.world.take(is_anna())
    doubted = described("S-9", agency="school", subject="S-CASE", given_names="A", family_name=NAME)
    scene.world.take({**doubted, "data": {**doubted["data"], "initials": "A"}})
    people, blocks, _ = rows(scene)
    assert people[0].descriptions[0].description.family_name == NAME
    assert any(row.person_id == people[0].person_id for row in blocks)
    await scene.publish()

    await scene.erase(ANNA, ErasureGround.UNLAWFUL, "e1")

    people, blocks, _ = rows(scene)
    erased = next(row for row in people if row.families == ("F1",))
    assert erased.descriptions == ()
    assert not any(row.person_id == erased.person_id for row in blocks)
    told = repr([one.event for one in scene.world.log.after(0, 1000)])
    assert PSEUDONYM not in told
    assert f"family_name={ERASED!r}" in told
    assert not files_with(tmp_path, PSEUDONYM)
    assert verify(scene.application, scene.world.engine).findings == []


async def test_who_is_in_another_plan_stays_in_the_register(scene: Scene) -> None:
    scene.world.take(is_anna(), plan_opened("F2"), is_anna(subject="F2"))
    await scene.erase(ANNA, ErasureGround.UNLAWFUL, "e1")
    (anna,) = rows(scene)[0]
    assert {one.description.family_name for one in anna.descriptions} == {NAME}


async def test_who_is_described_again_afterwards_is_somebody_new_and_nothing_breaks(
    scene: Scene,
) -> None:
    scene.world.take(is_anna())
    await scene.erase(ANNA, ErasureGround.UNLAWFUL, "e1")
    again = described(
        "H-1", agency="halt", subject="H-CASE", pseudonyms=[PSEUDONYM], family_name=NAME
    )
    scene.world.take(again)
    assert verify(scene.application, scene.world.engine).findings == []
