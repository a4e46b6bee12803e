"""Terms expire by the real watch at their moment, once, and a signal comes of it, and goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.keys import term_id
from projections.terms import WATCHER
from services.watch.watch import Watch
from tests.support.events import NOW, cloud_event
from tests.support.reports import reported, told, triaged
from tests.support.world import World

# NOW is Monday 2 March 2026, at noon. Two working days are Wednesday 4, five are Monday 9 and seven
# are Wednesday 11 March; Dutch winter days end at 23:00 UTC.
RECEIVED_OVER, TRIAGE_OVER, TRIAGED_OVER = (
    datetime(2026, 3, day, 23, 0, tzinfo=UTC) for day in (4, 9, 11)
)
SECOND = timedelta(seconds=1)
TRIAGE = term_id("F1", "triage", "r1")


class Hours:
    """A clock, and a watch that looks until there is nothing left to tell."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def until(self, moment: datetime, watch: Watch) -> None:
        """Let time pass, and the views and the watch follow each other."""
        self.now = moment
        self.world.catch_up()
        while watch.step():
            self.world.catch_up()


def recorded(world: World, *, since: datetime = NOW) -> list[tuple[str, str, datetime]]:
    """What the service said by itself: the event, the rule or the kind of term, and when."""
    found = []
    for event in world.application.events_of("F1"):
        if event.provenance.actor != "watch" or event.recorded_at < since:
            continue
        about = getattr(event, "term", None) or getattr(event, "signal", None) or event
        what = getattr(about, "rule", None) or about.kind.value  # type: ignore[union-attr]
        found.append((type(event).__name__, what, event.recorded_at))
    return found


def report_that_was_acknowledged(world: World) -> None:
    world.take(reported(), told(NOW), now=NOW)


def test_a_triage_that_never_comes_is_a_signal_once_at_the_moment_the_term_is_over(
    world: World,
) -> None:
    report_that_was_acknowledged(world)
    clock = Hours(world)
    with world.watching(clock, (WATCHER,)) as watch:
        clock.until(TRIAGE_OVER - SECOND, watch)
        assert recorded(world) == []
        clock.until(TRIAGE_OVER, watch)
        clock.until(TRIAGE_OVER, watch)
    expected = [
        ("TermExpired", "triage", TRIAGE_OVER),
        ("SignalRaised", "term-missed", TRIAGE_OVER),
    ]
    assert recorded(world) == expected
    signal = getattr(world.application.events_of("F1")[-1], "signal")  # noqa: B009
    assert (signal.key, [one.item_id for one in signal.evidence]) == (TRIAGE, ["r1"])
    with world.watching(clock, (WATCHER,)) as again:
        clock.until(TRIAGE_OVER, again)
        clock.until(TRIAGE_OVER + timedelta(days=1), again)
    assert recorded(world) == expected


def test_the_alarm_lasts_while_the_watch_is_down(world: World) -> None:
    report_that_was_acknowledged(world)
    clock = Hours(world)
    with world.watching(clock, (WATCHER,)) as watch:
        clock.until(NOW, watch)
    late = TRIAGE_OVER + timedelta(hours=5)
    with world.watching(clock, (WATCHER,)) as again:
        clock.until(late, again)
    assert recorded(world) == [
        ("TermExpired", "triage", late),
        ("SignalRaised", "term-missed", late),
    ]


def test_a_watch_that_stops_after_the_term_expired_still_raises_the_signal(world: World) -> None:
    report_that_was_acknowledged(world)
    clock = Hours(world)
    with world.watching(clock, (WATCHER,)) as watch:
        clock.until(NOW, watch)
        clock.now = TRIAGE_OVER
        assert watch.step() == 1
    assert [name for name, *_ in recorded(world)] == ["TermExpired"]
    with world.watching(clock, (WATCHER,)) as again:
        clock.until(TRIAGE_OVER, again)
    assert [name for name, *_ in recorded(world)] == ["TermExpired", "SignalRaised"]


def test_feedback_that_is_overdue_is_a_signal_and_lapses_once_it_is_given(world: World) -> None:
    world.take(reported(), now=NOW)
    clock = Hours(world)
    with world.watching(clock, (WATCHER,)) as watch:
        clock.until(RECEIVED_OVER, watch)
        assert recorded(world) == [
            ("TermExpired", "feedback-received", RECEIVED_OVER),
            ("SignalRaised", "feedback-overdue", RECEIVED_OVER),
        ]
        clock.now = RECEIVED_OVER + timedelta(hours=12)
        world.take(told(clock.now), now=clock.now)
        clock.until(clock.now, watch)
        assert recorded(world, since=clock.now) == [
            ("SignalLapsed", "feedback-overdue", clock.now),
        ]


def test_a_triage_that_comes_after_all_lets_the_signal_lapse_on_a_closed_plan_too(
    world: World,
) -> None:
    report_that_was_acknowledged(world)
    clock = Hours(world)
    with world.watching(clock, (WATCHER,)) as watch:
        world.take(cloud_event("plan.closed", {"reason": "Klaar."}), now=NOW)
        clock.until(TRIAGE_OVER, watch)
        assert [name for name, *_ in recorded(world)] == ["TermExpired", "SignalRaised"]
        clock.now = TRIAGE_OVER + timedelta(hours=12)
        # It was done in time, and is known only now.
        world.take(triaged(TRIAGE_OVER - timedelta(days=1)), now=clock.now)
        clock.until(clock.now, watch)
        assert recorded(world, since=clock.now) == [("SignalLapsed", "term-missed", clock.now)]


def test_what_is_done_in_time_is_no_signal(world: World) -> None:
    report_that_was_acknowledged(world)
    clock = Hours(world)
    with world.watching(clock, (WATCHER,)) as watch:
        clock.until(NOW, watch)
        clock.now = TRIAGE_OVER - SECOND
        world.take(triaged(clock.now), told(clock.now, "follow-up"), now=clock.now)
        clock.until(NOW + timedelta(days=200), watch)
    assert recorded(world) == []


def test_what_was_over_when_it_became_known_gets_a_day(world: World) -> None:
    known = TRIAGE_OVER + timedelta(days=20)
    world.take(reported(at=NOW), now=known)
    clock = Hours(world)
    with world.watching(clock, (WATCHER,)) as watch:
        clock.until(known + timedelta(days=1) - SECOND, watch)
        assert recorded(world) == []
        # All of it was done in time; the news of it comes within the day.
        news = (triaged(NOW), told(NOW, "follow-up"))
        world.take(*news, now=known + timedelta(days=1) - SECOND)
        clock.until(known + timedelta(days=40), watch)
    assert recorded(world) == []
