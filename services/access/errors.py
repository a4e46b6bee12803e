"""Why a question gets no answer: that it was asked could not be recorded."""

from __future__ import annotations

from services.views.answers import OUR_SIDE
from services.views.errors import ViewError


class AccessNotRecorded(ViewError):
    """The record of this access is not durable, so nothing may be shown."""

    def __init__(self) -> None:
        super().__init__(
            OUR_SIDE,
            "this access cannot be put on record now, so nothing is shown; try again later",
        )
