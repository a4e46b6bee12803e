"""What two families that are merged call the same things."""

from __future__ import annotations

from domain.values.base import ItemId, Line, Token, Value


class Renaming(Value):
    """``before`` in the family that was merged is ``after`` in the family it was merged into.

    ``kind`` is ``member``, or a kind of item (``goal``, ``incident``, ...).
    """

    kind: Token
    before: Line
    after: Line


class ItemRef(Value):
    """One item of a plan: its kind (``goal``, ``incident``, ...) and its id."""

    kind: Token
    item_id: ItemId
