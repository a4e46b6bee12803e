"""Each reader of one family sees their own part of it, on every path, and nobody more."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from domain.need_to_know.categories import Category
from domain.need_to_know.viewer import Viewer, ViewerRole
from projections.addresses import ADDRESSES
from projections.current_plan import PLAN
from projections.patterns import PATTERNS
from projections.registry import COMMON_VIEWS, FAMILY_VIEWS
from services.audit.difference import difference
from services.audit.known import known_then
from services.bus.connect import connected
from services.bus.credentials import ensure_credentials
from services.bus.streams import PARTY_VIEWS
from services.cli.main import app
from services.clock import utc_now
from services.relay.service import open_relay
from services.views.errors import NotAParty, NotForYou, ViewError
from services.views.party_views import PartyViews
from services.views.past import AsOf
from services.views.records import Look
from services.web.app import create_app
from tests.relay.support import contents, finish
from tests.support.bus import make_streams, running_bus
from tests.support.events import NOW
from tests.support.secrets import marks_in
from tests.support.viewers import ADMINISTRATOR, AUDITOR, agency, lead, member, professional
from tests.support.world import World
from tests.views.story import ALL_MARKS, BEFORE, FAMILY, LATER, consent, hiding, said, story
from tests.views.test_views_service import ask, views_running
from tests.web.support import bearer

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

NOT_SEEN = {"hiding", "consent"}
"""Not told yet at the beginning."""
EVERYTHING = set(ALL_MARKS) - NOT_SEEN
SEES: dict[str, set[str]] = {
    "veilig-thuis": EVERYTHING,
    "police": {
        *("penalty", "outcome", "agreement with anna", "incident", "street"),
    },
    # Of the penalty the school saw what came of it, but not the penalty itself.
    "school": {
        *("help", "agreement with anna", "own words of anna", "objection of carl", "meldcode"),
    },
    "prosecution": {"penalty", "outcome", "agreement with anna", "incident"},
    "health-care": {
        *("treatment", "help", "agreement with anna", "own words of anna", "objection of carl"),
        *("health goal", "health action", "decision on the health goal"),
    },
    "anna": {
        *("treatment", "help", "report", "own words of anna", "agreement with anna"),
        *("incident", "street"),
    },
    "bram": {"help", "words of bram", "report", "street"},
    # He is around the household, and was told the address before it was hidden from him.
    "carl": {"penalty", "outcome", "incident", "objection of carl", "street"},
}
VIEWERS: dict[str, Viewer] = {
    **{name: agency(name) for name in ("veilig-thuis", "police", "school", "prosecution")},
    "health-care": agency("health-care"),
    **{name: member(name, FAMILY) for name in ("anna", "bram", "carl")},
}


def seen_by(views: PartyViews, viewer: Viewer) -> set[str]:
    """The names of the marks in all that a viewer can read of the family, now and earlier."""
    found: list[object] = []
    for view in FAMILY_VIEWS:
        found.append(views.ask(view, viewer, FAMILY).view)
        found.append(views.ask(view, viewer, FAMILY, LATER).view)
    found.append(views.timeline(viewer, FAMILY).view)
    found += views.history(viewer, FAMILY)
    moments = (AsOf(BEFORE), AsOf(NOW), AsOf(None, LATER), AsOf())
    before, then, happened, today = views.past(viewer, FAMILY, "test", moments)
    found += [happened.view(view) for view in FAMILY_VIEWS]
    found += [happened.timeline(500, None), known_then(then, today)]
    found += [difference(before, today), difference(then, today)]
    return names_in(*found)


def names_in(*found: object) -> set[str]:
    marks = marks_in(*found)
    return {name for name, mark in ALL_MARKS.items() if mark in marks}


@pytest.fixture
def told(world: World) -> World:
    """The story, known to the views."""
    world.take(*story())
    return world


def test_each_reader_sees_their_part(told: World) -> None:
    for name, viewer in VIEWERS.items():
        assert seen_by(told.views, viewer) == SEES[name], name
    for whole in (lead("veilig-thuis", "els"), AUDITOR):
        assert seen_by(told.views, whole) == EVERYTHING
    assert seen_by(told.views, professional("police")) == SEES["police"]


def test_consent_opens_and_its_withdrawal_closes_again(told: World) -> None:
    told.take(consent())
    opened = {"treatment", "note", "incident", "consent", "words of bram", "street"}
    found = seen_by(told.views, agency("school"))
    # About Anna alone: not what is about Bram or Carl too.
    assert found - SEES["school"] == {"treatment", "note", "consent"} & opened
    police = seen_by(told.views, agency("police"))
    assert police - SEES["police"] == {"treatment", "note", "consent", "own words of anna"}
    told.take(said("consent.withdrawn", {"consent_id": "co1"}), now=LATER)
    assert seen_by(told.views, agency("school")) == {*SEES["school"], "consent"}


def test_an_address_hidden_later_is_hidden_in_all_that_was_known_before(told: World) -> None:
    assert told.views.family(ADDRESSES, VIEWERS["carl"], FAMILY).addresses
    told.take(hiding(), now=LATER)
    assert seen_by(told.views, VIEWERS["carl"]) == SEES["carl"] - {"street"}
    assert seen_by(told.views, VIEWERS["anna"]) == {*SEES["anna"], "hiding"}
    assert not marks_in(*told.views.history(VIEWERS["carl"], FAMILY)) & {
        ALL_MARKS["street"],
        ALL_MARKS["hiding"],
    }


def test_what_is_left_out_leaves_no_gap_and_no_trace(told: World) -> None:
    view = told.views.family(PLAN, VIEWERS["carl"], FAMILY)
    entries = told.views.timeline(VIEWERS["carl"], FAMILY).view.entries
    assert [one.version for one in sorted(entries, key=lambda one: one.version)] == list(
        range(1, len(entries) + 1)
    )
    assert view.version == len(entries) < len(told.application.events_of(FAMILY))
    (incident,) = view.incidents
    assert incident.source is None
    birth_dates = {one.member_id: one.birth_date for one in view.members}
    assert [name for name, day in birth_dates.items() if day is not None] == ["carl"]
    (report,) = told.views.family(PLAN, VIEWERS["anna"], FAMILY).reports
    assert (report.reporter, report.reporter_kind) == ("(afgeschermd)", None)


def test_the_service_s_own_findings_are_for_the_lead(told: World) -> None:
    again = {
        "kind": "physical",
        "by": ["carl"],
        "against": ["bram"],
        "began_at": "2026-02-12T22:00:00Z",
        "text": "Weer.",
    }
    told.take(said("incident.recorded", {"incident_id": "i2", **again}))
    of_lead = told.views.family(PATTERNS, lead("veilig-thuis", "els"), FAMILY).patterns
    assert of_lead
    for name in ("police", "anna", "carl"):
        for moment in (None, LATER):
            found = told.views.family(PATTERNS, VIEWERS[name], FAMILY, moment)
            assert found.patterns == ()


def test_nobody_finds_out_which_families_there_are(told: World) -> None:
    strangers = (
        agency("halt"),
        professional("halt"),
        lead("police", "els"),
        lead("veilig-thuis", "another"),
        member("anna", "F1"),
        member("nobody", FAMILY),
        ADMINISTRATOR,
        Viewer(role=ViewerRole.AGENCY, agency="police"),
    )
    for viewer in strangers:
        said_of = {}
        for family_id in (FAMILY, "F404"):
            ways: list[Callable[[], Any]] = [
                lambda f=family_id, v=viewer: told.views.ask(PLAN, v, f),  # type: ignore[misc]
                lambda f=family_id, v=viewer: told.views.ask(PLAN, v, f, LATER),  # type: ignore[misc]
                lambda f=family_id, v=viewer: told.views.timeline(v, f),  # type: ignore[misc]
                lambda f=family_id, v=viewer: told.views.history(v, f),  # type: ignore[misc]
            ]
            said_of[family_id] = [_refusal(way) for way in ways]
        assert said_of[FAMILY] == said_of["F404"]
    with pytest.raises(NotAParty):
        told.views.ask(PLAN, AUDITOR, "F404")


def _refusal(way: Callable[[], Any]) -> str:
    with pytest.raises(NotAParty) as raised:
        way()
    return str(raised.value)


def test_own_work_is_for_who_does_it(told: World) -> None:
    els = lead("veilig-thuis", "els")
    assert [one.family_id for one in told.views.caseload(els, "els").families] == [FAMILY]
    assert told.views.families(professional("school")).families
    for viewer, asked in (
        (els, lambda: told.views.families(els)),
        (els, lambda: told.views.caseload(els, "another")),
        (VIEWERS["anna"], lambda: told.views.families(VIEWERS["anna"])),
        (AUDITOR, lambda: told.views.caseload(AUDITOR, "els")),
    ):
        with pytest.raises(NotForYou):
            asked()
        for view in COMMON_VIEWS:
            assert told.views.common(view), viewer


def test_what_is_withheld_is_said_and_is_the_same_for_every_family(told: World) -> None:
    shown = told.views.ask(PLAN, agency("school"), FAMILY)
    elsewhere = told.views.ask(PLAN, agency("school"), "F2")
    assert (shown.withheld, shown.partly) == (elsewhere.withheld, elsewhere.partly)
    assert shown.withheld == (Category.BIRTH_DATES, Category.SIGNALS)
    assert Category.HEALTH in shown.partly
    whole = told.views.ask(PLAN, AUDITOR, FAMILY)
    assert (whole.withheld, whole.partly) == ((), ())


class Kept:
    """Keeps what was put on record; fails when it is told to."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self.broken = False

    def note(self, looks: Any) -> None:
        if self.broken:
            raise ConnectionError
        self.looks += looks


