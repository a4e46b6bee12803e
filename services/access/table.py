"""The table of access records: rows are added, never changed, and kept for their term.

The database itself refuses the rest by triggers, whichever program asks.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    inspect,
)

from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import AgencyKind
from services.access.record import AccessPath, AccessRecord, Outcome, Purpose

KEPT_YEARS = 5
"""Years that a record is kept at least, from when it was written.

Source: the minister's decision of 27 June 2019, Stcrt. 2019, 38007, on the ground of article 5(2)
of the Besluit elektronische gegevensverwerking door zorgaanbieders. (NEN 7513:2018, 8.5, has two
years at least, unless a rule sets another term.)
"""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

ALSO = "also"
METADATA = MetaData()
ACCESS = Table(
    "access_record",
    METADATA,
    # SQLite numbers rows by itself only in a column of its own type INTEGER.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("family_id", String, nullable=False),
    Column("role", String, nullable=False),
    Column("person_id", String),
    Column("agency", String),
    Column("agency_kind", String),
    Column("member_family_id", String),
    Column("member_id", String),
    Column("view", String, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("purpose", String, nullable=False),
    Column("path", String, nullable=False),
    Column("known_at", BigInteger),
    Column("outcome", String, nullable=False),
    Column("emergency", Boolean, nullable=False),
    Column("correlation_id", String, nullable=False),
    Column("system", String, nullable=False),
    Column(ALSO, JSON),
    Index("access_record_family", "family_id", "number"),
    sqlite_autoincrement=True,
)
"""``at`` and ``known_at`` in microseconds since 1970 in UTC; ``member_family_id`` and ``member_id``
are those of a viewer who is a member of a family; ``also`` is empty in rows of before there was
such a column."""

_REFUSAL = "access records are not changed, and not removed before their term is over"

_SQLITE = (
    f"""CREATE TRIGGER IF NOT EXISTS access_record_unchanged BEFORE UPDATE ON access_record
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS access_record_kept BEFORE DELETE ON access_record
    WHEN OLD.at > strftime('%s', 'now', '-{KEPT_YEARS} years') * 1000000
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    # A row with a number that is taken would replace the other one without the triggers above.
    f"""CREATE TRIGGER IF NOT EXISTS access_record_not_replaced BEFORE INSERT ON access_record
    WHEN EXISTS (SELECT 1 FROM access_record WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",  # noqa: S608 - a text of our own
)
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION access_record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.at <= extract(
            epoch FROM now() - interval '{KEPT_YEARS} years'
        ) * 1000000 THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '{_REFUSAL}';
    END $$""",
    """CREATE OR REPLACE TRIGGER access_record_kept BEFORE UPDATE OR DELETE ON access_record
    FOR EACH ROW EXECUTE FUNCTION access_record_refuse()""",
    """CREATE OR REPLACE TRIGGER access_record_not_emptied BEFORE TRUNCATE ON access_record
    FOR EACH STATEMENT EXECUTE FUNCTION access_record_refuse()""",
)


def create(connection: Connection) -> None:
    """Create the table and its triggers unless they are there, and the column that came later."""
    METADATA.create_all(connection)
    if ALSO not in {column["name"] for column in inspect(connection).get_columns(ACCESS.name)}:
        connection.exec_driver_sql(f"ALTER TABLE {ACCESS.name} ADD COLUMN {ALSO} JSON")
    statements = _POSTGRESQL if connection.dialect.name == "postgresql" else _SQLITE
    for statement in statements:
        connection.exec_driver_sql(statement)


def to_row(record: AccessRecord) -> dict[str, Any]:
    """A record as the values of its columns."""
    viewer = record.viewer
    return {
        "at": micros(record.at),
        "family_id": record.family_id,
        "role": viewer.role.value,
        "person_id": viewer.person_id,
        "agency": viewer.agency,
        "agency_kind": None if viewer.agency_kind is None else viewer.agency_kind.value,
        "member_family_id": viewer.family_id,
        "member_id": viewer.member_id,
        "view": record.view,
        ALSO: list(record.also),
        "categories": list(record.categories),
        "purpose": record.purpose.value,
        "path": record.path.value,
        "known_at": None if record.known_at is None else micros(record.known_at),
        "outcome": record.outcome.value,
        "emergency": record.emergency,
        "correlation_id": record.correlation_id,
        "system": record.system,
    }


def to_record(row: Any) -> AccessRecord:
    """The record in a row."""
    return AccessRecord(
        viewer=Viewer(
            role=ViewerRole(row.role),
            person_id=row.person_id,
            agency=row.agency,
            agency_kind=None if row.agency_kind is None else AgencyKind(row.agency_kind),
            family_id=row.member_family_id,
            member_id=row.member_id,
        ),
        family_id=row.family_id,
        view=row.view,
        also=tuple(row.also or ()),
        categories=tuple(row.categories),
        purpose=Purpose(row.purpose),
        path=AccessPath(row.path),
        known_at=None if row.known_at is None else moment(row.known_at),
        outcome=Outcome(row.outcome),
        emergency=row.emergency,
        correlation_id=row.correlation_id,
        at=moment(row.at),
        system=row.system,
    )


def micros(at: datetime) -> int:
    """A moment in microseconds since 1970 in UTC."""
    return (at - EPOCH) // MICROSECOND


def moment(at: int) -> datetime:
    """The moment so many microseconds after 1970, in UTC."""
    return EPOCH + at * MICROSECOND
