"""What goes back to whoever asked over NATS: always one JSON object, with the view or the error."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SerializeAsAny, ValidationError

from domain.need_to_know.categories import Category
from services.contracts.faults import WHOLE_MESSAGE, first_fault
from services.views.errors import ViewError
from services.views.shown import Shown

OUR_SIDE = "(service)"
BEING_UPGRADED = (
    "a newer release has written to this plan and this part of the service is still the older one; "
    "nothing is lost; try again when it has been upgraded"
)


class Answer(BaseModel):
    """The view that was asked for.

    ``withheld`` are the categories of data of which the asker sees nothing, ``partly`` those of
    which only their own: by the policy table, whether or not the family has such data.
    """

    model_config = ConfigDict(frozen=True)

    status: Literal["ok"] = "ok"
    view: SerializeAsAny[BaseModel]
    withheld: tuple[Category, ...] = ()
    partly: tuple[Category, ...] = ()


class ErrorAnswer(BaseModel):
    """Why there is no view: the field of the question, and what is wrong with it."""

    model_config = ConfigDict(frozen=True)

    status: Literal["error"] = "error"
    field: str
    reason: str

    @property
    def outcome(self) -> str:
        """Whose fault it is, for the metrics: ``fault`` is ours, ``refused`` is not."""
        return "fault" if self.field == OUR_SIDE else "refused"


def answered(found: Shown[Any]) -> Answer:
    """The answer with what is shown."""
    return Answer(view=found.view, withheld=found.withheld, partly=found.partly)


def refused(error: ViewError) -> ErrorAnswer:
    """The answer to a question that the views do not take."""
    return ErrorAnswer(field=error.field, reason=error.reason)


def invalid(error: ValidationError) -> ErrorAnswer:
    """The answer to a question of the wrong form, without repeating what was sent."""
    field, reason = first_fault(error)
    return ErrorAnswer(field=field, reason=reason)


def fault(reference: str) -> ErrorAnswer:
    """The answer when something is wrong on our side; the log has the reference."""
    return ErrorAnswer(
        field=OUR_SIDE, reason=f"a fault on our side, logged as {reference}; try again later"
    )


def being_upgraded() -> ErrorAnswer:
    """The answer when this process is too old for what it has to read."""
    return ErrorAnswer(field=OUR_SIDE, reason=BEING_UPGRADED)


def too_large(size: int, limit: int) -> ErrorAnswer:
    """The answer when the view does not fit into one NATS message (both in bytes)."""
    return ErrorAnswer(
        field=WHOLE_MESSAGE,
        reason=f"the view has {size} bytes and one NATS message takes {limit}; "
        "ask for it over HTTP, see /docs there",
    )
