"""The streams: what of whom is erased stands in them in the clear, and how it is taken out.

AGENCY_EVENTS and PLAN_EVENTS of a family are taken out as a whole, for a member too: they are
copies of what the event store holds. Receipts hold no personal data and stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import orjson
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import StreamConfig

from domain.erasure import ErasureScope
from services.bus.partitions import taken_up_to
from services.bus.stored import stored_messages
from services.bus.streams import (
    AGENCY_EVENTS,
    DEAD_LETTERS,
    PARTY_NOTICES,
    PARTY_VIEWS,
    PLAN_EVENTS,
    STREAMS,
)
from services.bus.subjects import UNKNOWN_FAMILY
from services.erasure.stream_rewrite import overwrite, rewrite, sequence_of
from services.erasure.survey import Survey, names_one_of
from services.settings import Settings

Belongs = Callable[[Msg], bool]


class StreamPurge:
    """What of a survey stands in the streams."""

    def __init__(self, js: JetStreamContext, settings: Settings, found: Survey) -> None:
        self._js = js
        self._replicas = settings.stream_replicas
        self._found = found

    async def count(self) -> dict[str, int]:
        """How many messages are to go, for each stream; nothing is changed."""
        counts = Counter({AGENCY_EVENTS: len(await self._agency_events())})
        counts[PLAN_EVENTS] = len(await self._plan_events())
        for stream, belongs in self._rewritten().items():
            async for message in stored_messages(self._js, stream):
                counts[stream] += belongs(message)
        return dict(counts)

    async def purge(self) -> dict[str, int]:
        """Take them out, so that they leave the files. Returns how many, for each stream.

        Raises:
            nats.errors.Error: when the server fails. It can be done again.
        """
        gone = {
            AGENCY_EVENTS: await overwrite(self._js, AGENCY_EVENTS, await self._agency_events()),
            PLAN_EVENTS: await overwrite(self._js, PLAN_EVENTS, await self._plan_events()),
        }
        for stream, belongs in self._rewritten().items():
            gone[stream] = await rewrite(self._js, self._config(stream), _all_but(belongs))
        return gone

    async def _agency_events(self) -> list[int]:
        """What intake has dealt with; it takes the rest first, and then holds no data any more."""
        taken = await taken_up_to(self._js)
        named = [
            sequence_of(message)
            for subject in self._agency_subjects()
            async for message in stored_messages(
                self._js, AGENCY_EVENTS, subject, headers_only=True
            )
        ]
        unnamed = [
            sequence_of(message)
            async for message in stored_messages(
                self._js, AGENCY_EVENTS, f"agency.*.{UNKNOWN_FAMILY}.>"
            )
            if self._is_of_the_families(message.data)
        ]
        return [sequence for sequence in (*named, *unnamed) if sequence <= taken]

    async def _plan_events(self) -> list[int]:
        return [
            sequence_of(message)
            for family_id in sorted(self._found.families)
            async for message in stored_messages(
                self._js, PLAN_EVENTS, f"plan.{family_id}.>", headers_only=True
            )
        ]

    def _agency_subjects(self) -> Iterable[str]:
        yield from (f"agency.*.{family_id}.>" for family_id in sorted(self._found.families))
        for agency, reference in sorted(self._found.references):
            yield f"agency.{agency}.{reference}.>"

    def _rewritten(self) -> dict[str, Belongs]:
        return {
            PARTY_VIEWS: self._is_their_view,
            PARTY_NOTICES: self._is_their_notice,
            DEAD_LETTERS: self._is_their_letter,
        }

    def _is_their_view(self, message: Msg) -> bool:
        return message.subject.split(".")[3] in self._found.families

    def _is_their_notice(self, message: Msg) -> bool:
        _, _, kind, about, *_ = message.subject.split(".")
        known = self._found.families if kind == "conference" else self._found.reports
        return about in known

    def _is_their_letter(self, message: Msg) -> bool:
        """Of a family all, of a person those that name them, by id or name."""
        subject = (message.headers or {}).get("Oneplan-Subject", "")
        _, agency, about, *_ = [*subject.split("."), "", "", ""]
        theirs = (
            about in self._found.families
            or (agency, about) in self._found.references
            or self._is_of_the_families(message.data)
        )
        if not theirs or self._found.target.scope is ErasureScope.FAMILY:
            return theirs
        person = self._found.target.member_id or self._found.target.person_id
        words = message.data.decode("utf-8", errors="replace")
        return f'"{person}"' in words or names_one_of(self._found.names, _unescaped(words))

    def _is_of_the_families(self, body: bytes) -> bool:
        try:
            event = orjson.loads(body)
        except orjson.JSONDecodeError:
            return False
        subject = event.get("subject") if isinstance(event, dict) else None
        return subject in self._found.families or any(
            subject == reference for _, reference in self._found.references
        )

    def _config(self, name: str) -> StreamConfig:
        known = next(one for one in STREAMS if one.name == name)
        return replace(known, num_replicas=self._replicas)


def _all_but(belongs: Belongs) -> Belongs:
    return lambda message: not belongs(message)


def _unescaped(words: str) -> str:
    """JSON without its escapes, as far as it is JSON."""
    try:
        return orjson.dumps(orjson.loads(words)).decode()
    except orjson.JSONDecodeError:
        return words
