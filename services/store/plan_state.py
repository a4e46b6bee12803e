"""The state of a plan as bytes and back, so that its whole history need not be read.

A plan's attributes are what its parts declare, so that none is listed here but those that are left
out: a plan that was ever merged with another one is not kept.
"""

from __future__ import annotations

import zlib
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints
from uuid import UUID

import pydantic
from pydantic import AfterValidator, BaseModel, PlainSerializer, create_model

import domain
from domain.family_plan import FamilyPlan
from domain.personal import ERASED, family_subject, member_subject, staff_subject

BASE = {"id": UUID, "version": int, "created_on": datetime, "modified_on": datetime}
"""What the library keeps of every aggregate, under the same names with ``_`` in front."""
LEFT_OUT = ("guests", "merged_into", "was_joined")
"""What a plan that was never merged has the first value of."""


def is_kept(plan: FamilyPlan) -> bool:
    """Whether the state of this plan can be kept."""
    return not plan.was_joined and not plan.pending_events


def subjects_within(plan: FamilyPlan) -> tuple[str, ...]:
    """All subjects of whom a plan's state holds personal data, sorted.

    These are names and dates of birth of members, names of the lead and of a successor, and texts
    of the family, or of it and those professionals. Who was erased before is no longer in it.
    """
    home = family_subject(plan.family_id)
    found = {home}
    for member in plan.members.values():
        if (member.name, member.birth_date) != (ERASED, None):
            found.add(member_subject(plan.family_id, member.member_id))
    for lead in (plan.lead, None if plan.offer is None else plan.offer.incoming):
        if lead is not None and lead.name != ERASED:
            found.add(staff_subject(lead.agency, lead.person_id))
    return tuple(sorted(found))


def dump(plan: FamilyPlan) -> bytes:
    """The state of a plan that :func:`is_kept`."""
    held = vars(plan)
    facts = {name: held[name] for name in attributes()}
    base = {name: held[f"_{name}"] for name in BASE}
    return zlib.compress(_model().model_construct(**base, **facts).model_dump_json().encode(), 1)


def load(data: bytes) -> FamilyPlan:
    """The plan that was dumped. Raises ValueError when this is not the state of one."""
    try:
        state = _model().model_validate_json(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError("no state of a plan") from error
    plan = FamilyPlan.__new__(FamilyPlan)
    held = vars(plan)
    held |= {f"_{name}": getattr(state, name) for name in BASE}
    held |= {name: getattr(state, name) for name in attributes()}
    held |= {"guests": {}, "merged_into": None, "was_joined": False, "_pending_events": []}
    return plan


@cache
def code() -> str:
    """Which code made a state: another one may understand something else by it.

    SHA-256 of the source of the whole domain and of this module, in hexadecimal.
    """
    found = sha256(pydantic.VERSION.encode())
    for path in [*sorted(Path(str(domain.__file__)).parent.rglob("*.py")), Path(__file__)]:
        found.update(path.read_bytes())
    return found.hexdigest()


@cache
def attributes() -> dict[str, Any]:
    """The attributes of a plan that are kept, and their types."""
    hints = get_type_hints(FamilyPlan)
    return {
        name: hint
        for name, hint in hints.items()
        if name.islower() and name not in LEFT_OUT and get_origin(hint) is not ClassVar
    }


@cache
def _model() -> type[BaseModel]:
    fields: dict[str, Any] = {**BASE, **attributes()}
    shapes: Any = {name: (_shape(hint), ...) for name, hint in fields.items()}
    model: type[BaseModel] = create_model("PlanState", **shapes)
    return model


def _shape(hint: Any) -> Any:
    """The type as JSON can hold it: what is not kept under texts becomes pairs."""
    if get_origin(hint) is not dict:
        return hint
    key, value = get_args(hint)
    if key is str:
        return dict[str, _shape(value)]  # type: ignore[misc]
    pairs: Any = list[tuple[key, _shape(value)]]  # type: ignore[misc, valid-type]
    return Annotated[pairs, AfterValidator(dict), PlainSerializer(_pairs, return_type=pairs)]


def _pairs(held: dict[Any, Any]) -> list[tuple[Any, Any]]:
    return list(held.items())
