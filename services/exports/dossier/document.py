"""A family as one reader may see it, as a dossier."""

from __future__ import annotations

from datetime import datetime

from domain.need_to_know.viewer import Viewer
from services.exports.dossier.context import context_of
from services.exports.dossier.front import front, labels
from services.exports.dossier.model import Dossier
from services.exports.dossier.sections import SECTIONS
from services.exports.texts import Language, texts
from services.views.past import Past

RECORDED_AS = "export-dossier"
"""The name under which it is put on record."""


def dossier(
    family: Past,
    viewer: Viewer | None,
    document_id: str,
    made_at: datetime,
    language: Language = Language.DUTCH,
) -> Dossier:
    """The dossier of a family.

    Args:
        viewer: for whom it is made, None for the whole as the lead sees it.
        document_id: the correlation id of its access record.
        made_at: now; what counts as now in the family is its own.

    Raises:
        ViewError: when nothing was known or had happened at the moment that was asked for.
    """
    words = texts(language)
    context = context_of(family, words)
    return Dossier(
        language=language.value,
        title=words("Dossier of family {family}", family=family.family_id),
        document_id=document_id,
        labels=labels(words),
        front=front(context, viewer, document_id, made_at),
        sections=tuple(build(context) for build in SECTIONS),
    )
