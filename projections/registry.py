"""All projections, the views that are served from them, and what is watched in them."""

from __future__ import annotations

from typing import Any

from projections import (
    addresses,
    agency_families,
    conference_rows,
    conferences,
    contact_load,
    contact_rows,
    contact_watch,
    current_plan,
    emergency_access,
    family_timeline,
    feedback,
    handovers,
    lead_caseload,
    learning,
    learning_counts,
    life_domains,
    measures,
    meldcode,
    open_questions,
    patterns,
    person_index,
    plan_agenda,
    signals,
    terms,
    voice,
)
from projections.projection import Projection
from projections.views import AgencyView, CommonView, FamilyView
from projections.watching import Watcher

ALL: tuple[Projection, ...] = (
    current_plan.projection,
    family_timeline.projection,
    lead_caseload.projection,
    agency_families.projection,
    open_questions.projection,
    terms.projection,
    feedback.projection,
    meldcode.projection,
    signals.projection,
    measures.projection,
    learning_counts.projection,
    plan_agenda.projection,
    voice.projection,
    contact_rows.projection,
    conference_rows.projection,
    patterns.projection,
    addresses.projection,
    emergency_access.projection,
    handovers.projection,
    person_index.projection,
)

FAMILY_VIEWS: tuple[FamilyView[Any], ...] = (
    current_plan.PLAN,
    life_domains.LIFE_DOMAINS,
    plan_agenda.AGENDA,
    open_questions.QUESTIONS,
    terms.TERMS,
    feedback.FEEDBACK_VIEW,
    meldcode.MELDCODE,
    signals.SIGNALS,
    measures.MEASURES,
    voice.VOICE,
    contact_load.CONTACT_LOAD,
    conferences.CONFERENCES,
    patterns.PATTERNS,
    addresses.ADDRESSES,
    emergency_access.EMERGENCY_ACCESS,
    handovers.HANDOVERS,
)
"""For the parties of a family's plan."""

AGENCY_VIEWS: tuple[AgencyView[Any], ...] = (terms.DUTIES, feedback.FEEDBACK_RECEIVED)
"""For one agency, over all families."""

COMMON_VIEWS: tuple[CommonView[Any], ...] = (learning.LEARNING,)
"""For every agency the same, over all families."""

WATCHERS: tuple[Watcher, ...] = (
    open_questions.WATCHER,
    terms.WATCHER,
    contact_watch.WATCHER,
    plan_agenda.WATCHER,
    patterns.WATCHER,
    emergency_access.WATCHER,
)
"""What brings findings to the lead's attention."""