def test_every_look_is_on_record_and_without_a_record_nothing_is_shown(told: World) -> None:
    kept = Kept()
    views = PartyViews(told.engine, told.application, kept)
    school = agency("school")
    ways: dict[str, Callable[[], object]] = {
        "plan": lambda: views.ask(PLAN, school, FAMILY),
        "timeline": lambda: views.timeline(school, FAMILY),
        "history": lambda: views.history(school, FAMILY),
        "diff": lambda: views.past(school, FAMILY, "diff", [AsOf(NOW, NOW)]),
    }
    for name, way in ways.items():
        way()
        look = kept.looks[-1]
        assert (look.view, look.family_id, look.viewer) == (name, FAMILY, school)
        assert Category.SIGNALS not in look.categories
        assert not look.refused
    with pytest.raises(NotAParty):
        views.ask(PLAN, agency("halt"), FAMILY)
    assert (kept.looks[-1].refused, kept.looks[-1].categories) == (True, ())
    kept.broken = True
    for way in (*ways.values(), lambda: views.ask(PLAN, AUDITOR, FAMILY)):
        with pytest.raises(ConnectionError):
            way()


def test_emergency_access_opens_what_protects_while_it_lasts(told: World) -> None:
    halt = agency("halt")
    with pytest.raises(ViewError):
        told.views.ask(PLAN, halt, FAMILY)
    reason = "Er staat iemand met een mes aan de deur."
    now = utc_now()
    told.take(
        {
            **said("emergency-access.taken", {"access_id": "e1", "reason": reason}, agency="halt"),
            "time": now.isoformat(),
        },
        now=now,
    )
    found = seen_by(told.views, halt)
    assert {"street", "incident", "treatment", "note"} <= found
    assert not found & {"reporter", "feedback", "meldcode", "own words of anna"}
    with pytest.raises(NotAParty):
        told.views.ask(PLAN, professional("halt"), FAMILY)
    review = {"access_id": "e1", "justified": False, "text": "Het kon wachten."}
    told.take(said("emergency-access.reviewed", review), now=now)
    with pytest.raises(NotAParty):
        told.views.ask(PLAN, halt, FAMILY)


