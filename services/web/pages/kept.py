"""What somebody typed when their session turned out to be over: kept until they signed in again.

It waits in the session of the sign-in, which lasts ten minutes, sealed with a key made of that
session's id. Only the browser's cookie has the id, the table has its digest: who reads the table,
or a backup of it, cannot read what was typed. Nobody else than who typed it is shown it.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

import orjson
from cryptography.fernet import Fernet, InvalidToken
from starlette.requests import Request
from starsessions import get_session_handler

from domain.values import Value

KEPT = "kept"


class Kept(Value):
    """A form that was sent too late: its page, whose it is, and its fields."""

    path: str
    person_id: str
    fields: dict[str, list[str]]


def keep(request: Request, typed: Kept) -> None:
    """Keep it in this request's session, which is loaded and has its id."""
    sealed = _seal(request).encrypt(typed.model_dump_json().encode())
    request.session[KEPT] = sealed.decode()


def kept_in(request: Request) -> Kept | None:
    """What the session keeps, if it can be opened with this session's id."""
    sealed = request.session.get(KEPT)
    if sealed is None:
        return None
    try:
        return Kept(**orjson.loads(_seal(request).decrypt(sealed)))
    except (InvalidToken, ValueError):
        return None


def let_go(request: Request) -> None:
    """Forget it: a form was sent."""
    request.session.pop(KEPT, None)


def _seal(request: Request) -> Fernet:
    session_id = get_session_handler(request).session_id or ""
    return Fernet(urlsafe_b64encode(sha256(f"kept form:{session_id}".encode()).digest()))
