"""People who signed in read what need-to-know gives their role, and the family sees who looked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.web.app import create_app
from tests.identity.support import Clock, Provider, running_provider
from tests.support.events import cloud_event
from tests.support.world import World
from tests.web.support import Asking

REASON = "Vader staat nu met een mes aan de deur."


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with running_provider(tmp_path_factory.mktemp("provider"), Clock()) as running:
        yield running


@pytest.fixture
def client(world: World, provider: Provider) -> Iterator[TestClient]:
    """The web application, with people."""
    world.take(
        cloud_event("note.added", {"note_id": "n1", "about": ["mother"], "text": "Werknotitie."})
    )
    settings = world.settings.model_copy(update={"oidc_issuer": provider.url})
    with TestClient(create_app(settings, provider.clock)) as started:
        yield started


class People:
    """Asks as a person in a role."""

    def __init__(self, client: TestClient, provider: Provider) -> None:
        self._client, self._provider = client, provider

    def headers(self, role: str, **claims: Any) -> dict[str, str]:
        named = {"oneplan_role": [role], "oneplan_agency": None, **claims}
        return {"Authorization": f"Bearer {self._provider.token(**named)}"}

    def get(self, path: str, role: str, **claims: Any) -> tuple[int, Any]:
        response = self._client.get(f"/api/v1/{path}", headers=self.headers(role, **claims))
        return response.status_code, response.json()


@pytest.fixture
def people(client: TestClient, provider: Provider) -> People:
    return People(client, provider)


LEAD = {"sub": "lead-1", "oneplan_agency": "police"}
MOTHER = {"sub": "p-mother", "oneplan_family": "F1", "oneplan_member": "mother"}


def test_each_role_reads_its_own_part(people: People) -> None:
    status, plan = people.get("families/F1/plan", "lead", **LEAD)
    assert (status, [one["text"] for one in plan["notes"]]) == (200, ["Werknotitie."])
    births = {one["member_id"]: one["birth_date"] for one in plan["members"]}
    assert births["child"] == "2015-05-01"

    status, plan = people.get("families/F1/plan", "family-member", **MOTHER)
    assert (status, plan["notes"]) == (200, [])
    assert {one["birth_date"] for one in plan["members"]} == {None}
    assert "Werknotitie" not in str(plan)

    professional = {"sub": "els", "oneplan_agency": "veilig-thuis"}
    assert people.get("families/F1/plan", "professional", **professional)[0] == 200
    assert people.get("families/F1/plan", "auditor", sub="vera")[0] == 200


def test_the_history_is_for_auditors_and_leaves_a_record(
    people: People, client: TestClient
) -> None:
    vera = people.headers("auditor", sub="vera")
    shown = client.get("/api/v1/audit/history", params={"family_id": "F1"}, headers=vera)
    assert (shown.status_code, "Werknotitie" in shown.text) == (200, True)
    _, records = people.get("families/F1/access-records", "auditor", sub="vera")
    looks = [(one["view"], one["person_id"], one["purpose"]) for one in records["entries"]]
    assert looks[1:] == [("history", "vera", "audit")]
    for role, claims in (("lead", LEAD), ("family-member", MOTHER), ("administrator", {})):
        assert people.get("audit/history", role, **claims)[0] == 403


@pytest.mark.parametrize(
    ("role", "claims"),
    [
        ("lead", {"sub": "lead-9", "oneplan_agency": "police"}),
        ("lead", {"sub": "lead-1", "oneplan_agency": "halt"}),
        ("professional", {"sub": "els", "oneplan_agency": "halt"}),
        ("family-member", {**MOTHER, "oneplan_family": "F2"}),
        ("administrator", {"sub": "tom"}),
    ],
)
def test_who_has_no_business_there_hears_what_a_stranger_hears(
    people: People, role: str, claims: dict[str, Any]
) -> None:
    there = people.get("families/F1/plan", role, **claims)
    nowhere = people.get("families/NOBODY/plan", role, **claims)
    assert (there[0], there[1]["type"]) == (404, "urn:oneplan:problem:not-a-party")
    assert nowhere == there


def test_the_family_sees_who_looked_and_an_agency_only_its_own(
    people: People, ask: Asking, client: TestClient
) -> None:
    people.get("families/F1/plan", "lead", **LEAD)
    people.get("families/F1/plan", "professional", sub="els", oneplan_agency="veilig-thuis")
    people.get("families/F1/plan", "professional", sub="bo", oneplan_agency="halt")
    _, seen = people.get("families/F1/access-records", "family-member", **MOTHER)
    looks = [(one["role"], one["agency"], one["outcome"]) for one in seen["entries"]]
    assert looks == [
        ("family-member", None, "shown"),
        ("professional", "halt", "refused"),
        ("professional", "veilig-thuis", "shown"),
        ("lead", "police", "shown"),
    ]
    _, own = ask("veilig-thuis", "families/F1/access-records")
    assert {one["agency"] for one in own["entries"]} == {"veilig-thuis"}  # type: ignore[attr-defined]
    assert people.get("families/F1/access-records", "administrator", sub="tom")[0] == 404


def test_a_professional_looks_in_an_emergency_and_the_lead_reads_it(
    people: People, client: TestClient, world: World
) -> None:
    halt = people.headers("professional", sub="bo", oneplan_agency="halt")
    assert client.get("/api/v1/families/F1/plan", headers=halt).status_code == 404
    url = "/api/v1/families/F1/emergency-access"
    assert client.post(url, headers=halt, json={"reason": REASON}).status_code == 201
    world.catch_up()
    assert client.get("/api/v1/families/F1/plan", headers=halt).status_code == 200
    colleague = people.headers("professional", sub="kim", oneplan_agency="halt")
    assert client.get("/api/v1/families/F1/plan", headers=colleague).status_code == 404
    _, told = people.get("families/F1/emergency-access", "lead", **LEAD)
    assert [(one["person_id"], one["reason"]) for one in told["unreviewed"]] == [("bo", REASON)]
    _, records = people.get("families/F1/access-records", "lead", **LEAD)
    assert [one["view"] for one in records["entries"] if one["emergency"]] == [
        "plan",
        "emergency-access",
    ]
    family = people.headers("family-member", **MOTHER)
    assert client.post(url, headers=family, json={"reason": REASON}).status_code == 403
