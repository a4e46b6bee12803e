"""Forms: what was typed, what is wrong with it beside which field, and the command it gives.

A form is shown and sent at one address. Its fields are named as those of the event that an agency
would send (``text``, ``owner.name``), so that a fault of either finds its field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar, get_args, get_origin
from uuid import uuid4

from fastapi import Depends, HTTPException, Request
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import BaseModel, ValidationError

from domain.errors import DomainError
from domain.need_to_know.viewer import Viewer
from domain.persons.bsn import bsns_in
from domain.values import Value
from services.clock import utc_now
from services.lead.orders import Order, carry_out_once, order_of
from services.web.csrf import FIELD
from services.web.pages.acting import context_for
from services.web.pages.faults import in_words
from services.web.pages.frame import here
from services.web.pages.kept import Kept, kept_in, let_go
from services.web.pages.labels import mark
from services.web.pages.page import APage, Page

FORM = "form"
"""The field that says which form it is, and who opened it."""
OURS = frozenset({FIELD, FORM})
WHOLE = ""
"""Where a fault stands that is of no one field."""
NO_BSN = mark("Leave the BSN out. It must not stand in the plan.")
VIEW = "command"
"""The name of a command in the records of who did something."""

D = TypeVar("D", bound=BaseModel)


@dataclass
class Form:
    """A form as it is shown: empty, as it was typed, or with what is wrong.

    Args:
        form_id: the same from the first showing until it was taken; what the form makes is named
            after it, so that a form that is sent twice makes one thing. It begins with when it
            was opened.
        token: the form's id and who opened it, signed.
        typed: each field's values.
        errors: what is wrong, by field, in the reader's language.
    """

    form_id: str
    token: str
    typed: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    kept: bool = False

    def value(self, name: str) -> str:
        """What was typed in a field."""
        return next(iter(self.typed.get(name, ())), "")

    def values(self, name: str) -> list[str]:
        """What was chosen in a field of which more can be chosen."""
        return self.typed.get(name, [])

    def new_id(self, kind: str) -> str:
        """The id of what this form makes: ``goal-692b7f10-0a1b2c3d4e5f``."""
        return f"{kind}-{self.form_id}"

    @property
    def opened_at(self) -> datetime:
        """When it was opened (UTC); long ago for a form of an earlier release, which lacks it."""
        seconds, dash, _ = self.form_id.partition("-")
        return datetime.fromtimestamp(int(seconds, 16) if dash else 0, UTC)


def form_for(page: Page, start: Mapping[str, str | list[str]] | None = None) -> Form:
    """The form to show: with what was typed before the sign-in, or as it begins.

    Args:
        start: what stands in the fields at first.
    """
    kept = kept_in(page.request)
    if kept is not None and (kept.path, kept.person_id) == (here(page.request), _person(page)):
        form = _opened(page, kept.fields.get(FORM, [""])[0])
        form.typed = {name: values for name, values in kept.fields.items() if name not in OURS}
        form.kept = True
        return form
    form_id = f"{int(utc_now().timestamp()):x}-{uuid4().hex[:12]}"
    values = {
        name: [one] if isinstance(one, str) else list(one) for name, one in (start or {}).items()
    }
    return Form(form_id, _tokens(page.request).dumps([form_id, _person(page)]), values)


async def _sent(request: Request, page: APage) -> Form:
    fields = await fields_of(request)
    form = _opened(page, fields.get(FORM, [""])[0])
    form.typed = {name: values for name, values in fields.items() if name not in OURS}
    let_go(request)
    return form


SentForm = Annotated[Form, Depends(_sent)]
"""A route's parameter: the form as it was sent, by who opened it; else a 403."""


async def fields_of(request: Request) -> dict[str, list[str]]:
    """The fields of a request, each with all its values; files are none of ours."""
    sent = await request.form()
    fields: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return fields


def typed_too_late(request: Request, fields: dict[str, list[str]]) -> Kept | None:
    """A form of somebody who is signed in no more; None when we did not make it."""
    try:
        _, person_id = _tokens(request).loads(fields.get(FORM, [""])[0])
    except (BadSignature, ValueError, TypeError):
        return None
    typed = {name: values for name, values in fields.items() if name != FIELD}
    return Kept(path=here(request), person_id=person_id, fields=typed)


