"""Files that pages need: styles and scripts, each under an address with the digest of its content.

An address never means anything else, so browsers keep the file for ever. What is served here holds
nothing of anybody, and so may be compressed for whoever asks (see compression.py).
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope
from starlette_compress import CompressMiddleware

STATIC_FOLDER = Path(__file__).with_name("static")
STATIC = "/static/"
FOR_EVER = "public, max-age=31536000, immutable"
DIGEST_CHARACTERS = 16


class Assets(StaticFiles):
    """The files below a folder, as ``<digest>/<name>``."""

    def __init__(self, folder: Path = STATIC_FOLDER) -> None:
        """Read them all once.

        Raises:
            OSError: when one cannot be read.
        """
        super().__init__(directory=folder)
        self._digests = {
            str(path.relative_to(folder)): _digest(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    def url(self, name: str) -> str:
        """The address of a file. Raises KeyError when there is none of this name."""
        return f"{STATIC}{self._digests[name]}/{name}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, when this is its content's address. Raises HTTPException (404)."""
        digest, _, name = path.partition("/")
        if self._digests.get(name) != digest:
            raise HTTPException(404, "there is no such file")
        response = await super().get_response(name, scope)
        response.headers["Cache-Control"] = FOR_EVER
        return response


def compressed(assets: Assets) -> ASGIApp:
    """The same, compressed for browsers that can read it."""
    return CompressMiddleware(assets)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:DIGEST_CHARACTERS]
