"""One run: a load on a deployment, a fault in the middle of it, and the reckoning after it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks.figures import percentile
from tests.chaos.deployment import Deployment
from tests.chaos.facts import Facts, gather
from tests.chaos.messages import Sent
from tests.chaos.publisher import Ledger, Publisher
from tests.chaos.quiet import PARTS, PATIENCE_SECONDS, NotQuiet, until_quiet
from tests.chaos.reckoning import Finding, reckon

RESULTS = Path("var/chaos/results.json")

REVIVE_SECONDS = 0.5

Fault = Callable[[Publisher], Awaitable[None]]
"""What happens while the load is published; it may wait until so many are acknowledged."""


@dataclass
class Seen:
    """What a run showed."""

    facts: Facts
    findings: list[Finding]
    messages: int
    resent: int
    published_seconds: float
    recovered_seconds: float
    """From the end of the fault and of the load until all was quiet."""
    waited_seconds: dict[str, float] = field(default_factory=dict)
    """From the acknowledgement of a message until its first receipt: p50 and p99."""
    peak_mib: dict[str, float] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        """What goes into the results."""
        own = {
            name: value for name, value in asdict(self).items() if name not in {"facts", "findings"}
        }
        return {**own, "findings": [str(one) for one in self.findings]}


async def under_load(
    deployment: Deployment,
    ledger: Ledger,
    messages: Sequence[Sent],
    fault: Fault | None = None,
    *,
    rate: float | None = None,
    services: Sequence[str] = tuple(PARTS),
    patience: float = PATIENCE_SECONDS,
    which: Callable[[Sent], bool] = lambda _one: True,
) -> Seen:
    """Publish, let the fault happen meanwhile, wait until all is quiet, and reckon.

    Args:
        ledger: what was sent to this deployment before; what is sent now is added.
        rate: messages a second at most.
        services: as :func:`tests.chaos.quiet.until_quiet`.
        patience: the same.
        which: messages whose wait for a receipt is to be told.

    Raises:
        NotQuiet: when it does not end.
    """
    first = len(ledger.sent)
    async with Publisher(deployment.settings, ledger) as publisher, _watched(deployment):
        async with asyncio.TaskGroup() as group:
            group.create_task(publisher.publish(messages, rate))
            if fault is not None:
                group.create_task(_run(fault, publisher))
        over = time.monotonic()
        try:
            quiet = await until_quiet(deployment.settings, services, patience)
        except NotQuiet as error:
            error.add_note(deployment.said())
            raise
        facts = await gather(deployment.settings)
        while facts.moved:
            await until_quiet(deployment.settings, services, patience)
            facts = await gather(deployment.settings)
    waited = _waits(facts, ledger, first, which)
    return Seen(
        facts=facts,
        findings=reckon(ledger.sent, ledger.acknowledged, facts),
        messages=len(messages),
        resent=publisher.resent,
        published_seconds=round(publisher.seconds, 2),
        recovered_seconds=round(max(0.0, quiet - over), 2),
        waited_seconds={
            f"p{share:.0%}".rstrip("%"): round(percentile(waited, share), 2)
            for share in (0.5, 0.99)
        },
        peak_mib={name: round(peak) for name, peak in deployment.note_peaks().items()},
    )


def _waits(facts: Facts, ledger: Ledger, first: int, which: Callable[[Sent], bool]) -> list[float]:
    """Seconds from the acknowledgement of messages until their first receipt."""
    told: dict[int, float] = {}
    for _, receipt in facts.receipts:
        told.setdefault(receipt.stream_sequence, receipt.received_at.timestamp())
    return [
        max(0.0, told[sequence] - ledger.at[sequence])
        for place, sequence in ledger.acknowledged.items()
        if place >= first and sequence in told and which(ledger.sent[place])
    ]


@asynccontextmanager
async def _watched(deployment: Deployment) -> AsyncIterator[None]:
    """Who ends by itself is started again, as a supervisor does: who finds no server ends."""

    async def watch() -> None:
        while True:
            deployment.revive()
            await asyncio.sleep(REVIVE_SECONDS)

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _run(fault: Fault, publisher: Publisher) -> None:
    await fault(publisher)


def keep(name: str, database: str, seen: Seen) -> None:
    """Put what was seen with the results of the other runs."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    there = orjson.loads(RESULTS.read_bytes()) if RESULTS.exists() else {}
    there[f"{name} on {database}"] = seen.figures()
    RESULTS.write_bytes(orjson.dumps(there, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
