"""Several views of one family, of one moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from projections.views import FamilyView
from services.views.shown import Shown

V = TypeVar("V", bound=BaseModel)


class Several:
    """What was shown, by the view that was asked for."""

    def __init__(self, found: Mapping[str, Shown[Any]]) -> None:
        self._found = found

    def __getitem__(self, view: FamilyView[V]) -> V:
        """The view. Raises KeyError when it was not asked for."""
        shown: V = self._found[view.name].view
        return shown

    def shown(self, view: FamilyView[V]) -> Shown[V]:
        """The view, and what is kept from its reader. Raises KeyError as above."""
        return self._found[view.name]
