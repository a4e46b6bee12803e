"""A service that dies at a named step: ``python -m tests.chaos.dying STEP NAME``.

The service is the real one, but for one function that is wrapped before it starts.
"""

from __future__ import annotations

import functools
import inspect
import os
import pkgutil
import signal
import sys
from dataclasses import dataclass
from itertools import count
from typing import Any

from services.run import main


@dataclass(frozen=True)
class Step:
    """Before or after which call of which function it dies, counted from 1."""

    service: str
    function: str
    after: bool = False
    call: int = 1


STEPS = {
    "before-commit": Step("intake", "services.intake.work:UnitOfWork.commit"),
    "after-commit": Step("intake", "services.intake.work:UnitOfWork.commit", after=True),
    "letter-kept": Step("intake", "services.intake.dead_letters:DeadLetters.keep", after=True),
    "receipts-sent": Step("intake", "services.intake.desk:publish_together", after=True),
    "half-acknowledged": Step("intake", "nats.aio.msg:Msg.ack", call=25),
    "letter-taken": Step("intake", "services.intake.dead_letters:DeadLetters.drop"),
    "position-moved": Step("projector", "services.read_model.batch:fold", call=10),
    "view-changed": Step("projector", "services.read_model.batch:fold", after=True, call=11),
    "views-committed": Step(
        "projector", "services.read_model.projector:Projector.catch_up", after=True
    ),
    "events-published": Step("relay", "services.relay.outbox:Outbox.looks"),
    "views-published": Step("relay", "services.relay.outbox:Outbox.passed"),
    "place-saved": Step("relay", "services.relay.outbox:Outbox.passed", after=True),
    "before-telling": Step("watch", "services.store.application:OnePlan.save"),
    "after-telling": Step("watch", "services.store.application:OnePlan.save", after=True),
}


def die() -> None:
    """As a power cut does: nothing is flushed, closed or said."""
    os.kill(os.getpid(), signal.SIGKILL)


def wrap(step: Step) -> None:
    """Put a wrapper around the step's function."""
    module, _, path = step.function.partition(":")
    *owners, name = path.split(".")
    owner: Any = pkgutil.resolve_name(f"{module}:{'.'.join(owners)}" if owners else module)
    original, calls = getattr(owner, name), count(1)

    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def dying(*given: Any, **named: Any) -> Any:
            due = next(calls) == step.call
            if due and not step.after:
                die()
            result = await original(*given, **named)
            if due:
                die()
            return result

    else:

        @functools.wraps(original)
        def dying(*given: Any, **named: Any) -> Any:
            due = next(calls) == step.call
            if due and not step.after:
                die()
            result = original(*given, **named)
            if due:
                die()
            return result

    setattr(owner, name, dying)


if __name__ == "__main__":
    wrap(STEPS[sys.argv[1]])
    sys.exit(main(sys.argv[2:]))
