"""The FHIR bundle: always valid, whole in itself, and without what its reader may not see."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from fhir.resources.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from domain.need_to_know.audience import EVERYTHING, Audience
from domain.need_to_know.policy import Onlooker
from domain.values import AgreementEnd, ClosingReason, GoalResult, MeasureEnd, PlanStatus
from services.access import open_access_log
from services.bus.credentials import ensure_credentials
from services.cli.main import app
from services.exports.fhir import RECORDED_AS
from services.exports.fhir.bundle import fhir_json
from services.exports.fhir.codes import OWN, OWN_SYSTEMS, ROWS
from services.exports.fhir.people import SHIELDED
from services.read_model.source import RecordedEvent
from services.web.app import create_app
from tests.exports.support import references_in, resources_in, seen, whole
from tests.projections.strategies import histories
from tests.support.events import NOW
from tests.support.secrets import marks_in
from tests.support.viewers import lead
from tests.support.world import World
from tests.views.story import ALL_MARKS, FAMILY, LATER, hiding, said, story
from tests.views.test_need_to_know import SEES, VIEWERS
from tests.views.test_secrets import PARTIES, QUICK, STRANGER, hidden_by_hand, labelled
from tests.web.support import bearer

EXPORT = "0af7651916cd43dd8448eb211c80319c"
ENDING = {"ended_on": "2026-02-20", "text": "Hij kwam niet meer."}
ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def told(world: World) -> World:
    """The story, known to the views."""
    world.take(*story())
    return world


def marks_of(bundle: str) -> set[str]:
    """The names of the marks in a bundle."""
    found = marks_in(bundle)
    return {name for name, mark in ALL_MARKS.items() if mark in found}


def check(bundle: str) -> None:
    """It is valid, and each reference in it leads to a resource in it."""
    told = json.loads(bundle)
    assert json.loads(Bundle.model_validate(told).model_dump_json()) == told
    urls = [entry["fullUrl"] for entry in told["entry"]]
    assert len(set(urls)) == len(urls)
    assert set(references_in(told["entry"])) <= set(urls)
    assert all(entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}" for entry in told["entry"])


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(events=histories(max_size=60), code=st.sampled_from([STRANGER, *PARTIES]))
def test_it_is_valid_and_holds_nothing_that_is_kept_from_its_reader(
    events: list[RecordedEvent], code: str
) -> None:
    for family_id, history, labels in labelled(events):
        who = PARTIES.get(code, Onlooker.SCHOOL)
        part = whole(
            family_id, history, Audience(who, code, agreed=labels.standing.agreed_for(code))
        )
        bundle = fhir_json(part, EXPORT, NOW)
        check(bundle)
        found = marks_in(bundle)
        assert found <= marks_in(*part.events)
        if code == STRANGER:
            assert not any(
                found & marks_in(event)
                for event, _ in history
                if hidden_by_hand(event, Onlooker.SCHOOL)
            )
        check(fhir_json(whole(family_id, history, EVERYTHING), EXPORT, NOW))


@ON_SQLITE
def test_each_reader_gets_their_part(told: World) -> None:
    for name, viewer in VIEWERS.items():
        bundle = fhir_json(seen(told.views, viewer), EXPORT, NOW)
        check(bundle)
        assert marks_of(bundle) <= SEES[name], name
    els = lead("veilig-thuis", "els")
    bundle = fhir_json(seen(told.views, els), EXPORT, NOW)
    # Of a plan of care: no reports, incidents and notes.
    assert marks_of(bundle) == {
        *("penalty", "treatment", "help", "outcome", "street", "agreement with anna"),
        *("health goal", "health action", "own words of anna"),
    }
    of_carl = seen(told.views, VIEWERS["carl"])
    told.take(hiding(), now=LATER)
    hidden = seen(told.views, VIEWERS["carl"])
    assert "street" in marks_of(fhir_json(of_carl, EXPORT, NOW))
    assert "street" not in marks_of(fhir_json(hidden, EXPORT, NOW))


@ON_SQLITE
def test_what_a_plan_says_is_said_in_fhir(told: World) -> None:
    told.take(
        said("goal.ended", {"goal_id": "g0", "result": "partly-reached", "text": "Rustiger."}),
        said("measure.ended", {**ENDING, "measure_id": "m1", "how": "stopped-early"}),
        said("action.completed", {"action_id": "x1", "result": "Gelukt."}),
        hiding(),
        now=LATER,
    )
    found = resources_in(fhir_json(seen(told.views, lead("veilig-thuis", "els")), EXPORT, NOW))
    (plan,), (team,), (group,) = found["CarePlan"], found["CareTeam"], found["Group"]
    assert (plan["status"], plan["intent"], team["status"]) == ("active", "plan", "active")
    assert plan["subject"]["reference"] == f"urn:uuid:{group['id']}"
    assert [one["role"]["text"] for one in team["participant"]] == [
        *("casusregisseur", *["helpt"] * 5, "ouder", "kind", "ex-partner")
    ]
    goal = next(one for one in found["Goal"] if one["description"]["text"] == "Rust.")
    assert goal["lifecycleStatus"] == "completed"
    assert goal["achievementStatus"]["coding"] == [
        {"system": f"{OWN}goal-result", "code": "partly-reached", "display": "deels gehaald"}
    ]
    assert goal["note"][0]["text"] == ALL_MARKS["own words of anna"]
    status = {one["description"]: one["status"] for one in found["Task"]}
    assert status == {
        ALL_MARKS["health action"]: "completed",
        ALL_MARKS["agreement with anna"]: "in-progress",
    }
    fine = next(
        one
        for one in found["ServiceRequest"]
        if ALL_MARKS["penalty"] in one["code"]["concept"]["text"]
    )
    assert (fine["status"], fine["category"][0]["text"]) == ("revoked", "straf")
    assert fine["occurrencePeriod"] == {"start": "2026-02-01", "end": "2026-02-20"}
    anna = next(one for one in found["Patient"] if one["name"][0]["text"] == "Anna")
    (address,) = anna["address"]
    assert (address["use"], address["city"]) == ("home", "Utrecht")
    assert address["extension"] == [{"url": SHIELDED, "valueBoolean": True}]
    assert anna["meta"]["security"][0]["code"] == "V"


@ON_SQLITE
def test_it_is_served_over_http_and_put_on_record(told: World) -> None:
    ensure_credentials(told.settings)
    nowhere = told.settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    path = f"/api/v1/families/{FAMILY}/export/fhir"
    trace = {"traceparent": f"00-{EXPORT}-b7ad6b7169203331-01"}
    with TestClient(create_app(nowhere)) as client:
        response = client.get(path, headers={**bearer(told.settings, "school"), **trace})
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/fhir+json"
        assert response.headers["Oneplan-Withheld"] == "birth-dates, signals"
        check(response.text)
        assert marks_of(response.text) <= SEES["school"]
        assert response.json()["id"] == EXPORT
        stranger = client.get(path, headers=bearer(told.settings, "halt"))
        assert (stranger.status_code, stranger.json()["status"]) == (404, 404)
        early = client.get(
            path,
            params={"known_at": "2020-01-01T00:00:00Z"},
            headers=bearer(told.settings, "school"),
        )
        assert early.json()["type"] == "urn:oneplan:problem:nothing-known-yet"
    with open_access_log(told.settings) as log:
        record = log.of_family(FAMILY, 10, agency="school").entries[-1]
    assert (record.view, record.correlation_id) == (RECORDED_AS, EXPORT)


@ON_SQLITE
def test_the_command_line_writes_a_private_file_once(
    told: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(told.settings.data_dir))
    output = tmp_path / "family.json"
    command = ["export", "fhir", FAMILY, "--member", "carl", "-o", str(output)]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert output.stat().st_mode & 0o777 == 0o600
    written = output.read_text()
    check(written)
    assert marks_of(written) == SEES["carl"] & marks_of(written) >= {"street", "penalty"}
    again = CliRunner().invoke(app, command)
    assert (again.exit_code, output.read_text()) == (1, written)
    assert "is there already" in again.stderr
    whole = CliRunner().invoke(app, ["export", "fhir", FAMILY])
    assert "health goal" in marks_of(whole.stdout)
    assert CliRunner().invoke(app, ["export", "fhir", "F404"]).exit_code == 1


def test_the_mapping_is_whole_and_described() -> None:
    mapped = {(element, ours) for element, ours, _ in ROWS}
    assert len(mapped) == len(ROWS)
    for element, words in (
        ("CarePlan.status", [*ClosingReason, PlanStatus.OPEN, PlanStatus.CLOSED]),
        ("CareTeam.status", [PlanStatus.OPEN, PlanStatus.CLOSED]),
        ("Goal.lifecycleStatus", ["open", *GoalResult]),
        ("Task.status of an action", ["open", "completed", "cancelled"]),
        ("Task.status of a safety agreement", ["open", *AgreementEnd]),
        ("ServiceRequest.status of a measure", ["open", *MeasureEnd]),
    ):
        assert {ours for of, ours in mapped if of == element} == set(words)
    described = Path("docs/exports.md").read_text(encoding="utf-8")
    for element, ours, code in ROWS:
        assert f"| {element} | {ours} | {code} |" in described
    for system in OWN_SYSTEMS.values():
        assert f"`{OWN}{system}`" in described
