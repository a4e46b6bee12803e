"""A request of FastAPI in the terms of Authlib."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from authlib.oauth2.rfc6749 import OAuth2Payload, OAuth2Request
from fastapi import Request

# mypy: disable-error-code="misc"
# Authlib has no types: its classes are Any to subclass.


class Payload(OAuth2Payload):
    """The parameters of a request, from its query and its form."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._lists: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            self._lists[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        """The last of each."""
        return {name: values[-1] for name, values in self._lists.items()}

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        """All of each."""
        return self._lists


class Asked(OAuth2Request):
    """A request as Authlib takes it."""

    def __init__(self, request: Request, form: Sequence[tuple[str, str]]) -> None:
        super().__init__(request.method, str(request.url), headers=request.headers)
        self._form = dict(form)
        self._query = dict(request.query_params)
        self.payload = Payload([*request.query_params.multi_items(), *form])

    @property
    def args(self) -> Mapping[str, str]:
        """The query."""
        return self._query

    @property
    def form(self) -> Mapping[str, str]:
        """The form."""
        return self._form


async def asked(request: Request) -> Asked:
    """The request, with its form read."""
    form = await request.form()
    return Asked(request, [(k, v) for k, v in form.multi_items() if isinstance(v, str)])
