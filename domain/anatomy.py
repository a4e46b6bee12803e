"""The anatomy of events and values: which of their fields bear which marks, and where to look.

Found once a class, from its annotations: walking an event costs some microseconds.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from domain.values.marks import ItemMark, MemberMark, Personal

Path = tuple[str | int, ...]
"""Where a field stands in an event: names of fields, and places in a tuple."""
Metadata = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a model as its annotation describes it; ``many`` for a tuple."""

    name: str
    many: bool
    mark: Personal | None
    is_member: bool
    is_item: bool
    is_text: bool
    pattern: str | None
    """What a text has to look like, if that was said."""
    model: type[BaseModel] | None


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The fields of a model by what they are good for."""

    personal: tuple[Field, ...]
    members: tuple[Field, ...]
    items: tuple[Field, ...]
    inner: tuple[Field, ...]
    """Those that hold values in which something is marked."""
    holders: tuple[Field, ...]
    """Those of them that hold values in which something is personal."""

    @property
    def is_bare(self) -> bool:
        """Whether nothing in it is personal."""
        return not self.personal and not self.holders


@cache
def fields(model: type[BaseModel]) -> tuple[Field, ...]:
    """All fields of a model."""
    return tuple(
        _field(name, list(_parts(info.annotation, tuple(info.metadata), many=False)))
        for name, info in model.model_fields.items()
    )


@cache
def anatomy(model: type[BaseModel]) -> Anatomy:
    """The marked fields of a model."""
    known = fields(model)
    inner = tuple(one for one in known if one.model is not None and _is_marked(one.model))
    return Anatomy(
        personal=tuple(one for one in known if one.mark),
        members=tuple(one for one in known if one.is_member),
        items=tuple(one for one in known if one.is_item and not one.many),
        inner=inner,
        holders=tuple(one for one in inner if one.model and not anatomy(one.model).is_bare),
    )


def inner_values(value: BaseModel) -> Iterator[tuple[Path, BaseModel]]:
    """The values right below this one in which something is marked, and where they stand."""
    return _held(value, anatomy(type(value)).inner)


def personal_values(value: BaseModel) -> Iterator[tuple[Path, BaseModel]]:
    """The values right below this one in which something is personal, and where they stand."""
    return _held(value, anatomy(type(value)).holders)


def _held(value: BaseModel, inner: tuple[Field, ...]) -> Iterator[tuple[Path, BaseModel]]:
    for field in inner:
        held = getattr(value, field.name)
        if field.many and held is not None:
            for place, one in enumerate(held):
                yield (field.name, place), one
        elif held is not None:
            yield (field.name,), held


def all_values(value: BaseModel) -> Iterator[BaseModel]:
    """This value and those below it in which something is marked."""
    yield value
    if anatomy(type(value)).inner:
        for _, one in inner_values(value):
            yield from all_values(one)


@cache
def _is_marked(model: type[BaseModel]) -> bool:
    found = anatomy(model)
    return any((found.personal, found.members, found.items, found.inner))


def _field(name: str, parts: list[tuple[Any, Metadata, bool]]) -> Field:
    marks = [one for _, metadata, _ in parts for one in metadata]
    models = [kind for kind, _, _ in parts if _is_model(kind)]
    return Field(
        name=name,
        many=any(many for _, _, many in parts),
        mark=next((one for one in marks if isinstance(one, Personal)), None),
        is_member=any(isinstance(one, MemberMark) for one in marks),
        is_item=any(isinstance(one, ItemMark) for one in marks),
        is_text=any(kind is str for kind, _, _ in parts),
        pattern=next((one for mark in marks for one in _patterns(mark)), None),
        model=models[0] if models else None,
    )


def _parts(
    annotation: Any, metadata: Metadata, *, many: bool
) -> Iterator[tuple[Any, Metadata, bool]]:
    """The types that an annotation is made of, each with its metadata."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        yield from _parts(inner, (*metadata, *more), many=many)
    elif origin in {Union, types.UnionType}:
        for one in get_args(annotation):
            yield from _parts(one, metadata, many=many)
    elif origin is tuple:
        yield from _parts(get_args(annotation)[0], metadata, many=True)
    else:
        yield annotation, metadata, many


def _patterns(mark: Any) -> Iterator[str]:
    """The pattern in a piece of metadata, as pydantic keeps it."""
    for one in (mark, *getattr(mark, "metadata", ())):
        found = getattr(one, "pattern", None)
        if isinstance(found, str):
            yield found


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
