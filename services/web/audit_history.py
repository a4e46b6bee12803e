"""The history over HTTP, as a stream that is made while it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from mimeparse import MimeTypeParseException, best_match

from domain.need_to_know.audience import Audience
from domain.need_to_know.policy import Onlooker
from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import AgencyCode, FamilyId, UtcDateTime
from services.audit.formats import Format
from services.audit.replay import LARGEST_POSITION, Chosen, HistoryEntry, on_record, pages
from services.audit.streams import STREAMS
from services.store.event_log import EventLog
from services.views.records import Because, Look, Records
from services.web.access import require_role
from services.web.because import Why
from services.web.problem import problem_response
from services.web.responses import responses

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])

Auditor = Annotated[Viewer, Depends(require_role(ViewerRole.AUDITOR))]
"""A route's parameter: an auditor; else a 403."""

MEDIA_TYPES = {
    "application/vnd.apache.parquet": Format.PARQUET,
    "text/csv": Format.CSV,
    "application/jsonl": Format.JSONL,
    "application/x-ndjson": Format.JSONL,
}
"""The least wanted first, where somebody accepts several of them as much."""
TYPE_OF = {form: media_type for media_type, form in MEDIA_TYPES.items()}
ANYTHING = "*/*"

Family = Annotated[FamilyId | None, Query(description="Only this family.")]
Agency = Annotated[AgencyCode | None, Query(description="Only what this agency said.")]
Since = Annotated[
    UtcDateTime | None,
    Query(description="Only what was recorded from then on (RFC 3339; send + as %2B)."),
]
Until = Annotated[UtcDateTime | None, Query(description="Only what was recorded by then.")]
After = Annotated[
    int,
    Query(
        ge=0,
        le=LARGEST_POSITION,
        description="Only what comes after this position: the last one you have.",
    ),
]
Wanted = Annotated[
    Literal["jsonl", "csv", "parquet"] | None,
    Query(alias="format", description="The form; without it `Accept` says it."),
]


def _chosen(
    family_id: Family = None,
    agency: Agency = None,
    since: Since = None,
    until: Until = None,
    after: After = 0,
) -> Chosen:
    return Chosen(family_id=family_id, agency=agency, since=since, until=until, after=after)


def _form(
    wanted: Wanted = None,
    accept: Annotated[str, Header(description="The media types that are accepted.")] = ANYTHING,
) -> Format | None:
    """None when nothing that can be had is accepted."""
    if wanted is not None:
        return Format(wanted)
    try:
        return MEDIA_TYPES.get(best_match(list(MEDIA_TYPES), accept))
    except MimeTypeParseException:
        return None


class HistoryResponse(StreamingResponse):
    """The history; what it is by default is what the API's description shows."""

    media_type = TYPE_OF[Format.JSONL]


@router.get(
    "/history",
    summary="Every event in the order in which it was recorded",
    response_class=HistoryResponse,
    response_model=None,
    responses={
        **responses(403, 406),
        200: {
            "model": HistoryEntry,
            "description": "One entry a line, or a file with the same columns.",
            "content": {"text/csv": {}, TYPE_OF[Format.PARQUET]: {}},
        },
    },
)
def history(
    request: Request,
    auditor: Auditor,
    chosen: Annotated[Chosen, Depends(_chosen)],
    form: Annotated[Format | None, Depends(_form)],
    why: Why,
) -> Response:
    """A stream: it is read from the database as you take it in. Each family's look is on record
    before its first entry leaves.

    An answer that does not end as HTTP says it must was cut short: ask again, `after` the position
    of the last whole line. Of Parquet ask the whole again, or smaller periods.
    """
    if form is None:
        had = ", ".join(MEDIA_TYPES)
        return problem_response(406, "not-acceptable", f"to be had: {had}", field="Accept")
    log = EventLog(request.app.state.application)
    pieces = STREAMS[form](_on_record(log, chosen, request.app.state.looks, auditor, why))
    # What fails before the first piece can still be told as a problem.
    first = next(pieces, b"")
    return HistoryResponse(
        chain([first], pieces),
        media_type=TYPE_OF[form],
        headers={"Content-Disposition": f'attachment; filename="history.{form}"'},
    )


def _on_record(
    log: EventLog, chosen: Chosen, records: Records, auditor: Viewer, why: Because
) -> Iterator[list[HistoryEntry]]:
    categories = Audience(Onlooker.AUDITOR).categories

    def record(families: Sequence[str]) -> None:
        records.note([Look(auditor, one, "history", categories, why) for one in families])

    return on_record(pages(log, chosen), record)
