"""What is not clear yet, and what the service found."""

from __future__ import annotations

from collections.abc import Iterator

from domain.family_plan.questions import QuestionAnswered, QuestionDropped
from domain.family_plan.signals import SignalAccepted, SignalLapsed, SignalSetAside
from domain.need_to_know.categories import Category
from projections.open_questions import QUESTIONS
from projections.patterns import PATTERNS
from services.exports.dossier.context import Context
from services.exports.dossier.model import Badge, Line, Section, Tone
from services.exports.dossier.standing import standing

HANDLED = (SignalAccepted, SignalSetAside)


def questions(context: Context) -> Section:
    """What is still needed for a sharper picture, and what has become clear."""
    stories = context.stories.of("question")
    late = {one.question_id for one in context.family.view(QUESTIONS).open if one.overdue}
    ended = {
        question_id: isinstance(told[-1], QuestionAnswered | QuestionDropped)
        for question_id, told in stories.items()
    }

    def shown(question_id: str) -> Line:
        told = stories[question_id]
        is_late = question_id in late
        badge = Badge(context.texts("late"), Tone.ALARM) if is_late else None
        return context.story(told, badge=badge or standing(context.texts, told))

    groups = (
        context.group("Open", [shown(one) for one in stories if not ended[one]]),
        context.group("Ended", [shown(one) for one in stories if ended[one]]),
    )
    return context.section("Open questions", groups, Category.QUESTIONS)


def signals(context: Context) -> Section:
    """What the service brought to the lead's attention, with what proves it, and the patterns."""
    stories = context.stories.of("signal").values()
    groups = (
        context.group(
            "Open",
            [context.story(one) for one in stories if not isinstance(one[-1], _OVER)],
        ),
        context.group(
            "Taken up, set aside or no longer so",
            [
                context.story(one, badge=standing(context.texts, one))
                for one in stories
                if isinstance(one[-1], _OVER)
            ],
        ),
        context.group(
            "Patterns in what happened",
            list(_patterns(context)),
            "The rules decide nothing; they show what there is to look at.",
        ),
    )
    return context.section("Signals", groups, Category.SIGNALS)


_OVER = (*HANDLED, SignalLapsed)


def _patterns(context: Context) -> Iterator[Line]:
    texts, telling = context.texts, context.telling
    for one in context.family.view(PATTERNS).patterns:
        facts = [(texts.field("about"), "; ".join(map(telling.member, one.about)))]
        facts.append((texts.field("detail"), one.detail))
        facts += [
            (texts.field("evidence"), telling.cited(proof.kind, proof.item_id))
            for proof in one.evidence
        ]
        sources = [
            source
            for proof in one.evidence
            if (source := telling.source_of_item(proof.kind, proof.item_id)) is not None
        ]
        kept = tuple(fact for fact in facts if fact[1])
        yield Line(texts.rule(one.rule), context.worked_out(sources), facts=kept)
