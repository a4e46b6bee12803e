"""The made-up people who can sign in, and what is claimed of them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.need_to_know.viewer import ViewerRole
from domain.values import AgencyCode, FamilyId, Line, MemberId, Token
from services.identity.settings import ClaimNames

PEOPLE_FILE = Path(__file__).with_name("people.toml")


class DemoPerson(BaseModel):
    """Somebody who can sign in on this machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Token
    name: Line
    about: Line
    roles: tuple[ViewerRole, ...]
    agency: AgencyCode | None = None
    family: FamilyId | None = None
    member: MemberId | None = None

    def get_user_id(self) -> str:
        """The subject of the tokens, as Authlib asks for it."""
        return self.id

    def claims(self, names: ClaimNames) -> dict[str, Any]:
        """What the tokens say of this person: ids, no name."""
        said = {
            names.person: self.id,
            names.role: list(self.roles),
            names.agency: self.agency,
            names.family: self.family,
            names.member: self.member,
        }
        return {name: value for name, value in said.items() if value is not None}


def read_people(path: Path = PEOPLE_FILE) -> dict[str, DemoPerson]:
    """The people of a file, by their id.

    Raises:
        OSError: when it cannot be read.
        ValueError: when it is not as it should be.
    """
    listed = tomllib.loads(path.read_text(encoding="utf-8"))["people"]
    people = [DemoPerson.model_validate(one) for one in listed]
    return {person.id: person for person in people}
