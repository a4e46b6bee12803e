"""A family for other systems and on paper, over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.access.tracing import trace_id
from services.exports.fhir.bundle import FHIR_JSON, fhir_json
from services.exports.fhir.bundle import RECORDED_AS as FHIR
from services.views.whole import WholeFamily
from services.web.access import AskingViewer
from services.web.because import Why
from services.web.responses import responses
from services.web.routes import PARTLY, WITHHELD, Family, KnownAt, Views

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
def fhir(
    viewer: AskingViewer, views: Views, family_id: Family, why: Why, known_at: KnownAt = None
) -> Response:
    """CarePlan and CareTeam with all they need, as far as you may see it. For parties only."""
    family = views.whole(viewer, family_id, FHIR, known_at, why)
    bundle = fhir_json(family, why.correlation_id or trace_id())
    return Response(bundle, media_type=FHIR_JSON, headers=_said(family))


def _said(family: WholeFamily) -> dict[str, str]:
    """What the policy table keeps from who asks, as with every view."""
    return {WITHHELD: ", ".join(family.withheld), PARTLY: ", ".join(family.partly)}
