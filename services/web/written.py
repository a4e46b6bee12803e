"""A view as JSON. One that is shown again as it was, is not written again."""

from __future__ import annotations

from weakref import ref

from pydantic import BaseModel


class Written:
    """What was written, for as long as the view is in memory. May be used by several threads.

    The gate gives the same view again only while it is still what it would make anew, and lets go
    of it when it must be forgotten. What was written of it goes with it.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[ref[BaseModel], bytes]] = {}

    def json(self, view: BaseModel) -> bytes:
        """The view as JSON in UTF-8."""
        key = id(view)
        kept = self._kept.get(key)
        if kept is not None and kept[0]() is view:
            return kept[1]
        made = view.model_dump_json(by_alias=True).encode()
        self._kept[key] = (ref(view, lambda _: self._kept.pop(key, None)), made)
        return made

    def __len__(self) -> int:
        """Of how many views it holds what was written."""
        return len(self._kept)
