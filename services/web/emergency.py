"""Emergency access over HTTP: for an agency that takes no part in a plan and must look now."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from domain.context import Context, Provenance
from domain.errors import DomainError
from domain.family_plan import FamilyPlan
from domain.need_to_know.viewer import Viewer
from domain.values import EmergencyReason, Role, UtcDateTime
from services.access import AccessPath, AccessRecord, Outcome, Purpose
from services.clock import utc_now
from services.store.plans import change_plan
from services.web.access import OfAnAgency
from services.web.because import Why
from services.web.problem import problem_response
from services.web.responses import responses
from services.web.routes import Family

router = APIRouter(prefix="/api/v1")


class EmergencyAsked(BaseModel):
    """Why it cannot wait. A person who signed in looks themselves, an agency's system for all."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reason: EmergencyReason


class EmergencyGiven(BaseModel):
    """The access, and until when it lasts."""

    model_config = ConfigDict(frozen=True)

    access_id: str
    until: UtcDateTime


class NoSuchPlan(Exception):
    """There is no plan of such a family."""


@router.post(
    "/families/{family_id}/emergency-access",
    tags=["families"],
    summary="Look at a family in an emergency, for four hours",
    status_code=201,
    response_model=EmergencyGiven,
    responses=responses(400, 403, 404),
)
def take_emergency_access(
    request: Request,
    viewer: OfAnAgency,
    family_id: Family,
    asked: EmergencyAsked,
    why: Why,
) -> EmergencyGiven | JSONResponse:
    """Your agency need not take part in the plan. The lead is told and reviews it afterwards."""
    correlation_id = why.correlation_id or ""
    try:
        access_id = f"emergency-{uuid4().hex[:12]}"
        return take_access(
            request.app,
            viewer,
            family_id,
            access_id=access_id,
            reason=asked.reason,
            correlation_id=correlation_id,
        )
    except NoSuchPlan:
        raise HTTPException(404, "there is no plan of such a family") from None
    except DomainError as error:
        field = error.field.removeprefix("data.")
        return problem_response(422, "refused", error.reason, field=field)


def take_access(
    app: FastAPI,
    viewer: Viewer,
    family_id: str,
    *,
    access_id: str,
    reason: str,
    correlation_id: str,
) -> EmergencyGiven:
    """Take emergency access for a professional, or an agency's system; the try is on record too.

    Args:
        reason: an :data:`EmergencyReason`.

    Raises:
        NoSuchPlan: when there is no plan of this family.
        DomainError: when the plan does not give it.
    """
    now = utc_now()

    def note(outcome: Outcome) -> None:
        app.state.access_log.note(
            AccessRecord(
                viewer=viewer,
                family_id=family_id,
                view="emergency-access",
                purpose=Purpose.EMERGENCY,
                path=AccessPath.HTTP,
                outcome=outcome,
                emergency=True,
                correlation_id=correlation_id,
                at=now,
                system="web",
            )
        )

    if app.state.application.plan(family_id) is None:
        note(Outcome.REFUSED)
        raise NoSuchPlan
    context = _context(viewer, access_id, correlation_id, now)

    def take(plan: FamilyPlan) -> None:
        plan.take_emergency_access(access_id, viewer.person_id, reason, context)

    try:
        plan = change_plan(app.state.application, family_id, take)
    except DomainError:
        note(Outcome.REFUSED)
        raise
    note(Outcome.SHOWN)
    return EmergencyGiven(access_id=access_id, until=plan.emergencies[access_id].until)


def _context(viewer: Viewer, access_id: str, correlation_id: str, now: datetime) -> Context:
    return Context(
        provenance=Provenance(
            actor=viewer.person_id or viewer.agency or "",
            role=Role.AGENCY,
            agency=viewer.agency,
            correlation_id=correlation_id,
            causation_id=access_id,
        ),
        occurred_at=now,
        recorded_at=now,
    )
