"""The family's own voice, and what the help asks of them."""

from __future__ import annotations

from collections.abc import Iterator

from domain.family_plan.conversations import ConversationHeld
from domain.family_plan.voice import (
    ConsentGiven,
    LookBackRecorded,
    ObjectionMade,
    OwnWordsRecorded,
)
from domain.need_to_know.categories import Category
from domain.values import Heard
from projections.contact_load import CONTACT_LOAD, AgencyContacts, MemberContact
from services.exports.dossier.context import Context
from services.exports.dossier.model import Badge, Group, Line, Section, Tone
from services.exports.dossier.standing import standing


def own_words(context: Context) -> Section:
    """What each member said themselves, agreed to, objected to and looks back on."""
    plan = context.plan
    groups = [
        Group(one.name, tuple(_said_by(context, one.member_id)))
        for one in (*plan.members, *plan.former_members)
    ]
    return context.section(
        "The family's own words",
        groups,
        *(Category.OWN_WORDS, Category.CONSENT, Category.CONVERSATIONS),
    )


def _said_by(context: Context, member_id: str) -> Iterator[Line]:
    stories, telling = context.stories, context.telling
    for words in stories.all(OwnWordsRecorded):
        if words.own_words.member_id == member_id:
            yield telling.line(words)
    yield from _in_conversations(context, member_id)
    for told in (*stories.of("consent").values(), *stories.of("objection").values()):
        if _whose(told[0]) == member_id:
            badge = standing(context.texts, told)
            yield context.story(told, badge=badge if len(told) > 1 else None)
    for look_back in stories.all(LookBackRecorded):
        if look_back.look_back.member_id == member_id:
            yield telling.line(look_back)


def _in_conversations(context: Context, member_id: str) -> Iterator[Line]:
    for held in context.stories.all(ConversationHeld):
        for one in held.conversation.members:
            if one.member_id == member_id and one.words is not None:
                yield _wants_known(context, held, one)


def _wants_known(context: Context, held: ConversationHeld, one: Heard) -> Line:
    """What somebody wants others to know, as they said it in a conversation."""
    texts = context.texts
    return Line(
        title=texts("Wants others to know"),
        source=context.telling.source(held),
        texts=(one.words or "",),
        facts=((texts("said to"), held.conversation.professional),),
    )


def _whose(event: object) -> str | None:
    match event:
        case ConsentGiven(consent=consent):
            return consent.member_id
        case ObjectionMade(objection=objection):
            return objection.member_id
    return None


def contacts(context: Context) -> Section:
    """Who contacts the family and how often, who is not heard, and all conversations."""
    view = context.family.view(CONTACT_LOAD)
    conversations = context.stories.all(ConversationHeld)
    groups = (
        context.group(
            "Who is heard",
            [_listening(context, one, conversations) for one in view.members],
        ),
        context.group(
            "How often each agency has contact",
            [_contacts(context, one, conversations) for one in view.agencies],
        ),
        context.group("Conversations", context.lines(conversations)),
    )
    return context.section("Contact with the family", groups, Category.CONVERSATIONS)


def _listening(context: Context, one: MemberContact, conversations: list[ConversationHeld]) -> Line:
    texts, telling = context.texts, context.telling
    heard = [it for it in conversations if it.conversation.conversation_id == one.last_heard_in]
    last = texts("never") if one.last_heard_at is None else telling.moment(one.last_heard_at)
    return Line(
        title=telling.member(one.member_id),
        source=context.worked_out([telling.source(it) for it in heard]),
        facts=(
            (texts("last heard"), last),
            (texts("days not heard"), str(one.days_unheard)),
        ),
        badge=Badge(texts("too long not heard"), Tone.ALARM) if one.too_long else None,
    )


def _contacts(context: Context, one: AgencyContacts, conversations: list[ConversationHeld]) -> Line:
    texts, telling = context.texts, context.telling
    held = [it for it in conversations if it.conversation.agency == one.agency]
    manners = ", ".join(f"{it.count} × {texts.word(it.manner)}" for it in one.by_manner)
    facts = [
        (texts("in 4 weeks"), str(one.last_4_weeks)),
        (texts("in 12 weeks"), f"{one.last_12_weeks} ({manners})" if manners else "0"),
        (texts("last"), f"{telling.moment(one.last_at)}, {one.last_professional}"),
    ]
    return Line(
        title=texts.agency(one.agency),
        source=context.worked_out([telling.source(it) for it in held]),
        facts=tuple(facts),
    )
