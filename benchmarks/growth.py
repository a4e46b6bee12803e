"""What an event costs in a long history, and in a large store, against a short and a small one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from benchmarks import load
from benchmarks.choices import Choices
from benchmarks.figures import MILLISECONDS, Figure, Stopwatch, ratio_at_most
from benchmarks.stores import (
    Database,
    Stores,
    catch_up,
    fill,
    in_batches,
    make_intake,
    stand_at_the_end,
    take,
)
from services.intake.delivery import Delivery
from services.read_model.engine import open_read_engine
from services.read_model.projector import Projector
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.store.event_log import EventLog

NAME = "growth"
TARGET = ratio_at_most(1.2)
TOGETHER = 20
"""Events about one family that come together."""
SMALL_FAMILY = 10
SMALL_STORE = 10_000
ROUNDS = 10


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """First the long history, then the large store."""
    yield from _long_history(stores, database, choices)
    yield from _large_store(stores, database, choices)


def _long_history(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    rounds = ROUNDS * choices.repeats
    later = TOGETHER * (rounds + 1)
    big = load.deliveries(load.one_family("BIG", choices.large_family + later, choices.seed))
    small = [
        load.deliveries(load.one_family(f"SMALL{one}", SMALL_FAMILY + TOGETHER, choices.seed + one))
        for one in range(rounds)
    ]
    taken, seen = (Stopwatch(), Stopwatch()), (Stopwatch(), Stopwatch())
    with (
        stores.empty(database) as settings,
        open_application(settings) as application,
        open_read_engine(settings) as engine,
    ):
        intake, projector = make_intake(application), Projector(engine, EventLog(application))
        for some in in_batches(big[: choices.large_family], 1000):
            take(intake, some)
        for one in small:
            take(intake, one[:SMALL_FAMILY])
        catch_up(projector)
        news = list(in_batches(big[choices.large_family :], TOGETHER))
        for one, batch in zip(small, news, strict=False):
            for place, events in enumerate((batch, one[SMALL_FAMILY:])):
                with taken[place].running():
                    take(intake, events)
                with seen[place].running():
                    catch_up(projector)
        forgotten = _after_a_restart(application, news[rounds])
    who = f"a family of {choices.large_family} events"
    floor_is = f"a family of {SMALL_FAMILY}"
    yield _figure(f"{TOGETHER} events taken, {who}", database, taken, floor_is)
    yield _figure(f"{TOGETHER} events in all views, {who}", database, seen, floor_is)
    yield Figure(
        benchmark=NAME,
        what=f"the first event after a restart, {who}",
        database=database,
        value=forgotten.milliseconds(),
        unit=MILLISECONDS,
    )


def _after_a_restart(application: OnePlan, events: Sequence[Delivery]) -> Stopwatch:
    """With nothing in memory each of these events has the family's history read again."""
    watch = Stopwatch()
    for event in events[:3]:
        with watch.running():
            take(make_intake(application), [event])
    return watch


def _large_store(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    taken, seen = (Stopwatch(), Stopwatch()), (Stopwatch(), Stopwatch())
    count = choices.batch * ROUNDS * choices.repeats
    made = load.deliveries(load.events(count, choices.families, choices.seed))
    with ExitStack() as stack:
        both = []
        for rows in (choices.large_store, min(SMALL_STORE, choices.large_store // 10)):
            settings = stack.enter_context(stores.empty(database))
            application = stack.enter_context(open_application(settings))
            both.append((make_intake(application), _filled(stack, settings, application, rows)))
        for some in in_batches(made, choices.batch):
            for place, (intake, projector) in enumerate(both):
                with taken[place].running():
                    take(intake, some)
                with seen[place].running():
                    catch_up(projector)
    what, floor_is = f"among {choices.large_store} stored events", f"among {rows}"
    yield _figure(f"{choices.batch} events taken {what}", database, taken, floor_is)
    yield _figure(f"{choices.batch} events in all views {what}", database, seen, floor_is)


def _filled(stack: ExitStack, settings: Settings, application: OnePlan, rows: int) -> Projector:
    take(make_intake(application), load.deliveries(load.events(1000, 20, 7, prefix="OLD")))
    fill(application, rows)
    stand_at_the_end(settings, application)
    engine = stack.enter_context(open_read_engine(settings))
    return Projector(engine, EventLog(application))


def _figure(
    what: str, database: Database, watches: tuple[Stopwatch, Stopwatch], floor_is: str
) -> Figure:
    """The median of the rounds, of the large one against the small one."""
    return Figure(
        benchmark=NAME,
        what=what,
        database=database,
        value=watches[0].milliseconds(),
        unit=MILLISECONDS,
        floor=watches[1].milliseconds(),
        floor_is=floor_is,
        target=TARGET,
    )
