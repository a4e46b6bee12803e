"""Pseudonyms for BSNs over HTTP: the same as over NATS. A BSN is in the body, never in a path."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.persons.pseudonyms import NotABsn, Pseudonyms
from services.persons.questions import PseudonymAnswer, PseudonymQuestion
from services.web.access import OfAnAgency
from services.web.problem import Problem, problem_response
from services.web.responses import responses

router = APIRouter(prefix="/api/v1/persons", tags=["persons"])


@router.post(
    "/pseudonym",
    summary="The pseudonyms of a BSN",
    response_model=PseudonymAnswer,
    responses={
        **responses(400),
        403: {"model": Problem, "description": "For whoever works for an agency only."},
        422: {"model": Problem, "description": "It is no BSN; the number is not repeated."},
    },
)
def pseudonym(
    _viewer: OfAnAgency, question: PseudonymQuestion, request: Request
) -> PseudonymAnswer | JSONResponse:
    """Nothing is stored of the question. Send the answer's pseudonyms in a description."""
    pseudonyms: Pseudonyms = request.app.state.pseudonyms
    try:
        return PseudonymAnswer(pseudonyms=pseudonyms.of(question.bsn.get_secret_value()))
    except NotABsn as error:
        return problem_response(422, "invalid", error.reason, field=error.field)
