"""What a process does not understand because a newer release wrote it, and what to do then.

Readers are upgraded before writers (``docs/upgrading.md``). Where that went wrong, an older process
stops before what it does not understand. It does not guess and it loses nothing: once upgraded it
goes on from where it stands.
"""

from __future__ import annotations

from eventsourcing.persistence import MapperDeserialisationError

WHAT_TO_DO = (
    "upgrade this process, readers before writers (docs/upgrading.md); "
    "nothing is lost, it then goes on from where it stands"
)


class UpgradeNeeded(Exception):
    """A newer release wrote this. The message has ids only, and says what to do."""


class NewerEventError(UpgradeNeeded, MapperDeserialisationError):
    """A stored event of a class, or of a version of its class, that this process does not have.

    Args:
        topic: of the event's class.
        place: the aggregate's id and the event's version in it.
        known: the version of the class that this process has, None when it has no such class.
        found: the version that was stored.
    """

    def __init__(self, topic: str, place: str, known: int | None, found: int) -> None:
        self.topic = topic
        self.place = place
        self.known = known
        self.found = found
        has = "has no such event" if known is None else f"has version {known}"
        super().__init__(
            f"stored event {place} is {topic} version {found}, and this process {has}: {WHAT_TO_DO}"
        )


class NewerWorkError(UpgradeNeeded):
    """A newer release has begun with the work that this process does."""

    def __init__(self, role: str, known: int, found: int) -> None:
        super().__init__(
            f"{role} is done by version {found} of its code, and this process has version "
            f"{known}: {WHAT_TO_DO}"
        )
