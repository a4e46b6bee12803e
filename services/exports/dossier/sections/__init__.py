"""The sections of a dossier, in their order."""

from __future__ import annotations

from services.exports.dossier.context import Builder
from services.exports.dossier.sections import findings, happened, people, timeline, voice, work

SECTIONS: tuple[Builder, ...] = (
    people.people,
    work.plan,
    work.life_domains,
    work.actions,
    work.safety,
    happened.incidents,
    happened.measures,
    findings.questions,
    findings.signals,
    happened.conferences,
    voice.own_words,
    voice.contacts,
    timeline.timeline,
)
