"""What the service brings to the lead's attention. It never decides; it shows."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.values.base import ItemId, Line, MemberId, Token, Value


class Evidence(Value):
    """One thing in the plan that proves a finding, for example ``incident`` and its id."""

    kind: Token
    item_id: ItemId


class Finding(Value):
    """What a rule sees in a family's history.

    Args:
        rule: the rule's name.
        key: what within the family it is about, for example the one who does it. A family has at
            most one open signal for a rule and a key.
        level: how far it went, at least 1. A signal that was dealt with comes back only at a
            higher level.
        detail: what was found, in ids and numbers, without names.
        evidence: in the order in which it happened.
    """

    rule: Token
    key: Line
    level: Annotated[int, Field(ge=1)] = 1
    about: tuple[MemberId, ...] = ()
    detail: Line
    evidence: tuple[Evidence, ...]


class Signal(Finding):
    """Signaal: a finding that was put before the lead."""

    signal_id: ItemId
