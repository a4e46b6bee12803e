"""Emergency access and access records over HTTP, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from domain.family_plan.emergency import EmergencyAccessTaken
from domain.values import Role
from projections.emergency_access import EMERGENCY_ACCESS
from services.access import AccessLog
from services.read_model.engine import writing
from tests.support.viewers import lead
from tests.support.world import World
from tests.web.support import Asking, bearer

REASON = "Vader staat nu met een mes aan de deur."
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def post(client: TestClient, world: World, family: str, body: dict[str, Any]) -> Response:
    """Asked by the shelter, which takes no part in the plan of F1."""
    response: Response = client.post(
        f"/api/v1/families/{family}/emergency-access",
        json=body,
        headers={
            **bearer(world.settings, "shelter"),
            "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01",
        },
    )
    return response


def log_of(client: TestClient) -> AccessLog:
    log: AccessLog = client.app.state.access_log  # type: ignore[attr-defined]
    return log


def test_an_agency_that_is_no_party_takes_it(client: TestClient, world: World) -> None:
    response = post(client, world, "F1", {"reason": REASON})
    assert response.status_code == 201
    event = world.application.events_of("F1")[-1]
    assert isinstance(event, EmergencyAccessTaken)
    access = event.access
    assert (access.agency, access.person_id, access.reason) == ("shelter", None, REASON)
    assert access.until - event.occurred_at == timedelta(hours=4)
    assert response.json() == {
        "access_id": access.access_id,
        "until": access.until.isoformat().replace("+00:00", "Z"),
    }
    who = event.provenance
    assert (who.actor, who.role, who.agency) == ("shelter", Role.AGENCY, "shelter")
    assert who.correlation_id == TRACE
    (entry,) = log_of(client).of_family("F1").entries
    assert (entry.agency, entry.person_id, entry.purpose) == ("shelter", None, "emergency")
    assert (entry.outcome, entry.emergency, entry.correlation_id) == ("shown", True, TRACE)


def test_a_reason_is_needed_and_not_repeated(client: TestClient, world: World) -> None:
    for body in (
        {"reason": "spoed"},
        {"reason": " " * 40},
        {},
        {"reason": REASON, "person_id": "x"},
    ):
        response = post(client, world, "F1", body)
        assert response.status_code == 422
        assert "spoed" not in response.text
    assert not world.application.plan("F1").emergencies  # type: ignore[union-attr]


def test_a_family_that_does_not_exist_is_not_found_and_the_try_is_on_record(
    client: TestClient, world: World
) -> None:
    response = post(client, world, "F9", {"reason": REASON})
    assert response.status_code == 404
    assert response.json()["reason"] == "there is no plan of such a family"
    (entry,) = log_of(client).of_family("F9").entries
    assert (entry.outcome, entry.emergency) == ("refused", True)


def test_nobody_takes_it_without_a_token(client: TestClient) -> None:
    url = "/api/v1/families/F1/emergency-access"
    assert client.post(url, json={"reason": REASON}).status_code == 401


def test_its_lead_reads_who_took_it_and_a_party_only_what_is_its_own(
    ask: Asking, client: TestClient, world: World
) -> None:
    post(client, world, "F1", {"reason": REASON})
    world.catch_up()
    view = world.views.family(EMERGENCY_ACCESS, lead(), "F1")
    assert [(one.agency, one.reason) for one in view.unreviewed] == [("shelter", REASON)]
    for party in ("police", "veilig-thuis"):
        assert ask(party, "families/F1/emergency-access")[1]["unreviewed"] == []
    # Who took it may look now, and sees its own.
    status, own = ask("shelter", "families/F1/emergency-access")
    assert (status, len(str(own["unreviewed"])) > 2) == (200, True)


def test_a_party_reads_what_its_own_people_looked_at(
    ask: Asking, client: TestClient, world: World
) -> None:
    post(client, world, "F1", {"reason": REASON})
    ask("police", "families/F1/plan")
    _, page = ask("police", "families/F1/access-records")
    entries: Any = page["entries"]
    # Reading them is a look as well. That of the shelter is not among them.
    looks = [(one["agency"], one["view"]) for one in entries]
    assert looks == [("police", "access-records"), ("police", "plan")]


def test_a_stranger_reads_no_records_and_the_try_is_on_record(
    ask: Asking, client: TestClient
) -> None:
    status, problem = ask("school", "families/F1/access-records")
    assert (status, problem["type"]) == (404, "urn:oneplan:problem:not-a-party")
    (entry,) = log_of(client).of_family("F1").entries
    assert (entry.agency, entry.outcome, entry.categories) == ("school", "refused", ())


def test_what_cannot_be_recorded_is_not_shown(
    ask: Asking, client: TestClient, world: World
) -> None:
    for wrong in ("x", "-1"):
        status, problem = ask("police", "families/F1/access-records", after=wrong)
        assert (status, problem["field"]) == (422, "after")
    refuse = (
        "ALTER TABLE access_record ADD CONSTRAINT never CHECK (system = 'x') NOT VALID"
        if world.engine.dialect.name == "postgresql"
        else "CREATE TRIGGER never BEFORE INSERT ON access_record "
        "BEGIN SELECT RAISE(ABORT, 'never'); END"
    )
    with writing(world.engine) as connection:
        connection.execute(text(refuse))
    status, problem = ask("police", "families/F1/access-records")
    assert (status, problem["type"]) == (503, "urn:oneplan:problem:not-recorded")
    assert "nothing is shown" in str(problem["reason"])
