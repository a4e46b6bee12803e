"""What the commands about erasures share: the desk, of whom it is, and who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import typer
from pydantic import ValidationError

from domain.context import Provenance
from domain.erasure import ErasureScope, ErasureTarget
from domain.values import Role
from services.bus.connect import NotConnectedError, connected
from services.cli.common import readable_errors
from services.erasure.desk import ErasureDesk
from services.erasure.streams import StreamPurge
from services.erasure.survey import Survey
from services.lead.orders import Actor
from services.read_model.engine import open_read_engine
from services.settings import Settings
from services.store.application import open_application


@contextmanager
def erasure_desk(settings: Settings) -> Iterator[ErasureDesk]:
    """The desk on the store of the settings; what goes wrong is said in words."""
    with (
        readable_errors(),
        open_read_engine(settings) as engine,
        open_application(settings) as application,
    ):
        yield ErasureDesk(application, engine, settings)


async def count_messages(settings: Settings, found: Survey) -> dict[str, int] | None:
    """What stands in the streams, or None when NATS does not answer."""
    try:
        async with connected(settings, patience=3) as client:
            return await StreamPurge(client.jetstream(), settings, found).count()
    except NotConnectedError:
        return None


def target_of(family: str | None, member: str | None, staff: str | None) -> ErasureTarget:
    """Of whom an erasure is. Raises typer.BadParameter."""
    person, _, agency = (staff or "").partition("@")
    scope = ErasureScope.STAFF if staff else ErasureScope.MEMBER if member else ErasureScope.FAMILY
    try:
        return ErasureTarget(
            scope=scope,
            family_id=family,
            member_id=member,
            agency=agency or None,
            person_id=person or None,
        )
    except ValidationError as error:
        raise typer.BadParameter(
            "say of whom: --family F, --family F --member M, or --staff person@agency"
        ) from error


def administrator(acting: Actor) -> Provenance:
    """Who acts, as an administrator."""
    command_id = str(uuid4())
    return Provenance(
        actor=acting.person_id,
        role=Role.ADMINISTRATOR,
        agency=acting.agency,
        correlation_id=command_id,
        causation_id=command_id,
    )


def say_notes(notes: list[str]) -> None:
    """What somebody else has to do, on stderr."""
    for note in notes:
        typer.echo(f"note: {note}", err=True)
