"""What each NATS user may do. The server enforces it; nothing here needs I/O.

Each agency is an account of its own. Publish permissions alone would not do: the server does not
check the reply subject of a message, so an agency could name another's subject as the place for
the reply, and JetStream's acknowledgement would be written there. Between accounts a reply only
ever goes back to where the question came from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.bus.credentials import OUR_USERS, SERVICE_USER, SYSTEM_USER
from services.bus.streams import PARTY_NOTICES, PARTY_RECEIPTS, PARTY_VIEWS

SERVICE_ACCOUNT = "ONEPLAN"
SYSTEM_ACCOUNT = "SYSTEM"
"""Where the servers themselves are spoken to; see :mod:`services.bus.in_force`."""
DETOUR = "ONEPLAN"
"""First token of where an agency's CONSUMER.INFO is sent on to. In each account the server itself
answers ``$JS.API.CONSUMER.INFO``, and in an agency's account with "JetStream not enabled"."""

Clause = dict[str, Any]
"""A piece of the server's configuration."""


class Permissions(BaseModel):
    """The subjects a user may publish to and subscribe to. All others are refused."""

    model_config = ConfigDict(frozen=True)

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def inbox_prefix(user: str) -> str:
    """Where the replies to this user come in; a prefix of its own keeps others from listening."""
    return f"_INBOX.{user}"


def permissions(user: str) -> Permissions:
    """The rights of the service, of its administrator, or of one agency."""
    if user == SERVICE_USER:
        return Permissions(publish=(">",), subscribe=(">",))
    if user == SYSTEM_USER:
        return Permissions(
            publish=("$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.*.RELOAD"),
            subscribe=(f"{inbox_prefix(user)}.>",),
        )
    reading = [
        subject
        for stream in (PARTY_NOTICES, PARTY_RECEIPTS, PARTY_VIEWS)
        for subject in (
            f"$JS.API.CONSUMER.INFO.{stream}.{user}",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{user}",
            f"$JS.ACK.{stream}.{user}.>",
        )
    ]
    return Permissions(
        publish=(
            f"agency.{user}.>",
            f"views.{user}.>",
            f"persons.{user}.pseudonym",
            f"$JS.API.DIRECT.GET.{PARTY_VIEWS}.party.{user}.plan.>",
            *reading,
        ),
        subscribe=(f"party.{user}.>", f"{inbox_prefix(user)}.>"),
    )


def accounts_block(public_keys: Mapping[str, str]) -> str:
    """The accounts in the server's configuration.

    Args:
        public_keys: the public key of each user by its name; our own users are among them.
    """
    accounts: Clause = {}
    exports: list[Clause] = []
    for user, key in public_keys.items():
        if user not in OUR_USERS:
            account = f"AGENCY-{user}"
            accounts[account] = _agency_account(user, key)
            exports += [{**shared, "accounts": [account]} for shared in _shared(user)]
    accounts[SERVICE_ACCOUNT] = {
        "jetstream": "enabled",
        "users": [_user(public_keys[SERVICE_USER], permissions(SERVICE_USER))],
        "exports": exports,
    }
    accounts[SYSTEM_ACCOUNT] = {
        "users": [_user(public_keys[SYSTEM_USER], permissions(SYSTEM_USER))]
    }
    # The server's configuration language takes JSON.
    return f"system_account: {SYSTEM_ACCOUNT}\naccounts: {json.dumps(accounts, indent=2)}\n"


def _agency_account(agency: str, public_key: str) -> Clause:
    allowed = permissions(agency)
    detours = {subject: f"{DETOUR}.{subject}" for subject in allowed.publish if _is_info(subject)}
    imports = []
    for shared in _shared(agency):
        kind = "service" if "service" in shared else "stream"
        imported: Clause = {kind: {"account": SERVICE_ACCOUNT, "subject": shared[kind]}}
        if shared[kind] in detours:
            imported["to"] = detours[shared[kind]]
        imports.append(imported)
    sent_on = allowed.model_copy(update={"publish": (*allowed.publish, *detours.values())})
    return {"users": [_user(public_key, sent_on)], "imports": imports, "mappings": detours}


def _shared(agency: str) -> list[Clause]:
    """What the service's account shares with one agency's: exactly what it may use."""
    services: list[Clause] = [
        {"service": subject, "response_type": "stream"} for subject in permissions(agency).publish
    ]
    return [*services, {"stream": f"party.{agency}.>"}]


def _is_info(subject: str) -> bool:
    return subject.startswith("$JS.API.CONSUMER.INFO.")


def _user(public_key: str, allowed: Permissions) -> Clause:
    return {
        "nkey": public_key,
        "permissions": {
            "publish": {"allow": allowed.publish},
            "subscribe": {"allow": allowed.subscribe},
        },
    }
