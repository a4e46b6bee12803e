"""Asking for the pseudonyms of a BSN: what comes in, and what goes back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from domain.persons.bsn import Pseudonym


class PseudonymQuestion(BaseModel):
    """A BSN as text: 8 or 9 digits, with a leading zero or without."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    bsn: Annotated[SecretStr, Field(max_length=20)]


class PseudonymAnswer(BaseModel):
    """The BSN's pseudonyms, one under each key in use: send all of them in ``data.pseudonyms``."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ok"] = "ok"
    pseudonyms: tuple[Pseudonym, ...]
