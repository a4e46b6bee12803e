"""A family for other systems and on paper, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from domain.calendar import dutch_day
from services.access.tracing import trace_id
from services.clock import utc_now
from services.exports.dossier.document import RECORDED_AS as DOSSIER
from services.exports.dossier.document import dossier as make_dossier
from services.exports.dossier.page import PDF, pdf
from services.exports.fhir import FHIR_JSON
from services.exports.fhir import RECORDED_AS as FHIR
from services.exports.texts import Language
from services.views.past import AsOf, Past
from services.web.access import AskingViewer
from services.web.because import Why
from services.web.responses import responses
from services.web.routes import PARTLY, WITHHELD, Family, HappenedUntil, KnownAt, Views

router = APIRouter(prefix="/api/v1/families/{family_id}/export", tags=["exports"])


@router.get(
    "/fhir",
    summary="The plan as a FHIR R5 bundle",
    response_class=Response,
    responses={
        200: {
            "description": "A Bundle of HL7 FHIR R5.",
            "content": {FHIR_JSON: {"schema": {"type": "object"}}},
        },
        **responses(404),
    },
)
def fhir(  # noqa: PLR0917 - FastAPI's parameters are the request's
    viewer: AskingViewer,
    views: Views,
    family_id: Family,
    why: Why,
    known_at: KnownAt = None,
    happened_until: HappenedUntil = None,
) -> Response:
    """CarePlan and CareTeam with all they need, as far as you may see it. For parties only."""
    # The models of FHIR take long to load, and few ask for them.
    from services.exports.fhir.bundle import fhir_json  # noqa: PLC0415

    as_of = AsOf(known_at, happened_until)
    (family,) = views.past(viewer, family_id, FHIR, (as_of,), why)
    bundle = fhir_json(family, why.correlation_id or trace_id(), utc_now())
    return Response(bundle, media_type=FHIR_JSON, headers=_said(family))


@router.get(
    "/dossier",
    summary="The whole family as a dossier to read",
    response_class=Response,
    responses={
        200: {
            "description": "A PDF that anybody can read (PDF/UA-1).",
            "content": {PDF: {"schema": {"type": "string", "format": "binary"}}},
        },
        **responses(404),
    },
)
def dossier(  # noqa: PLR0917 - FastAPI's parameters are the request's
    viewer: AskingViewer,
    views: Views,
    family_id: Family,
    why: Why,
    known_at: KnownAt = None,
    happened_until: HappenedUntil = None,
    language: Annotated[Language, Query(description="Of the dossier's words.")] = Language.DUTCH,
) -> Response:
    """All that you may see of the family, with the source of each line. For parties only."""
    as_of, now = AsOf(known_at, happened_until), utc_now()
    (family,) = views.past(viewer, family_id, DOSSIER, (as_of,), why)
    made = make_dossier(family, viewer, why.correlation_id or trace_id(), now, language)
    name = f"dossier-{family_id}-{dutch_day(now)}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **_said(family)}
    return Response(pdf(made, now), media_type=PDF, headers=headers)


def _said(family: Past) -> dict[str, str]:
    """What the policy table keeps from who asks, as with every view."""
    return {
        WITHHELD: ", ".join(family.audience.withheld),
        PARTLY: ", ".join(family.audience.partly),
    }
