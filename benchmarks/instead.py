"""What one would build instead: tables, an audit table and FastAPI, just as durable.

It takes the same events with the same validation, refuses a second time, keeps the same facts and
who changed what when, all in one transaction an event. What it has not: encryption a person,
need-to-know, access records, views as they were known at a moment, signed history, receipts.

``python -m benchmarks.instead DATABASE_URL PORT TOKEN``
"""

from __future__ import annotations

import hmac
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool
from pydantic import ValidationError

from domain.values import Value
from services.contracts.cloudevent import CloudEvent
from services.contracts.data import DATA_BY_TYPE
from services.intake.reading import digest

SCHEMA = """
CREATE TABLE family (
    family_id text PRIMARY KEY, reason text NOT NULL, lead jsonb, version int NOT NULL DEFAULT 1);
CREATE TABLE entry (
    family_id text NOT NULL REFERENCES family, kind text NOT NULL, entry_id text NOT NULL,
    agency text NOT NULL, open boolean NOT NULL, body jsonb NOT NULL, outcome jsonb,
    occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (family_id, kind, entry_id));
CREATE TABLE received (
    source text NOT NULL, event_id text NOT NULL, digest text NOT NULL,
    PRIMARY KEY (source, event_id));
CREATE TABLE audit (
    number bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), agency text NOT NULL,
    event_id text NOT NULL, type text NOT NULL, family_id text NOT NULL, before jsonb,
    after jsonb NOT NULL);
CREATE INDEX audit_family ON audit (family_id, number);
"""
OPENED = "nl.oneplan.plan.opened.v1"
LED = "nl.oneplan.lead.assigned.v1"
MADE = {
    "incident.recorded": ("incident", "incident_id", False),
    "note.added": ("note", "note_id", False),
    "conversation.held": ("conversation", "conversation_id", False),
    "goal.set": ("goal", "goal_id", True),
    "action.agreed": ("action", "action_id", True),
    "question.asked": ("question", "question_id", True),
    "concern.raised": ("concern", "concern_id", True),
}
"""The kind of entry that an event makes, the field with its id, and whether it is open then."""
CLOSED = {
    "action.completed": ("action", "action_id"),
    "question.answered": ("question", "question_id"),
    "concern.resolved": ("concern", "concern_id"),
}
CONFLICT, UNPROCESSABLE, NOT_FOUND, UNAUTHORIZED = 409, 422, 404, 401

Connection = AsyncConnection[DictRow]


