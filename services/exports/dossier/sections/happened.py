"""What happened and what was done: incidents, reports, notes, measures, conferences, reviews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.family_plan import NoteAdded, PlanEvent
from domain.family_plan.reviews import ReviewHeld
from domain.family_plan.terms import TermExpired, TermMet, TermStarted
from domain.need_to_know.categories import Category
from domain.recurrence import Relapse
from projections.measures import MEASURES, MeasureView
from services.exports.dossier.context import Context
from services.exports.dossier.model import Line, Section
from services.exports.dossier.standing import standing


def incidents(context: Context) -> Section:
    """Incidents with what became clear, reports with what followed, notes, the reporting code."""
    stories = context.stories
    groups = (
        context.group("Incidents", [context.story(one) for one in stories.of("incident").values()]),
        context.group(
            "Reports",
            [context.story(_but_terms_over(one)) for one in stories.of("report").values()],
        ),
        context.group("Notes", context.lines(stories.all(NoteAdded))),
        context.group(
            "Steps of the reporting code",
            [context.story(one) for one in stories.of("meldcode").values()],
        ),
    )
    return context.section(
        "Incidents and reports",
        groups,
        *(Category.INCIDENTS, Category.SOURCES, Category.REPORTS, Category.REPORTER),
        *(Category.NOTES, Category.MELDCODE),
    )


def _but_terms_over(told: Sequence[PlanEvent]) -> list[PlanEvent]:
    """Without how those terms began of which the end is told; the timeline has that."""
    over = {one.term.term_id for one in told if isinstance(one, TermMet | TermExpired)}
    return [one for one in told if not (isinstance(one, TermStarted) and one.term.term_id in over)]


def measures(context: Context) -> Section:
    """Help and penalty, what it did, and what happened again."""
    views = {one.measure_id: one for one in context.family.view(MEASURES).measures}
    stories = context.stories.of("measure")
    kept = (Category.HELP, Category.CRIMINAL, Category.HEALTH)

    def shown(*, ended: bool) -> Iterator[Line]:
        for measure_id, told in stories.items():
            view = views[measure_id]
            if (view.state == "ended") is ended:
                badge = standing(context.texts, told)
                yield context.story(told, badge=badge, more=tuple(_effect(context, view)))

    groups = (
        context.group("Running or planned", list(shown(ended=False))),
        context.group("Ended", list(shown(ended=True))),
    )
    return context.section("Measures and what they did", groups, *kept)


def _effect(context: Context, measure: MeasureView) -> Iterator[tuple[str, str]]:
    texts, again = context.texts, measure.recurrence
    yield texts("days it ran"), str(measure.days)
    if measure.past_its_end:
        yield texts("past its end"), texts("nobody has said how it ended")
    yield texts("again while it ran"), _deeds(context, again.during)
    if again.followed_until is not None:
        yield texts("again in the year after"), _deeds(context, again.after)


def _deeds(context: Context, deeds: Sequence[Relapse]) -> str:
    cited = [context.telling.cited("incident", one.incident_id) for one in deeds]
    return "; ".join(cited) or context.texts("nothing that is known")


def conferences(context: Context) -> Section:
    """What was decided around the table, and the reviews of the plan."""
    groups = (
        context.group(
            "Case conferences",
            [
                context.story(one, badge=standing(context.texts, one))
                for one in context.stories.of("conference").values()
            ],
        ),
        context.group("Reviews", context.lines(context.stories.all(ReviewHeld))),
    )
    return context.section("Conferences and reviews", groups, Category.CONFERENCES, Category.WORK)
