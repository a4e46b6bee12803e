"""What the errors of a route mean, for the API's description."""

from __future__ import annotations

from typing import Any

from services.web.problem import Problem

SAID = {
    400: "The body is no text that can be read.",
    401: "No token, or not one of ours.",
    403: "Not shown in your role, or you asked in one that is not yours.",
    404: "Your agency takes no part in such a plan, or nothing was known of it yet.",
    406: "None of the media types that can be had is among those you accept.",
    422: "A part of the request has the wrong form; `field` says which.",
    429: "Too often; `Retry-After` says how many seconds to wait.",
    500: "A fault on our side.",
    503: "The database does not answer now.",
}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors that every route may answer with, and these."""
    return {
        status: {"model": Problem, "description": SAID[status]}
        for status in sorted({*statuses, 401, 403, 422, 429, 500, 503})
    }
