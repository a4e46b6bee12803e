"""The tables of the key store."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

METADATA = MetaData()

SUBJECT_KEY = Table(
    "subject_key",
    METADATA,
    Column("subject", String, primary_key=True),
    Column("home", String, nullable=False, index=True),
    Column("master", String, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)
"""A subject's key, wrapped. ``home`` is the family, agency or record it belongs to."""

TOMBSTONE = Table(
    "erased_subject",
    METADATA,
    Column("subject", String, primary_key=True),
    Column("home", String, nullable=False, index=True),
    Column("erased_at", DateTime(timezone=True), nullable=False),
    Column("erasure_id", String, nullable=False),
)
"""A subject whose key was destroyed, and all below it: no key is made for it again."""

STATE = Table(
    "key_state",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),
)
"""One row. ``generation`` rises whenever what others keep in memory is no longer true."""


def home_of(subject: str) -> str:
    """The family, agency or record that a subject belongs to: what is loaded at once."""
    return "/".join(subject.split("/", 2)[:2])