@pytest.mark.anyio
@ON_SQLITE
async def test_the_streams_and_questions_over_nats_are_cut(told: World) -> None:
    with running_bus(told.settings) as settings:
        await make_streams(settings)
        async with open_relay(settings) as relay, connected(settings) as client:
            await finish(relay)
            first = dict(await contents(client, PARTY_VIEWS))
            # Of health-care the settings know no kind, so the table has nothing for it.
            assert f"party.health-care.plan.{FAMILY}" not in first
            for name in ("veilig-thuis", "police", "school", "prosecution"):
                sent = first[f"party.{name}.plan.{FAMILY}"]
                assert names_in(json.dumps(sent)) <= SEES[name], name
                assert sent == told.views.family(PLAN, VIEWERS[name], FAMILY).model_dump(
                    mode="json"
                )
            told.take(consent())
            await finish(relay)
            told.take(said("note.added", {"note_id": "n2", "text": "Nog een.", "about": ["carl"]}))
            before = (await client.jetstream().stream_info(PARTY_VIEWS)).state.last_seq
            await finish(relay)
            after = (await client.jetstream().stream_info(PARTY_VIEWS)).state.last_seq
            # The note is for Veilig Thuis alone, so nobody else is sent anything.
            assert after - before == 1
            open_now = dict(await contents(client, PARTY_VIEWS))[f"party.school.plan.{FAMILY}"]
            assert "note" in names_in(json.dumps(open_now))
            told.take(said("consent.withdrawn", {"consent_id": "co1"}), now=LATER)
            await finish(relay)
            closed = dict(await contents(client, PARTY_VIEWS))[f"party.school.plan.{FAMILY}"]
            assert "note" not in names_in(json.dumps(closed))
        async with views_running(settings), connected(settings, "school") as school:
            for view in FAMILY_VIEWS:
                answer = await ask(school, view.name, {"family_id": FAMILY}, "school")
                assert names_in(json.dumps(answer)) <= {*SEES["school"], "consent"}
                assert answer["withheld"] == ["birth-dates", "signals"]


