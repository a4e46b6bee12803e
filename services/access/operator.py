"""Who looks on the command line: whoever is logged in on the machine where the data lies."""

from __future__ import annotations

import getpass

from pydantic import TypeAdapter, ValidationError

from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import Token

_TOKEN: TypeAdapter[str] = TypeAdapter(Token)


def operator() -> Viewer:
    """The operator as a viewer; ``person_id`` is their account, None when its name is no id."""
    try:
        account = _TOKEN.validate_python(getpass.getuser())
    except (OSError, KeyError, ValidationError):
        account = None
    return Viewer(role=ViewerRole.ADMINISTRATOR, person_id=account)