def create_app(url: str, token: str) -> FastAPI:
    """The application; its tables are made when it starts."""
    pool = AsyncConnectionPool(
        url,
        connection_class=Connection,
        min_size=4,
        max_size=10,
        open=False,
        kwargs={"row_factory": dict_row},
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            async with pool.connection() as connection:
                await connection.execute(SCHEMA)
            yield

    def signed_in(shown: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> None:
        if not hmac.compare_digest(shown.credentials, token):
            raise HTTPException(UNAUTHORIZED, "no such token")

    app = FastAPI(lifespan=lifespan, dependencies=[Depends(signed_in)])

    @app.post("/events", status_code=201)
    async def post_event(request: Request) -> Response:
        raw = await request.json()
        try:
            envelope = CloudEvent.model_validate(raw)
            data = DATA_BY_TYPE[envelope.type].model_validate(envelope.data)
        except (ValidationError, KeyError) as error:
            raise HTTPException(UNPROCESSABLE, str(error)) from None
        async with pool.connection() as connection:
            if not await _is_new(connection, envelope, digest(raw)):
                return Response(status_code=200)
            await _apply(connection, envelope, data)
        return Response(status_code=201)

    @app.get("/families/{family_id}/plan")
    async def get_plan(family_id: str) -> dict[str, Any]:
        async with pool.connection() as connection:
            return await _plan(connection, family_id)

    return app


async def _is_new(connection: Connection, envelope: CloudEvent, body_digest: str) -> bool:
    done = await connection.execute(
        "INSERT INTO received VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (envelope.source, envelope.id, body_digest),
    )
    return done.rowcount == 1


async def _apply(connection: Connection, envelope: CloudEvent, data: Value) -> None:
    facts, family_id = data.model_dump(mode="json"), envelope.subject
    name = envelope.type.removeprefix("nl.oneplan.").rsplit(".", 1)[0]
    before: dict[str, Any] | None = None
    if envelope.type == OPENED:
        await connection.execute(
            "INSERT INTO family (family_id, reason) VALUES (%s, %s)", (family_id, facts["reason"])
        )
        for kind, key in (("member", "member_id"), ("party", "agency")):
            for one in facts["members" if kind == "member" else "parties"]:
                await _insert(connection, envelope, (kind, one[key], True), one)
    else:
        before = await _family(connection, family_id)
        if envelope.type == LED:
            await connection.execute(
                "UPDATE family SET lead = %s WHERE family_id = %s", (Jsonb(facts), family_id)
            )
        elif name in MADE:
            before = None
            await _require_named(connection, family_id, facts)
            kind, key, is_open = MADE[name]
            await _insert(connection, envelope, (kind, facts[key], is_open), facts)
        else:
            before = await _close(connection, envelope, CLOSED[name], facts)
    await connection.execute(
        "INSERT INTO audit (agency, event_id, type, family_id, before, after) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        (
            envelope.source,
            envelope.id,
            envelope.type,
            family_id,
            None if before is None else Jsonb(before),
            Jsonb(facts),
        ),
    )


async def _family(connection: Connection, family_id: str) -> dict[str, Any]:
    """The family, which is locked: its changes come one after the other."""
    found = await connection.execute(
        "UPDATE family SET version = version + 1 WHERE family_id = %s RETURNING *", (family_id,)
    )
    family = await found.fetchone()
    if family is None:
        raise HTTPException(CONFLICT, f"no family {family_id}")
    return family


async def _require_named(connection: Connection, family_id: str, facts: dict[str, Any]) -> None:
    """The members and the goal that are named must be there."""
    about = {*facts.get("about", ()), *facts.get("against", ()), *facts.get("by", ())}
    members = [one for one in about if isinstance(one, str) and one != "unknown"]
    if "conversation_id" in facts:
        members = [one["member_id"] for one in facts["members"]]
    goals = [facts["goal_id"]] if "action_id" in facts else []
    found = await connection.execute(
        "SELECT count(*) AS there FROM entry WHERE family_id = %s AND "
        "(kind = 'member' AND entry_id = ANY(%s) OR kind = 'goal' AND open AND entry_id = ANY(%s))",
        (family_id, members, goals),
    )
    row = await found.fetchone()
    if row is None or row["there"] != len(members) + len(goals):
        raise HTTPException(CONFLICT, "a member or a goal is not known")


async def _insert(
    connection: Connection,
    envelope: CloudEvent,
    entry: tuple[str, str, bool],
    facts: dict[str, Any],
) -> None:
    kind, entry_id, is_open = entry
    await connection.execute(
        "INSERT INTO entry (family_id, kind, entry_id, agency, open, body, occurred_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (envelope.subject, kind, entry_id, envelope.source, is_open, Jsonb(facts), envelope.time),
    )


async def _close(
    connection: Connection, envelope: CloudEvent, which: tuple[str, str], facts: dict[str, Any]
) -> dict[str, Any]:
    kind, key = which
    found = await connection.execute(
        "UPDATE entry SET open = false, outcome = %s "
        "WHERE family_id = %s AND kind = %s AND entry_id = %s AND open RETURNING body",
        (Jsonb(facts), envelope.subject, kind, facts[key]),
    )
    row = await found.fetchone()
    if row is None:
        raise HTTPException(CONFLICT, f"no open {kind} {facts[key]}")
    body: dict[str, Any] = row["body"]
    return body


async def _plan(connection: Connection, family_id: str) -> dict[str, Any]:
    found = await connection.execute("SELECT * FROM family WHERE family_id = %s", (family_id,))
    family = await found.fetchone()
    if family is None:
        raise HTTPException(NOT_FOUND, f"no family {family_id}")
    entries = await connection.execute(
        "SELECT kind, entry_id, agency, open, body, outcome, occurred_at, recorded_at FROM entry "
        "WHERE family_id = %s ORDER BY occurred_at, entry_id",
        (family_id,),
    )
    plan: dict[str, Any] = dict(family)
    for row in await entries.fetchall():
        plan.setdefault(row.pop("kind"), []).append(row)
    return plan


if __name__ == "__main__":
    database, port, agency_token = sys.argv[1:]
    uvicorn.run(create_app(database, agency_token), port=int(port), log_level="error")