def read(page: Page, form: Form, model: type[D], /, **given: Any) -> D | None:
    """The form's fields as this model; None when there is something wrong, which the form says.

    A BSN has no place in a text, as at the intake (services/intake/bsn_guard.py).

    Args:
        given: fields of the model that are not typed.
    """
    with_bsn = [
        name for name, values in form.typed.items() if any(any(bsns_in(one)) for one in values)
    ]
    form.errors |= dict.fromkeys(with_bsn, page.words.gettext(NO_BSN))
    try:
        found = model.model_validate({**_nested(form, model), **given})
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            name = ".".join(str(part) for part in one["loc"] if isinstance(part, str))
            form.errors.setdefault(name, in_words(page.words, one))
        return None
    return None if with_bsn else found


def give(
    page: Page,
    family_id: str,
    form: Form,
    model: type[Value],
    /,
    **given: Any,
) -> bool:
    """Give the command that this form stands for, as who sends it; whether it was taken.

    What is wrong then stands in the form. A form that is sent twice gives its command once.

    Args:
        model: the data of the event that an agency would send (services/contracts/data).
        given: fields of the model that are not typed.

    Raises:
        NotAParty: when the viewer has no business with the family.
    """
    data = read(page, form, model, **given)
    if data is None:
        page.views.admit(page.viewer, family_id, VIEW, page.why)
        return False
    return give_order(page, family_id, form, order_of(data))


def give_order(
    page: Page, family_id: str, form: Form, order: Order, *, acting: Viewer | None = None
) -> bool:
    """As :func:`give`, for a command that is no event of an agency.

    Args:
        acting: who gives it, where that is in another role than they look in.
    """
    page.views.admit(page.viewer, family_id, VIEW, page.why)
    try:
        context = context_for(
            acting or page.viewer, f"form-{form.form_id}", page.why.correlation_id
        )
        plan = carry_out_once(page.application, family_id, order, context, form.opened_at)
    except DomainError as error:
        name = error.field.removeprefix("data.")
        form.errors.setdefault(name, page.words.said(error.reason))
        return False
    page.remember_change(family_id, plan.version)
    return True


def _opened(page: Page, token: str) -> Form:
    """The form that was opened with this token, by who sends it now."""
    try:
        form_id, person_id = _tokens(page.request).loads(token)
    except (BadSignature, ValueError, TypeError):
        raise HTTPException(403, "this is no form of ours; open it again") from None
    if person_id != _person(page):
        raise HTTPException(403, "somebody else opened this form; open it yourself")
    return Form(form_id, token)


def _person(page: Page) -> str:
    return page.viewer.person_id or ""


def _tokens(request: Request) -> URLSafeSerializer:
    return URLSafeSerializer(request.app.state.web_secret, salt="form")


def _nested(form: Form, model: type[BaseModel]) -> dict[str, Any]:
    """The fields as pydantic takes them: without what was left empty, lists as lists."""
    found: dict[str, Any] = {}
    for name, values in form.typed.items():
        filled = [value for value in values if value.strip()]
        if not filled:
            continue
        head, _, tail = name.partition(".")
        at, of = (found, model) if not tail else (found.setdefault(head, {}), _inner(model, head))
        last = tail or head
        if of is None or last not in of.model_fields:
            continue
        at[last] = filled if _is_list(of, last) else filled[0]
    return {name: value for name, value in found.items() if name in model.model_fields}


def _inner(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    if name not in model.model_fields:
        return None
    kinds = (model.model_fields[name].annotation, *get_args(model.model_fields[name].annotation))
    return next(
        (one for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)), None
    )


def _is_list(model: type[BaseModel], name: str) -> bool:
    return _holds_list(model.model_fields[name].annotation)


def _holds_list(kind: Any) -> bool:
    """Also of one that may be left out, ``tuple[str, ...] | None``."""
    return get_origin(kind) in {tuple, list} or any(map(_holds_list, get_args(kind)))
