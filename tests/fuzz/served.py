"""A web service with two families, whose stories are full of odd texts, and people of all kinds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from domain.need_to_know.viewer import ViewerRole
from services.bus.credentials import ensure_credentials
from services.identity.local_provider.app import create_provider
from services.identity.local_provider.keys import signing_keys
from services.identity.local_provider.people import DemoPerson
from services.settings import Settings
from services.store.application import open_application
from services.web.app import create_app
from tests.fuzz.events import Sent, told
from tests.fuzz.fates import Fates
from tests.fuzz.trying import Fuzz
from tests.identity.support import Browser, free_port, serving
from tests.support.world import new_world

FAMILY = "GEZIN-F1"
OTHER = "GEZIN-F2"


def _person(name: str, *roles: ViewerRole, **where: str) -> DemoPerson:
    return DemoPerson.model_validate(
        {"id": name, "name": name, "about": "-", "roles": roles} | where
    )


PEOPLE = (
    _person("kbakker", ViewerRole.LEAD, ViewerRole.PROFESSIONAL, agency="municipality"),
    _person("els", ViewerRole.PROFESSIONAL, agency="police"),
    _person("moeder", ViewerRole.FAMILY_MEMBER, family=FAMILY, member="moeder"),
    _person("vera", ViewerRole.AUDITOR),
    _person("beheer", ViewerRole.ADMINISTRATOR),
)
AGENCIES = ("police", "shelter")
"""One that is a party of the family's plan, and one that is not."""


@dataclass(frozen=True)
class Served:
    """The web service, and what it serves."""

    url: str
    settings: Settings
    fates: Fates

    def browser(self, person: str) -> Browser:
        """A browser in which this person is signed in; nobody is, for an empty name."""
        one = Browser(self.url)
        one.http.timeout = 60
        if person:
            answer = one.sign_in(person)
            assert answer.status_code == 303, answer.text
        return one

    def token(self, agency: str) -> str:
        """The token of an agency's system."""
        return (self.settings.credentials / f"{agency}.token").read_text().strip()

    def stored(self) -> int:
        """How many events the store holds."""
        return self.fates.world.log.last_position()


@contextmanager
def running(folder: Path, fuzz: Fuzz) -> Iterator[Served]:
    """All of it, on SQLite; without a nats-server."""
    provider_port, port = free_port(), free_port()
    settings = Settings(
        data_dir=folder,
        http_port=port,
        oidc_issuer=f"http://127.0.0.1:{provider_port}",
        nats_url="nats://127.0.0.1:1",
        rate_sign_in="1000000/minute",
        rate_api="10000000/minute",
    )
    ensure_credentials(settings)
    provider = create_provider(
        settings, signing_keys(settings), {person.id: person for person in PEOPLE}
    )
    with (
        serving(provider, provider_port),
        open_application(settings) as application,
        new_world(settings, application) as world,
    ):
        fates = Fates(world)
        for _ in (FAMILY, OTHER):
            fates.new_family()
            say_oddly(fates, fuzz)
        world.catch_up()
        with serving(create_app(settings), port):
            yield Served(f"http://127.0.0.1:{port}", settings, fates)


def say_oddly(fates: Fates, fuzz: Fuzz) -> None:
    """Let agencies say the same as in the examples, in odd words."""
    strategy = told().map(lambda one: Sent(orjson.dumps(one.event), one.agency))
    fuzz.each(strategy, fuzz.inputs(few=20, share=0.0006), fates.send)
