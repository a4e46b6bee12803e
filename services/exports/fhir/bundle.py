"""A family as one reader may see it, as a FHIR R5 Bundle (``collection``).

It holds a CarePlan and a CareTeam, and what these need to be of use: the family and its members,
agencies, professionals, goals, actions, safety agreements and measures. What the reader may not
see is not in it. The models of ``fhir.resources`` validate it before it leaves.
"""

from __future__ import annotations

from datetime import datetime

from fhir.resources.bundle import Bundle

from domain.calendar import dutch_day
from projections.addresses import ADDRESSES
from projections.current_plan import PLAN
from projections.measures import MEASURES
from services.exports.fhir.codes import CONFIDENTIALITY, IDENTIFIER, RESTRICTED, own
from services.exports.fhir.people import People, add_care_team
from services.exports.fhir.resources import Resources, moment
from services.exports.fhir.work import Work
from services.exports.texts import Texts, texts
from services.views.past import Past


def fhir_bundle(
    family: Past, export_id: str, made_at: datetime, words: Texts | None = None
) -> Bundle:
    """The bundle of a family.

    Args:
        export_id: of this export, the correlation id of its access record.
        made_at: now; what counts as now in the plan is the family's own.
        words: the language of its texts, Dutch by default.

    Raises:
        ViewError: when nothing was known or had happened at the moment that was asked for.
        pydantic.ValidationError: when it would not be valid FHIR, which is a fault of ours.
    """
    words = words or texts()
    resources = Resources(family.family_id, words.language.value)
    people = People(resources, words)
    plan = family.view(PLAN)
    people.add_family(plan, family.view(ADDRESSES))
    team = add_care_team(plan, people, resources, words)
    work = Work(people, resources, words, dutch_day(family.now))
    work.add(plan, family.view(MEASURES), team)
    return Bundle.model_validate(
        {
            "resourceType": "Bundle",
            "id": export_id,
            "meta": {
                "security": [{"system": CONFIDENTIALITY, "code": RESTRICTED}],
                "tag": [own(one, words) for one in family.audience.withheld],
            },
            "language": words.language.value,
            "identifier": {"system": f"{IDENTIFIER}export", "value": export_id},
            "type": "collection",
            "timestamp": moment(made_at),
            "entry": list(resources.entries()),
        }
    )


def fhir_json(family: Past, export_id: str, made_at: datetime) -> str:
    """The bundle as JSON. Raises as :func:`fhir_bundle` does."""
    return fhir_bundle(family, export_id, made_at).model_dump_json(indent=2)
