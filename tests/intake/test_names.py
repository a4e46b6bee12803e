"""Events that were sorted by family may be taken in any order between the partitions."""

from __future__ import annotations

import shutil
from collections import deque
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from services.intake.delivery import Delivery
from services.intake.intake import Intake
from services.intake.names import Names, Naming
from services.settings import Settings
from services.store.application import OnePlan, open_application
from tests.support.events import NOW, cloud_event, delivery, plan_opened

COUNT = 3
FAMILIES = ["F1", "F2", "F3"]
REFERENCES = ["z1", "z2"]


@st.composite
def told(draw: st.DrawFn) -> dict[str, Any]:
    """Something of a few families and references, much of which cannot be taken."""
    about = draw(st.sampled_from(FAMILIES + REFERENCES))
    family, reference = draw(st.sampled_from(FAMILIES)), draw(st.sampled_from(REFERENCES))
    agency = draw(st.sampled_from(["police", "school"]))

    def about_it(type_: str, **data: str) -> dict[str, Any]:
        return cloud_event(type_, data, subject=about, agency=agency)

    return draw(
        st.sampled_from(
            [
                plan_opened(family),
                about_it("case-reference.linked", reference=reference),
                about_it("family.merged", other=family, reason="Een gezin."),
                about_it("family.split", other=family, reason="Twee gezinnen."),
                about_it("note.added", note_id=draw(st.sampled_from("nop")), text="x"),
            ]
        )
    )


class Office:
    """An intake on a database of its own, which takes events one by one."""

    def __init__(self, application: OnePlan, settings: Settings) -> None:
        self.application = application
        self._intake = Intake(application, settings.agency_of_source)
        self.fates: dict[int, tuple[str, str | None]] = {}

    def take(self, one: Delivery) -> None:
        [outcome] = self._intake.take([one], NOW)
        self.fates[one.sequence] = str(outcome.status), outcome.reason

    def take_sorted(self, events: list[Delivery], draw: Any) -> None:
        """Each in its partition's order, and the partitions as chance has it."""
        names = Names(self.application, COUNT)
        queues: list[deque[Delivery]] = [deque() for _ in range(COUNT)]
        for one in events:
            while True:
                naming = Naming.of(one.agency, one.body)
                names.look_up([naming])
                place = names.place(naming)
                if place is not None:
                    break
                self._take_some(queues, draw, everything=True)
                names.forget()
            queues[place].append(one)
            self._take_some(queues, draw, everything=False)
        self._take_some(queues, draw, everything=True)

    def _take_some(self, queues: list[deque[Delivery]], draw: Any, *, everything: bool) -> None:
        while full := [queue for queue in queues if queue]:
            if not everything and draw(st.booleans()):
                return
            self.take(draw(st.sampled_from(full)).popleft())


def office_in(folder: Path) -> tuple[OnePlan, Settings]:
    settings = Settings(data_dir=folder)
    return open_application(settings), settings


@hypothesis_settings(max_examples=25, deadline=None)
@given(data=st.data(), said=st.lists(told(), min_size=4, max_size=14))
def test_each_event_has_the_fate_that_it_has_in_the_order_of_the_stream(
    data: st.DataObject, said: list[dict[str, Any]]
) -> None:
    openings = [plan_opened(family) for family in FAMILIES[:2]]
    events = [
        Delivery(one.subject, one.body, place)
        for place, one in enumerate(map(delivery, [*openings, *said]), start=1)
    ]
    fates = []
    for is_sorted in (False, True):
        folder = Path(mkdtemp())
        application, settings = office_in(folder)
        try:
            office = Office(application, settings)
            if is_sorted:
                office.take_sorted(events, data.draw)
            else:
                for one in events:
                    office.take(one)
            fates.append(office.fates)
        finally:
            application.close()
            shutil.rmtree(folder)
    assert fates[0] == fates[1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b'{"subject": 7}',
        b'{"subject": "F1", "type": []}',
        b'{"subject": null, "type": "nl.oneplan.family.merged.v1", "data": {"other": "F2"}}',
    ],
)
def test_what_names_nobody_goes_by_its_sender(body: bytes) -> None:
    assert Naming.of("police", body) == Naming("police", None)


def test_what_names_others_wrongly_names_its_family_only() -> None:
    for data in (b"7", b"null", b'{"other": 7, "reference": []}'):
        for type_ in (b"family.merged", b"family.split", b"case-reference.linked"):
            body = b'{"subject": "F1", "type": "nl.oneplan.%b.v1", "data": %b}' % (type_, data)
            assert Naming.of("police", body) == Naming("police", "F1")
