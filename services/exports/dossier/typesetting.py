"""Sets one document: a process of its own, which reads the data and writes the PDF.

Typst keeps what it set in memory to be faster the next time. A family's data must not stay behind
like that, and one document must not take the memory or the time of others.

    python -m services.exports.dossier.typesetting < data > dossier.pdf
"""

from __future__ import annotations

import sys
from datetime import datetime
from importlib.resources import files
from typing import Literal

import font_source_sans_pro
import orjson
import typst

from services.exports.dossier.page import NOT_SET

STANDARD: Literal["ua-1"] = "ua-1"
"""PDF/UA-1 (ISO 14289-1): accessible to whoever has the page read to them."""


def main() -> int:
    """Set what comes in: the ``template``, its ``data`` and ``picture``, ``made_at`` (RFC 3339).

    Gives ``NOT_SET`` when Typst cannot; its diagnostic is written instead.
    """
    asked = orjson.loads(sys.stdin.buffer.read())
    package, file = asked["template"]
    # Source Sans and those that Typst brings; never what happens to be on the machine.
    fonts = str(files(font_source_sans_pro).joinpath("files"))
    try:
        made = typst.compile(
            files(package).joinpath(file).read_bytes(),
            format="pdf",
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts]),
            pdf_standards=[STANDARD],
            sys_inputs={
                "document": orjson.dumps(asked["data"]).decode(),
                "picture": asked["picture"],
            },
            timestamp=datetime.fromisoformat(asked["made_at"]),
        )
    except typst.TypstError as error:
        sys.stdout.buffer.write(error.diagnostic.encode(errors="replace"))
        return NOT_SET
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