@ON_SQLITE
def test_http_is_cut_and_says_so(told: World) -> None:
    ensure_credentials(told.settings)
    nowhere = told.settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    with TestClient(create_app(nowhere)) as client:
        for path in (*(view.name for view in FAMILY_VIEWS), "timeline"):
            response = client.get(
                f"/api/v1/families/{FAMILY}/{path}", headers=bearer(told.settings, "school")
            )
            assert response.status_code == 200
            assert names_in(response.text) <= SEES["school"]
            assert response.headers["Oneplan-Withheld"] == "birth-dates, signals"
            assert "health" in response.headers["Oneplan-Partly"]
        records = client.get(
            f"/api/v1/families/{FAMILY}/access-records", headers=bearer(told.settings, "school")
        ).json()["entries"]
        assert {"plan", "timeline"} <= {one["view"] for one in records}


@ON_SQLITE
def test_the_command_line_is_cut(told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(told.settings.data_dir))

    def cli(*arguments: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(app, list(arguments))
        assert result.exit_code == exit_code, result.output
        return result

    for who, name in (("--party", "school"), ("--member", "carl"), ("--member", "anna")):
        outputs = [cli("plan", "show", FAMILY, who, name).stdout]
        outputs += [
            cli("view", view.name, FAMILY, who, name, "--json").stdout for view in FAMILY_VIEWS
        ]
        replayed = cli("audit", "replay", "--family", FAMILY, who, name, "--json").stdout
        assert names_in(*outputs, replayed) == SEES[name], name
        assert "urn:oneplan" not in replayed
    assert names_in(cli("audit", "replay", "--family", FAMILY, "--json").stdout) == EVERYTHING
    assert cli("audit", "replay", "--party", "school", exit_code=2).stderr
    both = ("--party", "school", "--member", "anna")
    assert cli("plan", "show", FAMILY, *both, exit_code=2).stderr
    refused = [
        cli("plan", "show", family, "--member", "nobody", exit_code=1).stderr
        for family in (FAMILY, "F404")
    ]
    assert refused[0] == refused[1]
