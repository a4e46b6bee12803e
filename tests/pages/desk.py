"""Somebody at their desk: a browser without a screen, and the family they work on."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from domain.context import Context, Provenance
from domain.family_plan import FamilyPlan, PlanEvent
from domain.values import Role
from services.clock import utc_now
from services.store.application import OnePlan
from tests.identity.support import Browser
from tests.pages.reading import FormReader
from tests.support.events import cloud_event, lead, plan_opened
from tests.support.world import World

HTML = {"Accept": "text/html"}
ODD = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def given_as(role: Role, agency: str | None = None, actor: str = "watch") -> Context:
    """The circumstances of what somebody else does now."""
    who = Provenance(actor=actor, role=role, agency=agency, correlation_id="c", causation_id="c")
    return Context(provenance=who, occurred_at=utc_now(), recorded_at=utc_now())


def open_family(world: World, family_id: str) -> None:
    """A family with mother and child that Karim of the municipality leads."""
    opened = plan_opened(family_id)
    opened["data"]["parties"].append({"agency": "municipality", "task": "regie"})
    karim = {"lead": lead("karim-benali", "municipality")}
    world.take(
        opened, cloud_event("lead.assigned", karim, agency="municipality", subject=family_id)
    )


@dataclass
class Desk:
    """A browser in which somebody is signed in, and one family."""

    browser: Browser
    world: World
    application: OnePlan
    family_id: str

    @property
    def plan(self) -> FamilyPlan:
        """The plan as it is."""
        plan = self.application.plan(self.family_id)
        assert plan is not None
        return plan

    def path(self, rest: str = "") -> str:
        """A page of the family."""
        return f"/families/{self.family_id}{rest}"

    def events(self) -> list[PlanEvent]:
        """All that happened."""
        return self.application.events_of(self.family_id)

    def get(self, path: str) -> httpx.Response:
        """A page, once the views hold all that happened."""
        self.world.catch_up()
        return self.browser.http.get(path, headers=HTML)

    def form(self, path: str) -> FormReader:
        """A form that is there."""
        page = self.get(path)
        assert page.status_code == 200, (path, page.status_code)
        return FormReader(page.text)

    def post(self, path: str, fields: dict[str, list[str]]) -> httpx.Response:
        """Send a form."""
        return self.browser.http.post(path, data=fields, headers=HTML)

    def send(self, path: str, /, **typed: str) -> httpx.Response:
        """Open a form, fill in these fields (with ``__`` for a dot), and send it."""
        values = {name.replace("__", "."): [value] for name, value in typed.items()}
        return self.post(path, {**self.form(path).filled(""), **values})

    def newest(self, kind: str) -> str:
        """The id of the item of this kind that came last."""
        return list(self.plan.items[kind])[-1]
