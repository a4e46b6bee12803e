"""The fields of the forms: how each is shown, and what is made of what was typed in it.

A field has the name that it has in the data of an agency's event. One that is shown as several
(who does it: somebody of the family or of an agency, and the name) says how they become one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from domain.values import LifeDomain, OwnerKind
from services.web.pages.forms import Form
from services.web.pages.labels import mark
from services.web.pages.words import AMSTERDAM
from services.web.pages.work.facts import MEMBER, NETWORK, Choice, Facts, split

Options = Callable[[Facts], Sequence[Choice]]
Reading = Callable[[Form, Facts], Any]

MEMBERS: Options = attrgetter("members")
EVERYBODY: Options = attrgetter("everybody")
AGENCIES: Options = attrgetter("agencies")
OWNERS: Options = attrgetter("owners")
GOALS: Options = attrgetter("open_goals")
INVOLVED: Options = attrgetter("involved")
INCIDENTS: Options = attrgetter("incidents")


@dataclass(frozen=True)
class Field:
    """One field of a form.

    Args:
        kind: the macro of ``work/fields.html`` that shows it.
        name: as in the event's data.
        label: the question, in English.
        options: what can be chosen.
        read: what the model is given, made of what was typed; None for no value. Left out: the
            text as it was typed.
        start: what stands in it at first.
        parts: the names under which it is shown, where its faults have another name.
    """

    kind: str
    name: str
    label: str
    hint: str | None = None
    optional: bool = False
    options: Options | None = None
    read: Reading | None = None
    start: Callable[[Facts], str] | None = None
    parts: tuple[str, ...] = ()

    @property
    def shown_as(self) -> str:
        """The name beside which its faults stand."""
        return self.parts[0] if self.parts else self.name


def line(name: str, label: str, hint: str | None = None, *, optional: bool = False) -> Field:
    """A text of one line."""
    return Field("line", name, label, hint, optional)


def area(name: str, label: str, hint: str | None = None, *, optional: bool = False) -> Field:
    """A text."""
    return Field("area", name, label, hint, optional)


def day(
    name: str, label: str, hint: str | None = None, *, optional: bool = False, today: bool = False
) -> Field:
    """A calendar day; that of today stands there at first if asked."""
    start = (lambda facts: facts.today.isoformat()) if today else None
    return Field("date", name, label, hint, optional, start=start)


def moment(
    name: str, label: str, hint: str | None = None, *, optional: bool = False, now: bool = False
) -> Field:
    """A day and a time, in Dutch time."""
    start = (lambda facts: f"{facts.now.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}") if now else None
    return Field("moment", name, label, hint, optional, read=_moment(name), start=start)


def choose(
    name: str, label: str, options: Options, hint: str | None = None, *, optional: bool = False
) -> Field:
    """One of many, in a list that opens."""
    return Field("select", name, label, hint, optional, options)


def one_of(
    name: str, label: str, kind: type[StrEnum], hint: str | None = None, *, optional: bool = False
) -> Field:
    """One of our words: as buttons when they are few."""
    shown = "choices" if len(kind) <= FEW else "select"
    return Field(shown, name, label, hint, optional, lambda facts: facts.labels(kind))


def some(
    name: str, label: str, options: Options, hint: str | None = None, *, optional: bool = False
) -> Field:
    """Any number of them."""
    return Field("checkboxes", name, label, hint, optional, options)


def renamed(name: str, field: Field) -> Field:
    """The same, under a name that is not taken: every form has a field of its own, ``form``."""

    def read(form: Form, _facts: Facts) -> Any:
        return form.value(name) or None

    return replace(field, read=read, parts=(name,))


def yes_or_no(name: str, label: str, yes: str, no: str) -> Field:
    """One of two."""
    return Field(
        "choices",
        name,
        label,
        options=lambda facts: (
            ("true", facts.words.gettext(yes)),
            ("false", facts.words.gettext(no)),
        ),
    )


def lines(name: str, label: str, hint: str | None = None, *, optional: bool = False) -> Field:
    """Several short texts, one a line."""
    return Field("area", name, label, hint, optional, read=lambda form, _: _lines(form.value(name)))


def owner(name: str, label: str, *, optional: bool = False) -> Field:
    """Who takes something on: a member, somebody of the network, or of an agency."""
    who, called = f"{name}.who", f"{name}.name"

    def read(form: Form, facts: Facts) -> Any:
        side, chosen = split(form.value(who))
        typed = form.value(called).strip()
        if not side and not typed:
            return None
        if side == MEMBER:
            named = typed or facts.member_name(chosen)
            return {"kind": OwnerKind.FAMILY, "member_id": chosen, "name": named}
        if side == NETWORK:
            return {"kind": OwnerKind.NETWORK, "name": typed}
        if side:
            return {"kind": OwnerKind.PROFESSIONAL, "agency": chosen, "name": typed}
        return {"kind": "", "name": typed}

    parts = (who, called, f"{name}.kind", f"{name}.member_id", f"{name}.agency")
    return Field(
        "owner", name, label, None, optional, lambda facts: facts.owners, read, None, parts
    )


def heard(name: str, label: str, hint: str) -> Field:
    """Who of the family was in a conversation, who had their say, and what they want known."""

    def read(form: Form, facts: Facts) -> Any:
        there = [(one, form.value(f"{name}.{one}")) for one, _ in facts.everybody]
        return [
            {
                "member_id": one,
                "heard": how == HEARD,
                "words": (how == HEARD and form.value(f"words.{one}").strip()) or None,
            }
            for one, how in there
            if how
        ]

    return Field("heard", name, label, hint, False, lambda facts: facts.everybody, read)


def decisions(name: str, label: str, for_goal: str) -> Field:
    """What a review decided: for the plan, one a line, and for each goal."""

    def read(form: Form, facts: Facts) -> Any:
        told: list[tuple[str | None, str]] = [(None, one) for one in _lines(form.value(name))]
        told += [(one, form.value(f"{name}.{one}").strip()) for one, _ in facts.open_goals]
        return [
            {"decision_id": f"{form.new_id('decision')}-{place}", "goal_id": goal_id, "text": text}
            for place, (goal_id, text) in enumerate(told)
            if text
        ]

    return Field("decisions", name, label, for_goal, True, lambda facts: facts.open_goals, read)


def on_agenda(name: str, label: str, hint: str) -> Field:
    """An item of a conference's agenda, or none."""

    def read(form: Form, _facts: Facts) -> Any:
        kind, item_id = split(form.value(name))
        return {"kind": kind, "item_id": item_id} if kind else None

    return Field("select", name, label, hint, True, lambda facts: facts.agenda, read)


FEW = 5
HEARD = "heard"
PRESENT = "present"
HOW_THERE = (
    ("", mark("Was not there")),
    (HEARD, mark("Was there and had their say")),
    (PRESENT, mark("Was there without a say")),
)
"""How a member was in a conversation."""


def _lines(text: str) -> list[str]:
    return [one.strip() for one in text.splitlines() if one.strip()]


def _moment(name: str) -> Reading:
    def read(form: Form, _facts: Facts) -> Any:
        typed = form.value(name)
        if not typed:
            return None
        try:
            return datetime.fromisoformat(typed).replace(tzinfo=AMSTERDAM)
        except ValueError:
            return typed

    return read


def domain() -> Field:
    """The part of life that something is about."""
    return one_of("life_domain", mark("Which part of life is it about?"), LifeDomain)


def about(hint: str | None = None) -> Field:
    """The members whom something is about."""
    return some("about", mark("About whom is it?"), EVERYBODY, hint, optional=True)


def why(label: str = mark("Why?"), hint: str | None = None) -> Field:
    """The reason."""
    return area("reason", label, hint)
