"""``oneplan matches``: whom an agency means, answered at the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from services.cli.main import app
from services.settings import Settings
from services.store.application import OnePlan
from tests.persons.events import described
from tests.support.events import plan_opened
from tests.support.world import World, new_world

runner = CliRunner()


@pytest.fixture
def world(
    settings: Settings, application: OnePlan, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(settings.data_dir))
    if settings.database_url:
        monkeypatch.setenv("ONEPLAN_DATABASE_URL", settings.database_url)
        monkeypatch.setenv("ONEPLAN_KEYS_URL", str(settings.keys_url))
    with new_world(settings, application) as made:
        made.take(
            plan_opened(),
            described("P-1", subject="F1", member_id="mother"),
            described("S-1", agency="school", subject="S-CASE", given_names=None),
        )
        yield made


def oneplan(*arguments: str, code: int = 0) -> str:
    result = runner.invoke(app, ["matches", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_a_question_is_listed_without_names_shown_with_them_and_resolved(world: World) -> None:
    (question,) = json.loads(oneplan("list", "--json"))
    assert (question["agency"], question["person_reference"]) == ("school", "S-1")
    assert "not sure" in question["why"]
    assert "Westerkamp" not in oneplan("list") + oneplan("list", "--json")
    shown = json.loads(oneplan("show", question["match_id"]))
    assert shown["candidates"][0]["descriptions"][0]["description"]["family_name"] == "Westerkamp"
    person = question["candidates"][0]["person_id"]

    said = (question["match_id"], "Gebeld.", "--person", person, "--as", "carla@police")
    assert oneplan("resolve", *said).strip() == person
    assert world.application.family_of("school", "S-CASE") == "F1"
    assert "no such open question" in oneplan("resolve", *said, code=1)
    world.catch_up()
    assert "no open questions" in oneplan("list")

    oneplan("unlink", "school", "S-1", "Is een ander.", "--as", "carla@police")
    world.catch_up()
    assert "stands for nobody" in oneplan(
        "unlink", "school", "S-1", "Nog eens.", "--as", "carla@police", code=1
    )


def test_what_is_asked_wrongly_is_said_in_words(world: World) -> None:
    (question,) = json.loads(oneplan("list", "--json"))
    oneplan("resolve", question["match_id"], "Gebeld.", "--as", "carla@police", code=2)
    nobody = "00000000-0000-5000-8000-000000000001"
    assert "no question" in oneplan("show", nobody, code=1)
    assert "no such person" in oneplan(
        "resolve", question["match_id"], "x", "--person", nobody, "--as", "carla@police", code=1
    )
