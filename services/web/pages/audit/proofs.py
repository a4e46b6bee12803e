"""The proofs: that nothing was changed since it was signed, and that an event is in the log."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from services.audit.evidence import examine_store
from services.audit.verify import verify
from services.notary.book import Book
from services.notary.checkpoint import BadCheckpoint, opened
from services.notary.key import public_key
from services.notary.proofs import NothingToProve, Proof, prove
from services.notary.rows import raw_rows
from services.read_model.engine import open_read_engine
from services.settings import Settings
from services.web.pages.audit.entrance import PurposefulPage
from services.web.pages.page import Page
from services.web.routes import Family

router = APIRouter(prefix="/audit")

VIEW = "proof"
JSON = "application/json"


@router.get("/proofs")
def proofs(page: PurposefulPage) -> Response:
    """What was signed last."""
    return _page(page)


@router.post("/proofs")
def examine(page: PurposefulPage) -> Response:
    """Compare every row with what was signed, and the views with the events."""
    settings = _settings(page.request)
    with open_read_engine(settings) as engine:
        signed = examine_store(settings, page.application, engine)
        found = verify(page.application, engine)
    findings = [*([] if signed is None else signed.findings), *found.findings]
    return _page(page, {"signed": signed, "found": found, "findings": findings})


@router.get("/proofs/checkpoint")
def checkpoint(page: PurposefulPage) -> Response:
    """The last signed checkpoint, to keep it where this service cannot reach."""
    note = Book(_settings(page.request).notary).checkpoint()
    if note is None:
        raise HTTPException(404, "nothing was signed yet")
    headers = {"Content-Disposition": 'attachment; filename="checkpoint.txt"'}
    return PlainTextResponse(note, headers=headers)


@router.get("/families/{family_id}/proof/{position}")
def proof(page: PurposefulPage, family_id: Family, position: int) -> Response:
    """That one event of the family is in the signed log, to be read."""
    return page.render(
        "audit/proof.html",
        family_id=family_id,
        position=position,
        proof=_proved(page, family_id, position),
    )


@router.get("/families/{family_id}/proof/{position}/file")
def proof_file(page: PurposefulPage, family_id: Family, position: int) -> Response:
    """The same as a file for ``deploy/verifier/verify_proof.py``, which uses none of our code."""
    proved = _proved(page, family_id, position)
    headers = {"Content-Disposition": f'attachment; filename="proof-{position}.json"'}
    return Response(
        proved.model_dump_json(indent=2, exclude_none=True), media_type=JSON, headers=headers
    )


def _proved(page: Page, family_id: str, position: int) -> Proof:
    page.views.admit(page.viewer, family_id, VIEW, page.why)
    if position not in {one.position for one in page.application.stream_of(family_id)}:
        raise HTTPException(404, "this family has no such event")
    settings = _settings(page.request)
    key = public_key(settings)
    if key is None:
        raise HTTPException(404, "nothing was signed yet")
    with open_read_engine(settings) as engine:
        rows = raw_rows(engine, page.application.events_table)
        try:
            return prove(rows, Book(settings.notary), key, position)
        except NothingToProve as error:
            raise HTTPException(404, str(error)) from error


def _page(page: Page, result: dict[str, object] | None = None) -> Response:
    settings = _settings(page.request)
    key, note = public_key(settings), Book(settings.notary).checkpoint()
    signed, wrong = None, ""
    if key is not None and note is not None:
        try:
            signed = opened(note, key)
        except BadCheckpoint as error:
            wrong = str(error)
    return page.render("audit/proofs.html", signed=signed, note=note, wrong=wrong, result=result)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.people.settings
    return settings
