"""Which intake workers there are, and so whose each partition is.

Each says over NATS, every fifth of the time of a takeover, that it is there. From that each
reckons the same, apart from a moment after a change; the server gives a partition to one at a
time whatever they think. Who was there first comes first, so that who joins moves little.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence

from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic import BaseModel, ConfigDict, ValidationError

from services.bus.partitions import Partition

SUBJECT = "intake.members"


class Member(BaseModel):
    """What a worker says of itself."""

    model_config = ConfigDict(frozen=True)

    id: str
    aside: bool = False
    """It has met what is for a newer release: others go first."""
    leaves: bool = False
    epoch: str = ""
    """That of the partitions that it has made, last of all."""


class Members:
    """The workers that this one has heard of lately, itself among them."""

    def __init__(
        self, client: Client, patience: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._patience = patience
        self._clock = clock
        self._me = Member(id=f"{time.time_ns()}-{uuid.uuid4().hex}")
        self._heard: dict[str, tuple[float, Member]] = {}
        self._changed: Callable[[], None] = lambda: None

    async def join(self, changed: Callable[[], None]) -> None:
        """Hear of the others from now on; ``changed`` is called when there are others than before.

        Raises nats.errors.Error when the server does not answer.
        """
        self._changed = changed
        await self._client.subscribe(SUBJECT, cb=self._hear)
        await self.announce()

    async def announce(self) -> None:
        """Say that this one is there."""
        await self._client.publish(SUBJECT, self._me.model_dump_json().encode())

    async def tell_of(self, epoch: str) -> None:
        """Say that there are partitions of a new epoch."""
        self._me = self._me.model_copy(update={"epoch": epoch})
        await self.announce()

    async def leave(self) -> None:
        """Say that this one goes."""
        self._me = self._me.model_copy(update={"leaves": True})
        await self.announce()

    def step_aside(self) -> None:
        """From now on let others go first."""
        self._me = self._me.model_copy(update={"aside": True})

    def share(self, partitions: Sequence[Partition]) -> set[Partition]:
        """Those of the partitions that are for this worker."""
        latest = self._clock() - self._patience
        others = [one for heard, one in self._heard.values() if heard > latest]
        everybody = sorted({one.id: one for one in (*others, self._me)}.values(), key=_who_first)
        willing = [one for one in everybody if not one.aside] or everybody
        return {
            one
            for place, one in enumerate(partitions)
            if willing[place % len(willing)].id == self._me.id
        }

    async def _hear(self, message: Msg) -> None:
        try:
            member = Member.model_validate_json(message.data)
        except ValidationError:
            return
        if self.hear(member):
            # Who is new must hear of us before it takes what is ours.
            await self.announce()

    def hear(self, member: Member) -> bool:
        """Take note of what a worker says of itself; returns whether it is new."""
        if member.id == self._me.id:
            return False
        _, known = self._heard.pop(member.id, (0.0, None))
        if not member.leaves:
            self._heard[member.id] = (self._clock(), member)
        if known != member:
            self._changed()
        return known is None and not member.leaves


def _who_first(member: Member) -> str:
    return member.id
